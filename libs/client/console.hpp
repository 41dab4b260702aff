// SPDX-License-Identifier: BSD-2-Clause
//
// Text to and from the person at the console.
#pragma once

#include <base/format.hpp>
#include <client/servers.hpp>
#include <ipc/protocol/console.hpp>

#include <string_view>

namespace client::console {

/// Any amount of text, in as many messages as it takes.
inline ipc::Result<> write(std::string_view text) {
    return ipc::console::write(console_server, text);
}

/// Waits until somebody types while this process is in the foreground; at most `max` bytes, or as
/// many as fit if that is 0.
inline ipc::Result<ipc::console::Read::Reply> read(api::Word max = 0) {
    return ipc::call(console_server, ipc::console::Read{.max = max});
}

/// From now on process `pid` reads; only the owner of the terminal may say so.
inline ipc::Result<> bring_to_front(api::Word pid) {
    TRY(ipc::call(console_server, ipc::console::Foreground{.pid = pid}));
    return {};
}

/// Whether ctrl-C was pressed while the owner of the terminal, which alone may ask, did not read.
/// Each time is told once.
inline bool take_interrupt() {
    auto const reply = ipc::call(console_server, ipc::console::TakeInterrupt{});
    return reply && reply->pressed != 0;
}

/// Writes all arguments one after another, as base::Writer shows them, in one message: what does
/// not fit is cut. Output that nobody can receive is dropped, as there is nobody to tell.
template <typename... Args>
void print(Args const&... args) {
    std::array<char, ipc::console::max_text> buffer;
    auto const ignored = write(base::format_to(buffer, args...));
    static_cast<void>(ignored);
}

} // namespace client::console
