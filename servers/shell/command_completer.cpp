// SPDX-License-Identifier: BSD-2-Clause
//
// Only the first argument of a command is completed, but a command may itself be an argument.

#include <shell/aliases.hpp>
#include <shell/command_completer.hpp>

#include <algorithm>

namespace shell {

namespace {

/// Takes the first word off `rest`; empty at its end.
std::string_view take_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    auto const word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

void visit_commands(CandidateVisitor& visitor) {
    for (auto const& command : commands()) {
        visitor.visit(command.name);
    }
    for (auto const& alias : aliases()) {
        visitor.visit(alias.name);
    }
}

} // namespace

void CommandCompleter::candidates(std::string_view before, CandidateVisitor& visitor) {
    for (;;) {
        auto const name = take_word(before);
        if (name.empty()) {
            visit_commands(visitor);
            return;
        }
        auto const* const command = find_command(name);
        if (command == nullptr) {
            return;
        }
        auto first = take_word(before);
        if (first.empty()) {
            arguments(*command, visitor);
            return;
        }
        bool const is_command_line = command->argument == ArgumentKind::CommandLine;
        if (!is_command_line && command->argument != ArgumentKind::CommandAfterCount) {
            return;
        }
        if (is_command_line) {
            before = {first.data(), first.size() + before.size()}; // it is the next command's name
        }
    }
}

void CommandCompleter::arguments(Command const& command, CandidateVisitor& visitor) {
    switch (command.argument) {
    case ArgumentKind::Command:
    case ArgumentKind::CommandLine: visit_commands(visitor); return;
    case ArgumentKind::Program:
        for_each_program(system_, [&](ipc::process::Program::Reply const& program) {
            visitor.visit(program.name.view());
            return true;
        });
        return;
    case ArgumentKind::Process:
        for_each_process(system_, [&](ipc::process::List::Reply const& process) {
            std::array<char, 24> buffer;
            visitor.visit(base::format_to(buffer, process.pid));
            return true;
        });
        return;
    case ArgumentKind::Choice:
        for (auto rest = command.choices; !rest.empty();) {
            visitor.visit(take_word(rest));
        }
        return;
    case ArgumentKind::None:
    case ArgumentKind::CommandAfterCount: return;
    }
}

} // namespace shell
