// SPDX-License-Identifier: BSD-2-Clause
//
// pagemap: the regions of a program's memory as a map, one letter per page.

#include <shell/command/command.hpp>
#include <shell/process_report.hpp>
#include <shell/regions.hpp>

namespace shell::command {

namespace {

using ipc::pager::Access;
using ipc::pager::PageMap;
using ipc::pager::RegionKind;

constexpr std::size_t pages_per_row = 64;
static_assert(PageMap::max_pages % pages_per_row == 0, "a message holds whole rows");

std::string_view name_of(RegionKind kind) {
    switch (kind) {
    case RegionKind::Anonymous: return "memory";
    case RegionKind::File: return "file";
    case RegionKind::Stack: return "stack";
    case RegionKind::Guard: return "guard";
    case RegionKind::Buffer: return "IPC buffer";
    case RegionKind::Heap: return "heap";
    case RegionKind::Shared: return "shared";
    case RegionKind::Code: return "code";
    case RegionKind::Data: return "data";
    case RegionKind::Device: return "device";
    }
    return "unknown";
}

std::string_view name_of(Access access) {
    switch (access) {
    case Access::None: return "---";
    case Access::Read: return "r--";
    case Access::ReadWrite: return "rw-";
    case Access::ReadExecute: return "r-x";
    }
    return "???";
}

Style style_of(char page) {
    switch (page) {
    case 'a': return Style::Yellow;
    case 's': return Style::Blue;
    case 'S': return Style::Red;
    case 'f': return Style::Cyan;
    case 'z': return Style::Green;
    case 'b': return Style::Magenta;
    default: return Style::Dim;
    }
}

/// Prints the rows of one region, each of which just fits a terminal of 80 columns. Rows of which
/// no page is in memory are only counted.
class RowPrinter {
public:
    explicit RowPrinter(Printer& out) : out_{out} {}

    void row(std::uint64_t address, std::string_view pages) {
        if (pages.find_first_not_of(".-") == std::string_view::npos) {
            skipped_ += pages.size();
            return;
        }
        if (out_.plain()) {
            out_.line("at=", base::Hex{address}, "\nrow=", pages);
            return;
        }
        tell_skipped();
        out_.print(base::Hex{address, 12}, "  ");
        auto style = Style::Normal;
        for (char const page : pages) {
            if (style_of(page) != style) {
                style = style_of(page);
                out_.print(Style::Normal, style);
            }
            out_.print(page);
        }
        out_.line(Style::Normal);
    }

    void tell_skipped() {
        if (skipped_ > 0 && !out_.plain()) {
            out_.line(Style::Dim, base::Left{"...", 14}, "  ", skipped_,
                      skipped_ == 1 ? " page" : " pages", " not in memory", Style::Normal);
        }
        skipped_ = 0;
    }

private:
    Printer& out_;
    std::uint64_t skipped_{0};
};

void print_region_head(Printer& out, Region const& region) {
    if (out.plain()) {
        out.line("start=", base::Hex{region.start}, "\nend=", base::Hex{region.end},
                 "\naccess=", name_of(region.access), "\nregion=", name_of(region.kind));
        return;
    }
    out.line(base::Hex{region.start, 12}, '-', base::Hex{region.end, 12}, "  ", Style::Bold,
             name_of(region.access), Style::Normal, "  ", base::Left{name_of(region.kind), 10},
             Size{region.end - region.start, 12});
}

/// Not what nobody has touched, nor the registers of a device.
constexpr bool is_in_memory(char letter) {
    return letter != '.' && letter != 'd';
}

struct Tally {
    std::uint64_t pages{0};
    std::uint64_t resident{0};
    std::uint64_t regions{0};
};

/// Guards are all alike, so their head says everything. False: ctrl-C was pressed.
bool print_region(Context& context, System::Word pid, Region const& region, AddressRange range,
                  Tally& tally) {
    print_region_head(context.out, region);
    ++tally.regions;
    if (region.kind == RegionKind::Guard) {
        return true;
    }
    auto const pages = pages_in(region, range);
    tally.pages += pages.count();
    RowPrinter rows{context.out};
    bool go_on = true;
    for_each_piece(
        context.system, pid, region, pages, [&](std::uint64_t page, std::string_view piece) {
            for (std::size_t at = 0; at < piece.size(); at += pages_per_row) {
                rows.row(region.start + (page + at) * page_size, piece.substr(at, pages_per_row));
            }
            tally.resident += std::ranges::count_if(piece, is_in_memory);
            go_on = !context.terminal.interrupted();
            return go_on;
        });
    rows.tell_skipped();
    return go_on;
}

void print_legend(Printer& out) {
    struct Letter {
        char letter;
        std::string_view meaning;
    };
    constexpr std::array<Letter, 7> letters{{{'a', "private"},
                                             {'s', "cloned"},
                                             {'S', "shared"},
                                             {'f', "file"},
                                             {'z', "zero"},
                                             {'b', "buffer"},
                                             {'d', "device"}}};
    for (auto const& [letter, meaning] : letters) {
        out.print(' ', style_of(letter), letter, Style::Normal, ' ', meaning, ' ');
    }
    out.line(" . untouched");
}

void print_head(Context& context, System::Word pid) {
    auto& out = context.out;
    ipc::Text<ipc::process::max_name> buffer;
    auto const name = name_of(context.system, pid, buffer);
    if (out.plain()) {
        out.line("pid=", pid, "\nname=", name);
        return;
    }
    out.line("memory of [", pid, "] ", name);
    print_legend(out);
}

void print_tally(Printer& out, Tally const& tally) {
    if (out.plain()) {
        out.line("resident=", tally.resident, "\npages=", tally.pages, "\nregions=", tally.regions);
        return;
    }
    out.line(tally.resident, " of ", tally.pages, " pages in memory, ", tally.regions,
             tally.regions == 1 ? " region" : " regions");
}

Status print_map(Context& context, System::Word pid, AddressRange range) {
    print_head(context, pid);
    Tally tally;
    bool go_on = true;
    for_each_region(context.system, pid, range, [&](Region const& region) {
        go_on = print_region(context, pid, region, range, tally);
        return go_on;
    });
    if (!go_on) {
        return Status::Interrupted;
    }
    print_tally(context.out, tally);
    return Status::Done;
}

} // namespace

Status pagemap(Context& context) {
    context.take_plain();
    if (context.arguments.empty() || context.arguments.size() > 2) {
        return context.fail_with_hint("needs one process number, and perhaps a range");
    }
    auto const pid = parse_number(context.arguments[0]);
    if (!pid) {
        return context.fail_with_hint("'", context.arguments[0], "' is not a process number");
    }
    auto const range = context.arguments.size() == 2 ? parse_range(context.arguments[1])
                                                     : std::optional{all_addresses};
    if (!range) {
        return context.fail_with_hint("'", context.arguments[1], "' is no START-END or START+SIZE");
    }
    return is_known(context.system, *pid)
               ? print_map(context, *pid, *range)
               : context.fail("the pager knows no process ", *pid, " (try: ps)");
}

} // namespace shell::command
