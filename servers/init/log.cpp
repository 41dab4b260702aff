// SPDX-License-Identifier: BSD-2-Clause
//
// Text out of init.

#include <init/log.hpp>
#include <init/own_capabilities.hpp>
#include <ipc/protocol/console.hpp>

namespace init {

void Log::write(std::string_view text) const {
    if (console_.cptr() == api::null_cptr) {
        for (char const c : text) {
            sys::debug_put_char(c);
        }
        return;
    }
    static_cast<void>(ipc::console::write(console_, text)); // if it fails, whom to tell?
}

void Log::stop() {
    static_cast<void>(own::thread.suspend());
    for (;;) {
        sys::yield();
    }
}

} // namespace init
