// SPDX-License-Identifier: BSD-2-Clause
//
// MessageWriter: puts the words of a message where their receiver finds them.
#pragma once

#include <kernel/object/tcb.hpp>

#include <algorithm>

namespace kernel {

/// The first words go to registers, the rest to the IPC buffer. Without one they are dropped, and
/// not counted.
class MessageWriter {
public:
    MessageWriter(Tcb& receiver, api::IpcBuffer* buffer)
        : context_{receiver.context}, buffer_{buffer} {}

    void add(Word word) {
        if (count_ < api::register_message_words) {
            context_.set_message_word(count_++, word);
        } else if (buffer_ != nullptr && count_ < api::max_message_words) {
            buffer_->words[count_++] = word;
        }
    }

    [[nodiscard]] std::size_t count() const { return count_; }

private:
    arch::UserContext& context_;
    api::IpcBuffer* buffer_;
    std::size_t count_{0};
};

} // namespace kernel
