// SPDX-License-Identifier: BSD-2-Clause
//
// uptime, time: the clock.

#include <shell/command/command.hpp>

namespace shell::command {

namespace {

constexpr std::uint64_t per_second = 1'000'000;

/// At least `digits` digits.
struct Padded {
    std::uint64_t value;
    unsigned digits;
};

void print_padded(Printer& out, Padded number) {
    std::uint64_t limit = 10;
    for (unsigned digit = 1; digit < number.digits; ++digit, limit *= 10) {
        if (number.value < limit) {
            out.print('0');
        }
    }
    out.print(number.value);
}

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
    out.print(seconds / 3600 % 24, ':');
    print_padded(out, {.value = seconds / 60 % 60, .digits = 2});
    out.print(':');
    print_padded(out, {.value = seconds % 60, .digits = 2});
    out.print('.');
    print_padded(out, {.value = now % per_second / 1000, .digits = 3});
    out.line();
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
    context.out.print("took ", elapsed / 1000, '.');
    print_padded(context.out, {.value = elapsed % 1000, .digits = 3});
    context.out.print(" ms");
    if (instructions != 0) {
        context.out.print(", ", context.system.instructions_executed() - instructions,
                          " instructions");
    }
    context.out.line();
    return status;
}

} // namespace shell::command
