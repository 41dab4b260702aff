// SPDX-License-Identifier: BSD-2-Clause
//
// From a line to a command.

#include <shell/aliases.hpp>
#include <shell/parser.hpp>
#include <shell/process_report.hpp>
#include <shell/shell.hpp>

#include <algorithm>

namespace shell {

void Shell::greet() {
    Printer out{terminal_};
    out.line();
    out.line(Style::Bold, "Quire ", version, Style::Normal, " - type ", Style::Bold, "help",
             Style::Normal, " for what can be typed");
    system_.prompt_reached();
}

void Shell::run_once() {
    Printer out{terminal_};
    report_ended_processes(out, system_);
    auto const line = editor_.read_line(prompt);
    switch (line.status) {
    case LineEditor::Status::Entered: run_line(line.text); return;
    case LineEditor::Status::Cancelled: return;
    case LineEditor::Status::EndOfInput:
        out.line("the shell does not end (to switch the machine off: poweroff)");
        return;
    case LineEditor::Status::TooLong:
        out.line(Style::Red, "line refused: it is longer than ", LineBuffer::capacity,
                 " characters", Style::Normal);
        return;
    }
}

void Shell::run_line(std::string_view line) {
    CommandLine command;
    if (auto const parsed = command.parse(line); !parsed) {
        Printer{terminal_}.line(Style::Red, describe(parsed.error()), Style::Normal);
        return;
    }
    if (command.words().empty()) {
        return;
    }
    if (run(command.words(), command.background()) == Status::Interrupted) {
        editor_.drop_typed_ahead(); // whoever presses ctrl-C does not want the rest either
    }
}

Status Shell::run(std::span<std::string_view const> words, bool background) {
    if (auto const* const alias = find_alias(words.front())) {
        std::array<std::string_view, CommandLine::max_words + 1> all;
        auto const end = std::ranges::copy(alias->words, all.begin()).out;
        auto const rest = words.subspan(1);
        std::ranges::copy(rest, end);
        return run({all.data(), alias->words.size() + rest.size()}, background);
    }
    auto const* const command = find_command(words.front());
    if (command == nullptr) {
        Printer out{terminal_};
        return refuse_unknown(out, words.front());
    }
    Context context{*command, words.subspan(1), background, terminal_, system_, *this};
    if (background && !command->may_run_in_background) {
        return context.fail("cannot run in the background; spawn can");
    }
    return command->run(context);
}

std::optional<std::string_view> Shell::ask(std::string_view question) {
    auto const line = editor_.read_line(question);
    return line.status == LineEditor::Status::Entered ? std::optional{line.text} : std::nullopt;
}

Status Shell::refuse_unknown(Printer& out, std::string_view name) {
    bool is_program = false;
    for_each_program(system_, [&](ipc::process::Program::Reply const& program) {
        is_program = program.name.view() == name;
        return !is_program;
    });
    out.print(Style::Red, name);
    if (is_program) {
        out.line(": not a command, but a program (try: spawn ", name, ")", Style::Normal);
    } else {
        out.line(": no such command (try: help)", Style::Normal);
    }
    return Status::Failed;
}

} // namespace shell
