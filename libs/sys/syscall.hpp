// SPDX-License-Identifier: BSD-2-Clause
//
// The system calls, one function each. Words 4 and up of a message travel in the IPC buffer.
#pragma once

#include <api/message.hpp>
#include <api/syscall.hpp>
#include <api/types.hpp>

#include <array>
#include <string_view>

namespace sys {

using RegisterWords = std::array<api::Word, api::register_message_words>;

/// Badges of notifications have this bit set by convention, badges of endpoints never: it tells a
/// server whose notification is bound to its thread what a receive brought.
inline constexpr api::Word notification_badge = base::bit(63);

/// What a receive brought: a message, or the signals of a notification.
struct Received {
    api::Badge badge{};
    api::MessageInfo info;
    RegisterWords words{};

    /// If so, `info` and `words` mean nothing.
    [[nodiscard]] constexpr bool is_notification() const {
        return (static_cast<api::Word>(badge) & notification_badge) != 0;
    }

    /// The badges of all signals since the last receive, or-ed together.
    [[nodiscard]] constexpr api::Word signals() const {
        return static_cast<api::Word>(badge) & ~notification_badge;
    }
};

/// A message to send: what does not fit into `words` is in the IPC buffer already.
struct Outgoing {
    api::MessageInfo info;
    RegisterWords words{};
};

Received call(api::CPtr target, Outgoing message);
void send(api::CPtr target, Outgoing message);
void nb_send(api::CPtr target, Outgoing message);

Received recv(api::CPtr endpoint, api::CPtr reply);
Received nb_recv(api::CPtr endpoint, api::CPtr reply);
Received reply_recv(api::CPtr endpoint, api::CPtr reply, Outgoing message);
Received nb_send_recv(api::CPtr target, Outgoing message, api::CPtr endpoint, api::CPtr reply);

/// The badge of a notification, or-ed from all signals; nb_wait: 0 if there was none.
api::Badge wait(api::CPtr notification);
api::Badge nb_wait(api::CPtr notification);

void yield();

/// Whether this program is built for debugging, as the kernel of the same build then is: other
/// kernels may not know the calls that are for debugging, and then they are faults.
inline constexpr bool debug_build = QUIRE_DEBUG != 0;

/// What the kernel calls a thread in its messages.
void debug_name_thread(api::CPtr thread, std::string_view name);

/// A character on the kernel's console: for programs that have nothing else yet.
void debug_put_char(char c);

} // namespace sys
