// SPDX-License-Identifier: BSD-2-Clause
//
// Message: words from one thread to another, without capabilities.
#pragma once

#include <kernel/object/tcb.hpp>

namespace kernel {

/// What is to be carried, and the buffers for what does not fit into registers.
struct Message {
    api::MessageInfo info;
    api::IpcBuffer const* from{nullptr};
    api::IpcBuffer* to{nullptr};
};

/// Fills in the buffers if they are needed. False if one of them is missing: then less arrives
/// than was sent, which is for the general path to say.
[[nodiscard, gnu::always_inline]] inline bool find_buffers(Message& message, Tcb const& sender,
                                                           Tcb const& receiver) {
    if (message.info.length() <= api::register_message_words) {
        return true;
    }
    message.from = sender.ipc_buffer(Tcb::BufferUse::Send);
    message.to = receiver.ipc_buffer(Tcb::BufferUse::Receive);
    return message.from != nullptr && message.to != nullptr;
}

/// Whole groups first: loads in a row, then stores in a row.
inline void copy_buffer_words(Message const& message, std::size_t length) {
    using Group = std::array<Word, 4>;
    auto const* const from = message.from->words.data();
    auto* const to = message.to->words.data();
    auto i = api::register_message_words;
    for (; i + std::tuple_size_v<Group> <= length; i += std::tuple_size_v<Group>) {
        Group const group{from[i], from[i + 1], from[i + 2], from[i + 3]};
        to[i] = group[0];
        to[i + 1] = group[1];
        to[i + 2] = group[2];
        to[i + 3] = group[3];
    }
    for (; i < length; ++i) {
        to[i] = from[i];
    }
}

/// Registers behind the end of the message keep their values.
[[gnu::always_inline]] inline void transfer(Message const& message, Tcb const& sender,
                                            Tcb& receiver, Badge badge) {
    auto const length = message.info.length();
    if (length >= api::register_message_words) {
        for (std::size_t i = 0; i < api::register_message_words; ++i) {
            receiver.context.set_message_word(i, sender.context.message_word(i));
        }
        if (length > api::register_message_words) {
            copy_buffer_words(message, length);
        }
    } else {
        for (std::size_t i = 0; i < length; ++i) {
            receiver.context.set_message_word(i, sender.context.message_word(i));
        }
    }
    receiver.context.set_message_info(api::MessageInfo::make(message.info.label(), length));
    receiver.context.set_badge(std::to_underlying(badge));
}

} // namespace kernel
