// SPDX-License-Identifier: BSD-2-Clause
//
// memstat: where all memory is. Every byte of RAM is in exactly one row of the upper table.

#include <shell/command/command.hpp>

namespace shell::command {

namespace {

constexpr std::size_t name_width = 15;
constexpr std::size_t size_width = 9;
constexpr std::size_t bar_width = 17;

struct Row {
    std::string_view key; // for scripts
    std::string_view name;
    std::uint64_t bytes;
    Style style;
    std::string_view what;
};

using Rows = std::array<Row, 14>;

Rows make_rows(ipc::process::Memory::Reply const& memory,
               ipc::pager::Statistics::Reply const& pager) {
    return {{
        {"firmware", "firmware", memory.firmware, Style::Dim, "reserved by the machine"},
        {"unused", "unused", memory.unused, Style::Dim, "in no block of 2 MiB"},
        {"kernel", "kernel", memory.kernel, Style::Blue, "with boot-time objects"},
        {"device_tree", "device tree", memory.device_tree, Style::Blue, "what the machine is"},
        {"boot_image", "boot image", memory.boot_image, Style::Magenta, "init and the programs"},
        {"init", "init", memory.init, Style::Magenta, "servers, and a reserve"},
        {"pager", "pager", pager.pager, Style::Magenta, "its image and books"},
        {"kernel_objects", "kernel objects", pager.kernel_objects, Style::Cyan,
         "threads and the like"},
        {"page_tables", "page tables", pager.page_tables, Style::Cyan, "of programs"},
        {"buffers", "IPC buffers", pager.buffers, Style::Cyan, "of programs"},
        {"private", "private", pager.anonymous, Style::Yellow, "written by programs"},
        {"shared", "shared", pager.shared, Style::Yellow, "of several programs"},
        {"zero_page", "zero page", pager.shared_zero, Style::Yellow, "all untouched memory"},
        {"free", "free", pager.free, Style::Green, "for whoever asks next"},
    }};
}

/// The pager's own sum and the sum over everybody are two things: they say whose books are wrong.
struct Sums {
    std::uint64_t all{0};
    std::uint64_t pager;
    bool complete;
};

Sums sums_of(ipc::process::Memory::Reply const& memory,
             ipc::pager::Statistics::Reply const& pager) {
    Sums sums{.pager = pager.free + pager.anonymous + pager.shared + pager.shared_zero +
                       pager.buffers + pager.page_tables + pager.kernel_objects + pager.pager,
              .complete = false};
    for (auto const& row : make_rows(memory, pager)) {
        sums.all += row.bytes;
    }
    sums.complete = sums.all == memory.ram && sums.pager == pager.total;
    return sums;
}

/// Where the total comes from.
std::string_view ram_name(ipc::process::Memory::Reply const& memory) {
    return memory.is_described != 0 ? "RAM of the device tree" : "RAM this board must have";
}

void print_sums(Printer& out, Sums const& sums, ipc::process::Memory::Reply const& memory,
                ipc::pager::Statistics::Reply const& pager) {
    if (out.plain()) {
        out.line("sum=", sums.all, "\nram=", memory.ram, "\nram_described=", memory.is_described);
        out.line("pager_sum=", sums.pager, "\npager_total=", pager.total);
        return;
    }
    out.print("  ", Style::Bold, base::Left{"sum", name_width}, Size{sums.all, size_width},
              Style::Normal);
    if (sums.complete) {
        out.line(Style::Green, "  = ", ram_name(memory), ", ", memory.ram, " bytes: complete",
                 Style::Normal);
        return;
    }
    out.line();
    if (sums.pager != pager.total) {
        out.line(Style::Red, "  the pager's states add up to ", sums.pager, " bytes, but it owns ",
                 pager.total, Style::Normal);
    }
    if (sums.all != memory.ram) {
        bool const missing = sums.all < memory.ram;
        out.line(Style::Red, "  ", ram_name(memory), " is ", memory.ram,
                 " bytes: ", missing ? memory.ram - sums.all : sums.all - memory.ram,
                 missing ? " bytes are missing" : " bytes too many", Style::Normal);
    }
}

void print_row(Printer& out, Row const& row, std::uint64_t ram) {
    if (out.plain()) {
        out.line(row.key, '=', row.bytes);
        return;
    }
    out.print("  ", base::Left{row.name, name_width}, Size{row.bytes, size_width});
    out.print(Percent{row.bytes, ram}, row.style, Bar{row.bytes, ram, bar_width}, Style::Normal);
    out.line("  ", Style::Dim, row.what, Style::Normal);
}

void print_totals(Printer& out, Sums const& sums, ipc::process::Memory::Reply const& memory,
                  ipc::pager::Statistics::Reply const& pager) {
    for (auto const& row : make_rows(memory, pager)) {
        print_row(out, row, memory.ram);
    }
    print_sums(out, sums, memory, pager);
    if (out.plain()) {
        out.line("file_mapped=", pager.file_mapped, "\nzero_mapped=", pager.zero_mapped,
                 "\nfaults_ever=", pager.faults);
        return;
    }
    out.line();
    out.line("  not in the sum: ", Size{pager.file_mapped}, " of the boot image and ",
             Size{pager.zero_mapped}, " of zero page are mapped");
    out.line("  page faults served: ", pager.faults);
}

/// Whether the sums are right is for the other half of the checks; this one is the pager's own.
Status check_books(Context& context) {
    auto const check = context.system.check_books();
    if (!check) {
        return context.fail("the pager does not check: ", ipc::describe(check.error()));
    }
    if (auto const discrepancy = check->discrepancy.view(); !discrepancy.empty()) {
        return context.fail("the pager's books do not balance: ", discrepancy);
    }
    if (context.out.plain()) {
        context.out.line("books=balanced");
        return Status::Done;
    }
    context.out.line("  ", Style::Green, "the books balance", Style::Normal,
                     ": each frame has one state, and as many users as it says");
    return Status::Done;
}

void print_space(Printer& out, ipc::pager::SpaceStatistics::Reply const& space) {
    if (out.plain()) {
        out.line("pid=", space.pid, "\nname=", space.name.view(), "\nreserved=", space.reserved);
        out.line("private=", space.anonymous, "\nfile=", space.file, "\nzero=", space.zero,
                 "\npage_tables=", space.page_tables, "\nfaults=", space.faults);
        return;
    }
    out.print(base::Right{space.pid, 5}, "  ", base::Left{space.name.view(), 11},
              Size{space.reserved, 9}, Size{space.anonymous, 9}, Size{space.file, 9},
              Size{space.zero, 9}, Size{space.page_tables, 9}, base::Right{space.faults, 8});
    out.print("  ", Style::Yellow, Bar{space.anonymous, space.reserved, 5});
    out.line(Style::Normal);
}

void print_spaces(Context& context) {
    auto& out = context.out;
    if (!out.plain()) {
        out.line();
        out.line(Style::Bold,
                 "  PID  NAME       RESERVED  PRIVATE     FILE     ZERO   TABLES  FAULTS",
                 Style::Normal);
    }
    for_each_space(context.system, [&](ipc::pager::SpaceStatistics::Reply const& space) {
        print_space(out, space);
        return true;
    });
}

} // namespace

Status memstat(Context& context) {
    context.take_plain();
    bool const checks = context.take_option("--check");
    if (!context.arguments.empty()) {
        return context.fail_with_hint("'", context.arguments[0], "' is no option");
    }
    auto const memory = context.system.memory();
    if (!memory) {
        return context.fail("init does not tell: ", ipc::describe(memory.error()));
    }
    auto const pager = context.system.pager_statistics();
    if (!pager) {
        return context.fail("the pager does not tell: ", ipc::describe(pager.error()));
    }
    auto& out = context.out;
    auto const sums = sums_of(*memory, *pager);
    auto const status = sums.complete ? Status::Done : Status::Failed;
    if (checks) {
        print_sums(out, sums, *memory, *pager);
        auto const books = check_books(context);
        return sums.complete ? books : status;
    }
    print_totals(out, sums, *memory, *pager);
    print_spaces(context);
    return status;
}

} // namespace shell::command
