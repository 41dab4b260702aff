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
    while (!text.empty()) {
        auto const part = text.substr(0, ipc::console::max_text);
        ipc::console::Write const request{ipc::Text<ipc::console::max_text>::of(part)};
        if (!ipc::call(console_, request)) {
            return; // nobody left to tell
        }
        text.remove_prefix(part.size());
    }
}

void Log::stop() {
    static_cast<void>(own::thread.suspend());
    for (;;) {
        sys::yield();
    }
}

} // namespace init
