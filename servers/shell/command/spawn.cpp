// SPDX-License-Identifier: BSD-2-Clause
//
// spawn, fg, kill: programs come and go.

#include <shell/command/command.hpp>
#include <shell/foreground.hpp>
#include <shell/process_report.hpp>

namespace shell::command {

namespace {

Status list_programs(Context& context) {
    auto& out = context.out;
    out.line("programs:");
    for_each_program(context.system, [&](ipc::process::Program::Reply const& program) {
        out.line("  ", base::Left{program.name.view(), 16}, Size{program.size, 10});
        return true;
    });
    return Status::Done;
}

Status wait_and_report(Context& context, System::Word pid, std::string_view name) {
    auto const end = wait_in_foreground(context, pid);
    if (!end) {
        return Status::Failed;
    }
    report_end(context.out, pid, name, end->how);
    return end->interrupted ? Status::Interrupted : Status::Done;
}

} // namespace

Status spawn(Context& context) {
    if (context.arguments.empty()) {
        return context.background ? context.fail_with_hint("needs the name of a program")
                                  : list_programs(context);
    }
    auto const name = context.arguments.front();
    auto const pid = start_program(context, name, context.arguments.subspan(1));
    if (!pid) {
        return Status::Failed;
    }
    if (context.background) {
        context.out.line('[', *pid, "] ", name, " started");
        return Status::Done;
    }
    return wait_and_report(context, *pid, name);
}

Status fg(Context& context) {
    if (context.arguments.size() != 1) {
        return context.fail_with_hint("needs one process number");
    }
    auto const pid = parse_number(context.arguments.front());
    if (!pid || *pid == 0) {
        return context.fail_with_hint("'", context.arguments.front(), "' is not a process number");
    }
    auto const process = context.system.next_process(*pid - 1);
    if (!process || process->pid != *pid) {
        return context.fail("no process ", *pid, " (try: ps)");
    }
    if (process->is_child == 0) {
        return context.fail("process ", *pid, " (", process->name.view(), ") was not started here");
    }
    return wait_and_report(context, *pid, process->name.view());
}

namespace {

Status kill_one(Context& context, std::string_view word) {
    auto const pid = parse_number(word);
    if (!pid) {
        return context.fail_with_hint("'", word, "' is not a process number");
    }
    ipc::Text<ipc::process::max_name> buffer;
    auto const name = name_of(context.system, *pid, buffer);
    auto const killed = context.system.kill(*pid);
    if (!killed) {
        switch (killed.error()) {
        case ipc::Error::NotFound: return context.fail("no process ", *pid, " (try: ps)");
        case ipc::Error::PermissionDenied:
            return context.fail("process ", *pid, " (", name, ") is part of the system");
        default: return context.fail(ipc::describe(killed.error()));
        }
    }
    if (auto const end = context.system.wait(*pid)) {
        report_end(context.out, *pid, name, *end);
    }
    return Status::Done;
}

} // namespace

Status kill(Context& context) {
    if (context.arguments.empty()) {
        return context.fail_with_hint("needs a process number");
    }
    auto status = Status::Done;
    for (auto const word : context.arguments) {
        if (kill_one(context, word) != Status::Done) {
            status = Status::Failed;
        }
    }
    return status;
}

} // namespace shell::command
