// SPDX-License-Identifier: BSD-2-Clause
//
// uptime, time: the clock.

#include <shell/command/command.hpp>

namespace shell::command {

namespace {

constexpr std::uint64_t per_second = 1'000'000;

} // namespace

Status uptime(Context& context) {
    if (!context.arguments.empty()) {
        return context.fail_with_hint("takes no arguments");
    }
    auto const now = context.system.microseconds_since_boot();
    auto const seconds = now / per_second;
    auto& out = context.out;
    out.print("up ");
    if (auto const days = seconds / 86400; days > 0) {
        out.print(days, days == 1 ? " day, " : " days, ");
    }
    out.line(seconds / 3600 % 24, ':', Padded{.value = seconds / 60 % 60, .digits = 2}, ':',
             Padded{.value = seconds % 60, .digits = 2}, '.',
             Padded{.value = now % per_second / 1000, .digits = 3});
    if (auto const executed = context.system.instructions_executed(); executed != 0) {
        out.line("instructions since reset: ", executed, "; before the first program ",
                 context.system.instructions_before_init(), ", before the first prompt ",
                 context.system.instructions_before_prompt());
    }
    return Status::Done;
}

Status time(Context& context) {
    if (context.arguments.empty()) {
        return context.fail_with_hint("needs a command");
    }
    auto const start = context.system.microseconds_since_boot();
    auto const instructions = context.system.instructions_executed();
    auto const status = context.runner.run(context.arguments, false);
    auto const elapsed = context.system.microseconds_since_boot() - start;
    context.out.print("took ", elapsed / 1000, '.', Padded{.value = elapsed % 1000, .digits = 3},
                      " ms");
    if (instructions != 0) {
        context.out.print(", ", context.system.instructions_executed() - instructions,
                          " instructions");
    }
    context.out.line();
    return status;
}

} // namespace shell::command
