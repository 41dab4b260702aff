// SPDX-License-Identifier: BSD-2-Clause
//
// memstat: where all memory is. Every byte of RAM is in exactly one row of the upper table.

#include <shell/command/command.hpp>

namespace shell::command {

namespace {

constexpr std::size_t name_width = 15;
constexpr std::size_t size_width = 11;
constexpr std::size_t bar_width = 17;

struct Row {
    std::string_view name;
    std::uint64_t bytes;
    Style style;
    std::string_view what;
};

using Rows = std::array<Row, 14>;

Rows make_rows(ipc::process::Memory::Reply const& memory,
               ipc::pager::Statistics::Reply const& pager) {
    return {{
        {"firmware", memory.firmware, Style::Dim, "reserved by the machine"},
        {"unused", memory.unused, Style::Dim, "in no block of 2 MiB"},
        {"kernel", memory.kernel, Style::Blue, "with boot-time objects"},
        {"device tree", memory.device_tree, Style::Blue, "what the machine is"},
        {"boot image", memory.boot_image, Style::Magenta, "init and the programs"},
        {"init", memory.init, Style::Magenta, "servers, and a reserve"},
        {"pager", pager.pager, Style::Magenta, "its image and books"},
        {"kernel objects", pager.kernel_objects, Style::Cyan, "threads and the like"},
        {"page tables", pager.page_tables, Style::Cyan, "of programs"},
        {"IPC buffers", pager.buffers, Style::Cyan, "of programs"},
        {"private", pager.anonymous, Style::Yellow, "written by programs"},
        {"shared", pager.shared, Style::Yellow, "programs write for others"},
        {"zero page", pager.shared_zero, Style::Yellow, "all untouched memory"},
        {"free", pager.free, Style::Green, "for whoever asks next"},
    }};
}

/// Where the total comes from.
std::string_view ram_name(ipc::process::Memory::Reply const& memory) {
    return memory.is_described != 0 ? "RAM of the device tree" : "RAM this board must have";
}

/// The pager's own sum and the sum over everybody are checked separately: they say whose books are
/// wrong.
Status print_sums(Context& context, std::uint64_t sum, ipc::process::Memory::Reply const& memory,
                  ipc::pager::Statistics::Reply const& pager) {
    auto& out = context.out;
    out.print("  ", Style::Bold, base::Left{"sum", name_width}, Size{sum, size_width},
              Style::Normal);
    auto const pager_sum = pager.free + pager.anonymous + pager.shared + pager.shared_zero +
                           pager.buffers + pager.page_tables + pager.kernel_objects + pager.pager;
    if (sum == memory.ram && pager_sum == pager.total) {
        out.line(Style::Green, "  = ", ram_name(memory), ", ", memory.ram, " bytes: complete",
                 Style::Normal);
        return Status::Done;
    }
    out.line();
    if (pager_sum != pager.total) {
        out.line(Style::Red, "  the pager's states add up to ", pager_sum, " bytes, but it owns ",
                 pager.total, Style::Normal);
    }
    if (sum != memory.ram) {
        bool const missing = sum < memory.ram;
        out.line(Style::Red, "  ", ram_name(memory), " is ", memory.ram,
                 " bytes: ", missing ? memory.ram - sum : sum - memory.ram,
                 missing ? " bytes are missing" : " bytes too many", Style::Normal);
    }
    return Status::Failed;
}

Status print_totals(Context& context, ipc::process::Memory::Reply const& memory,
                    ipc::pager::Statistics::Reply const& pager) {
    auto& out = context.out;
    std::uint64_t sum = 0;
    for (auto const& row : make_rows(memory, pager)) {
        sum += row.bytes;
        out.print("  ", base::Left{row.name, name_width}, Size{row.bytes, size_width});
        out.print(Percent{row.bytes, memory.ram}, row.style, Bar{row.bytes, memory.ram, bar_width},
                  Style::Normal);
        out.line("  ", Style::Dim, row.what, Style::Normal);
    }
    auto const status = print_sums(context, sum, memory, pager);
    out.line();
    out.line("  not in the sum: ", Size{pager.file_mapped}, " of the boot image and ",
             Size{pager.zero_mapped}, " of zero page are mapped");
    out.line("  page faults served: ", pager.faults);
    return status;
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
    context.out.line("  ", Style::Green, "the books balance", Style::Normal,
                     ": each frame has one state, and as many users as it says");
    return Status::Done;
}

Status print_check(Context& context, ipc::process::Memory::Reply const& memory,
                   ipc::pager::Statistics::Reply const& pager) {
    std::uint64_t sum = 0;
    for (auto const& row : make_rows(memory, pager)) {
        sum += row.bytes;
    }
    auto const sums = print_sums(context, sum, memory, pager);
    auto const books = check_books(context);
    return sums == Status::Done ? books : sums;
}

void print_space(Printer& out, ipc::pager::SpaceStatistics::Reply const& space) {
    out.print(base::Right{space.pid, 5}, "  ", base::Left{space.name.view(), 11},
              Size{space.reserved, 9}, Size{space.anonymous, 9}, Size{space.file, 9},
              Size{space.zero, 9}, Size{space.page_tables, 9}, base::Right{space.faults, 8});
    out.print("  ", Style::Yellow, Bar{space.anonymous, space.reserved, 5});
    out.line(Style::Normal);
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
    if (checks) {
        return print_check(context, *memory, *pager);
    }
    auto& out = context.out;
    auto const status = print_totals(context, *memory, *pager);
    out.line();
    out.line(Style::Bold, "  PID  NAME       RESERVED  PRIVATE     FILE     ZERO   TABLES  FAULTS",
             Style::Normal);
    for_each_space(context.system, [&](ipc::pager::SpaceStatistics::Reply const& space) {
        print_space(out, space);
        return true;
    });
    return status;
}

} // namespace shell::command
