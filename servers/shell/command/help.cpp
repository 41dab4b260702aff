// SPDX-License-Identifier: BSD-2-Clause
//
// help: the table of commands, or one of them.

#include <shell/aliases.hpp>
#include <shell/command/command.hpp>

#include <algorithm>

namespace shell::command {

namespace {

std::size_t usage_width(Command const& command) {
    return command.name.size() + 1 + command.synopsis.size();
}

void print_usage(Printer& out, Command const& command, std::size_t width) {
    out.print(Style::Bold, command.name, Style::Normal, ' ',
              base::Left{command.synopsis, width - command.name.size() - 1});
}

Status help_on(Context& context, Command const& command) {
    auto& out = context.out;
    print_usage(out, command, usage_width(command));
    out.line();
    out.line("  ", command.summary);
    auto rest = command.details;
    while (!rest.empty()) {
        auto const end = std::min(rest.find('\n'), rest.size());
        out.line("  ", rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return Status::Done;
}

} // namespace

Status help(Context& context) {
    if (context.arguments.size() > 1) {
        return context.fail("takes one command name");
    }
    if (context.arguments.size() == 1) {
        auto const* const alias = find_alias(context.arguments[0]);
        auto const* const command =
            find_command(alias != nullptr ? alias->words.front() : context.arguments[0]);
        return command != nullptr
                   ? help_on(context, *command)
                   : context.fail("no command named '", context.arguments[0], "' (try: help)");
    }
    std::size_t width = 0;
    for (auto const& command : commands()) {
        width = std::max(width, usage_width(command));
    }
    for (auto const& command : commands()) {
        context.out.print("  ");
        print_usage(context.out, command, width);
        context.out.line("  ", command.summary);
    }
    context.out.line();
    context.out.line("Keys: arrows, home, end, ctrl-A/E/K/U/W/L; up and down: past lines; "
                     "tab: names");
    return Status::Done;
}

} // namespace shell::command
