// SPDX-License-Identifier: BSD-2-Clause
//
// echo, clear: the screen.

#include <shell/command/command.hpp>

namespace shell::command {

Status echo(Context& context) {
    std::string_view separator;
    for (auto const word : context.arguments) {
        context.out.print(separator, word);
        separator = " ";
    }
    context.out.line();
    return Status::Done;
}

Status clear(Context& context) {
    if (!context.arguments.empty()) {
        return context.fail_with_hint("takes no arguments");
    }
    // The return tells the console that the line is empty again.
    context.out.print("\x1b[H\x1b[2J\r");
    return Status::Done;
}

} // namespace shell::command
