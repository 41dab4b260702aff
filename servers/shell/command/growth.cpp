// SPDX-License-Identifier: BSD-2-Clause
//
// growth: the memory of programs that grows by itself: how much room it has, and has used.

#include <shell/command/command.hpp>
#include <shell/growth_limits.hpp>
#include <shell/process_report.hpp>
#include <shell/regions.hpp>

namespace shell::command {

namespace {

using ipc::pager::RegionKind;

struct Growing {
    std::string_view name;
    Region const& region;
    std::uint64_t resident; // bytes
    std::uint64_t guard;    // bytes in front of it that nobody may touch
};

void print_growing(Printer& out, System::Word pid, std::string_view program,
                   Growing const& growing) {
    auto const& region = growing.region;
    auto const reserved = region.end - region.start;
    if (out.plain()) {
        out.line("pid=", pid, "\nname=", program, "\nregion=", growing.name,
                 "\nstart=", base::Hex{region.start}, "\nend=", base::Hex{region.end});
        out.line("reserved=", reserved, "\nresident=", growing.resident, "\nguard=", growing.guard);
        return;
    }
    out.print(base::Right{pid, 5}, "  ", base::Left{program, 11}, base::Left{growing.name, 7},
              base::Hex{region.start, 12}, Size{reserved, 10}, Size{growing.resident, 10});
    out.line(Size{growing.guard, 10}, "  ", Style::Yellow, Bar{growing.resident, reserved, 7},
             Style::Normal);
}

std::uint64_t resident_bytes(System& system, System::Word pid, Region const& region) {
    std::uint64_t pages = 0;
    for_each_piece(system, pid, region, pages_in(region, all_addresses),
                   [&](std::uint64_t, std::string_view piece) {
                       pages += piece.size() - std::ranges::count(piece, '.');
                       return true;
                   });
    return pages * page_size;
}

Status print_program(Context& context, System::Word pid, std::string_view program) {
    AddressRange guard{.start = 0, .end = 0}; // the one seen last
    auto status = Status::Done;
    for_each_region(context.system, pid, all_addresses, [&](Region const& region) {
        if (region.kind == RegionKind::Guard) {
            guard = {.start = region.start, .end = region.end};
        }
        if (region.kind == RegionKind::Stack || region.kind == RegionKind::Heap) {
            bool const is_guarded = guard.end == region.start;
            print_growing(context.out, pid, program,
                          {.name = region.kind == RegionKind::Stack ? "stack" : "heap",
                           .region = region,
                           .resident = resident_bytes(context.system, pid, region),
                           .guard = is_guarded ? guard.end - guard.start : 0});
        }
        status = context.terminal.interrupted() ? Status::Interrupted : Status::Done;
        return status == Status::Done;
    });
    return status;
}

void print_head(Printer& out) {
    if (!out.plain()) {
        out.line(Style::Bold,
                 "  PID  NAME       REGION START           RESERVED  RESIDENT     GUARD",
                 Style::Normal);
    }
}

/// Of a program that ends meanwhile, nothing is shown.
Status print_all(Context& context) {
    print_head(context.out);
    auto status = Status::Done;
    for_each_space(context.system, [&](ipc::pager::SpaceStatistics::Reply const& space) {
        status = print_program(context, space.pid, space.name.view());
        return status == Status::Done;
    });
    return status;
}

} // namespace

Status growth(Context& context) {
    context.take_plain();
    if (context.arguments.empty()) {
        return print_all(context);
    }
    auto const pid = parse_number(context.arguments.front());
    auto const settings = context.arguments.subspan(1);
    bool const sets = settings.size() > 1 && settings.front() == "set";
    if (!pid || (!settings.empty() && !sets)) {
        return context.fail_with_hint("needs at most a process number, and limits to set");
    }
    if (!is_known(context.system, *pid)) {
        return context.fail("the pager knows no process ", *pid, " (try: ps)");
    }
    if (sets) {
        return set_limits(context, *pid, settings.subspan(1));
    }
    print_head(context.out);
    ipc::Text<ipc::process::max_name> buffer;
    auto const status = print_program(context, *pid, name_of(context.system, *pid, buffer));
    if (auto const growth = context.system.growth(*pid); growth && status == Status::Done) {
        print_limits(context.out, *growth);
    }
    return status;
}

} // namespace shell::command
