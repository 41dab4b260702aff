// SPDX-License-Identifier: BSD-2-Clause
//
// pagemap: the regions of a program's memory as a map, one letter per page.

#include <shell/command/command.hpp>
#include <shell/process_report.hpp>

namespace shell::command {

namespace {

using ipc::pager::Access;
using ipc::pager::PageMap;
using ipc::pager::RegionKind;

constexpr std::uint64_t page_size = base::bit(api::page_bits);
constexpr std::size_t pages_per_row = 64;
static_assert(PageMap::max_pages % pages_per_row == 0, "a message holds whole rows");

std::string_view name_of(RegionKind kind) {
    switch (kind) {
    case RegionKind::Anonymous: return "memory";
    case RegionKind::File: return "program";
    case RegionKind::Stack: return "stack";
    case RegionKind::Guard: return "guard";
    case RegionKind::Buffer: return "IPC buffer";
    case RegionKind::Heap: return "heap";
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
    case 'f': return Style::Cyan;
    case 'z': return Style::Green;
    case 'b': return Style::Magenta;
    default: return Style::Dim;
    }
}

/// Prints the rows of one region. Rows of which no page is in memory are only counted.
class RowPrinter {
public:
    explicit RowPrinter(Printer& out) : out_{out} {}

    void row(std::uint64_t address, std::string_view pages) {
        if (pages.find_first_not_of(".-") == std::string_view::npos) {
            skipped_ += pages.size();
            return;
        }
        tell_skipped();
        out_.print("    ", base::Hex{address, 12}, "  ");
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
        if (skipped_ > 0) {
            out_.line("    ", Style::Dim, base::Left{"...", 14}, "  ", skipped_,
                      skipped_ == 1 ? " page" : " pages", " not in memory", Style::Normal);
        }
        skipped_ = 0;
    }

private:
    Printer& out_;
    std::uint64_t skipped_{0};
};

void print_region_head(Printer& out, PageMap::Reply const& region) {
    out.line(base::Hex{region.start, 12}, '-', base::Hex{region.end, 12}, "  ", Style::Bold,
             name_of(region.access), Style::Normal, "  ", base::Left{name_of(region.kind), 10},
             Size{region.end - region.start, 12});
}

struct Tally {
    std::uint64_t pages{0};
    std::uint64_t resident{0};
    std::uint64_t regions{0};
};

/// Guards are all alike, so their head says everything.
base::Result<void, Status> print_region(Context& context, System::Word pid, PageMap::Reply region,
                                        Tally& tally) {
    print_region_head(context.out, region);
    ++tally.regions;
    if (region.kind == RegionKind::Guard) {
        return {};
    }
    auto const start = region.start;
    auto const pages = (region.end - region.start) / page_size;
    tally.pages += pages;
    RowPrinter rows{context.out};
    for (std::uint64_t page = 0; page < pages;) {
        auto const chunk = region.pages.view();
        for (std::size_t at = 0; at < chunk.size(); at += pages_per_row) {
            auto const row = chunk.substr(at, pages_per_row);
            rows.row(start + (page + at) * page_size, row);
            for (char const letter : row) {
                tally.resident += letter != '.' ? 1 : 0;
            }
        }
        page += chunk.size();
        if (context.terminal.interrupted()) {
            return base::fail(Status::Interrupted);
        }
        if (page >= pages) {
            break;
        }
        auto const next =
            context.system.page_map({.pid = pid, .address = start, .from_page = page});
        if (chunk.empty() || !next || next->start != start) {
            break; // the program changed its memory while we looked
        }
        region = *next;
    }
    rows.tell_skipped();
    return {};
}

void print_legend(Printer& out) {
    out.line("legend: ", style_of('a'), "a", Style::Normal, " private  ", style_of('s'), "s",
             Style::Normal, " shared  ", style_of('f'), "f", Style::Normal, " program file  ",
             style_of('z'), "z", Style::Normal, " zero page  ", style_of('b'), "b", Style::Normal,
             " IPC buffer  . untouched");
}

} // namespace

Status pagemap(Context& context) {
    context.take_plain();
    if (context.arguments.size() != 1) {
        return context.fail_with_hint("needs one process number");
    }
    auto const pid = parse_number(context.arguments[0]);
    if (!pid) {
        return context.fail_with_hint("'", context.arguments[0], "' is not a process number");
    }
    auto region = context.system.page_map({.pid = *pid, .address = 0, .from_page = 0});
    if (!region) {
        return region.error() == ipc::Error::NotFound
                   ? context.fail("the pager knows no process ", *pid, " (try: ps)")
                   : context.fail(ipc::describe(region.error()));
    }
    auto& out = context.out;
    ipc::Text<ipc::process::max_name> name;
    out.line("memory of [", *pid, "] ", name_of(context.system, *pid, name));
    print_legend(out);
    Tally tally;
    while (region) {
        if (auto const done = print_region(context, *pid, *region, tally); !done) {
            return done.error();
        }
        region = context.system.page_map({.pid = *pid, .address = region->end, .from_page = 0});
    }
    out.line(tally.resident, " of ", tally.pages, " pages in memory, ", tally.regions, " regions");
    return Status::Done;
}

} // namespace shell::command
