// SPDX-License-Identifier: BSD-2-Clause
//
// lazy: how the pages of programs came, of one or of all.

#include <shell/command/command.hpp>
#include <shell/pager_figures.hpp>
#include <shell/process_report.hpp>
#include <shell/regions.hpp>

namespace shell::command {

namespace {

using Lazy = ipc::pager::LazyStatistics::Reply;
using Space = ipc::pager::SpaceStatistics::Reply;

void print_key_values(Printer& out, System::Word pid, std::string_view name, Lazy const& lazy) {
    out.line("pid=", pid);
    out.line("name=", name);
    print(out, lazy);
}

void print_in_table(Printer& out, Space const& space, Lazy const& lazy) {
    out.print(base::Right{space.pid, 5}, "  ", base::Left{space.name.view(), 11});
    out.print(Size{lazy.reserved * page_size, 9}, Size{lazy.resident * page_size, 9});
    for (auto const value : {lazy.faults, lazy.zero, lazy.frames, lazy.file, lazy.copies}) {
        out.print(base::Right{value, 7});
    }
    out.line(base::Right{lazy.ahead, 7});
}

/// A program that ends meanwhile is left out.
Status print_all(Context& context) {
    auto& out = context.out;
    if (!out.plain()) {
        out.line(Style::Bold,
                 "  PID  NAME        RESERVED RESIDENT FAULTS   ZERO FRAMES   FILE COPIES  AHEAD",
                 Style::Normal);
    }
    for_each_space(context.system, [&](Space const& space) {
        auto const lazy = context.system.lazy_statistics(space.pid);
        if (lazy && out.plain()) {
            print_key_values(out, space.pid, space.name.view(), *lazy);
        } else if (lazy) {
            print_in_table(out, space, *lazy);
        }
        return true;
    });
    return Status::Done;
}

Status print_one(Context& context, System::Word pid) {
    auto const lazy = context.system.lazy_statistics(pid);
    if (!lazy) {
        return lazy.error() == ipc::Error::NotFound
                   ? context.fail("the pager knows no process ", pid, " (try: ps)")
                   : context.fail("the pager does not tell: ", ipc::describe(lazy.error()));
    }
    ipc::Text<ipc::process::max_name> buffer;
    auto const name = name_of(context.system, pid, buffer);
    if (context.out.plain()) {
        print_key_values(context.out, pid, name, *lazy);
        return Status::Done;
    }
    context.out.line("how the pages of [", pid, "] ", name, " came");
    print(context.out, *lazy);
    return Status::Done;
}

} // namespace

Status lazy(Context& context) {
    context.take_plain();
    if (context.arguments.empty()) {
        return print_all(context);
    }
    auto const pid = parse_number(context.arguments.front());
    if (!pid || context.arguments.size() > 1) {
        return context.fail_with_hint("needs one process number, or none");
    }
    return print_one(context, *pid);
}

} // namespace shell::command
