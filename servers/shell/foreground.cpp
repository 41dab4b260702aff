// SPDX-License-Identifier: BSD-2-Clause
//
// A command line for init, and the wait for what became of it.

#include <shell/foreground.hpp>
#include <shell/process_report.hpp>

#include <algorithm>

namespace shell {

namespace {

using ipc::process::blanks;

Status refuse(Context& context, std::string_view name, ipc::Error error) {
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

} // namespace

std::optional<System::Word> start_program(Context& context, std::string_view name,
                                          std::span<std::string_view const> arguments) {
    std::array<char, ipc::process::max_command + 1> buffer;
    base::Writer command{buffer};
    auto const append = [&](std::string_view word) {
        if (word.empty() || word.find_first_of(blanks) != std::string_view::npos) {
            context.fail("a program's arguments cannot be empty or hold blanks: '", word, "'");
            return false;
        }
        command.put(command.text().empty() ? "" : " ").put(word);
        return true;
    };
    if (!append(name) || !std::ranges::all_of(arguments, append)) {
        return std::nullopt;
    }
    if (command.text().size() > ipc::process::max_command) {
        context.fail("name and arguments are longer than ", ipc::process::max_command,
                     " characters");
        return std::nullopt;
    }
    auto const pid = context.system.spawn(command.text());
    if (!pid) {
        refuse(context, name, pid.error());
        return std::nullopt;
    }
    return *pid;
}

std::optional<ProgramEnd> wait_in_foreground(Context& context, System::Word pid) {
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
        context.fail("lost sight of process ", pid, ": ", ipc::describe(end.error()));
        return std::nullopt;
    }
    return ProgramEnd{.how = *end, .interrupted = interrupted};
}

Status run_to_end(Context& context, std::string_view name,
                  std::span<std::string_view const> arguments) {
    auto const pid = start_program(context, name, arguments);
    if (!pid) {
        return Status::Failed;
    }
    auto const end = wait_in_foreground(context, *pid);
    if (!end) {
        return Status::Failed;
    }
    bool const by_itself = end->how.state == ipc::process::State::Exited;
    if (!by_itself) {
        report_end(context.out, *pid, name, end->how);
    }
    if (end->interrupted) {
        return Status::Interrupted;
    }
    return by_itself && end->how.code == 0 ? Status::Done : Status::Failed;
}

} // namespace shell
