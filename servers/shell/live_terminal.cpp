// SPDX-License-Identifier: BSD-2-Clause
//
// The shell owns the terminal, so the console refuses nothing but for want of room: that passes.

#include <client/console.hpp>
#include <shell/live_terminal.hpp>
#include <sys/syscall.hpp>

namespace shell {

void LiveTerminal::write(std::string_view text) {
    // There is nobody to tell that output cannot be shown.
    static_cast<void>(client::console::write(text));
}

Input LiveTerminal::read() {
    for (;;) {
        if (auto const reply = client::console::read()) {
            input_ = *reply;
            if (!input_.text.view().empty() || input_.lost > 0) {
                return {.text = input_.text.view(), .lost = input_.lost};
            }
        }
        sys::yield();
    }
}

void LiveTerminal::bring_to_front(std::uint64_t pid) {
    static_cast<void>(client::console::bring_to_front(pid));
}

bool LiveTerminal::interrupted() {
    return client::console::take_interrupt();
}

} // namespace shell
