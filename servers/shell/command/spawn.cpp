// SPDX-License-Identifier: BSD-2-Clause
//
// spawn, fg, kill: programs come and go.

#include <shell/command/command.hpp>
#include <shell/process_report.hpp>

namespace shell::command {

namespace {

using ipc::process::blanks;

Status list_programs(Context& context) {
    auto& out = context.out;
    out.line("programs:");
    for_each_program(context.system, [&](ipc::process::Program::Reply const& program) {
        out.line("  ", base::Left{program.name.view(), 16}, Size{program.size, 10});
        return true;
    });
    return Status::Done;
}

Status refuse(Context& context, ipc::Error error) {
    auto const name = context.arguments.front();
    switch (error) {
    case ipc::Error::NotFound: return context.fail_with_hint("no program named '", name, "'");
    case ipc::Error::BadProgram:
        return context.fail("'", name, "' is not a program this machine can run");
    case ipc::Error::OutOfMemory: return context.fail("not enough memory for '", name, "'");
    case ipc::Error::QuotaExceeded:
        return context.fail("too many programs run here already (try: ps)");
    default: return context.fail("cannot start '", name, "': ", ipc::describe(error));
    }
}

/// Leaves the terminal to the program and waits; on ctrl-C ends it.
Status wait_for(Context& context, System::Word pid, std::string_view name) {
    context.terminal.bring_to_front(pid);
    auto end = context.system.wait(pid);
    bool const interrupted = !end && end.error() == ipc::Error::Interrupted;
    if (interrupted) {
        static_cast<void>(context.terminal.interrupted()); // so that the prompt does not see it too
        context.out.line("^C");
        // It may have ended by itself just now; then that is what is reported.
        static_cast<void>(context.system.kill(pid));
        end = context.system.wait(pid);
    }
    if (!end) {
        return context.fail("lost sight of process ", pid, ": ", ipc::describe(end.error()));
    }
    report_end(context.out, pid, name, *end);
    return interrupted ? Status::Interrupted : Status::Done;
}

} // namespace

Status spawn(Context& context) {
    if (context.arguments.empty()) {
        return context.background ? context.fail_with_hint("needs the name of a program")
                                  : list_programs(context);
    }
    std::array<char, ipc::process::max_command + 1> buffer;
    base::Writer command{buffer};
    for (auto const word : context.arguments) {
        if (word.empty() || word.find_first_of(blanks) != std::string_view::npos) {
            return context.fail("a program's arguments cannot be empty or hold blanks: '", word,
                                "'");
        }
        command.put(command.text().empty() ? "" : " ").put(word);
    }
    if (command.text().size() > ipc::process::max_command) {
        return context.fail("name and arguments are longer than ", ipc::process::max_command,
                            " characters");
    }
    auto const pid = context.system.spawn(command.text());
    if (!pid) {
        return refuse(context, pid.error());
    }
    if (context.background) {
        context.out.line('[', *pid, "] ", context.arguments.front(), " started");
        return Status::Done;
    }
    return wait_for(context, *pid, context.arguments.front());
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
    return wait_for(context, *pid, process->name.view());
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
