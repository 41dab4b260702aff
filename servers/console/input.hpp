// SPDX-License-Identifier: BSD-2-Clause
//
// Input: what was typed and not yet read. When nobody reads for long, the newest bytes are dropped
// and counted, until all that came before them has been read: so a reader knows where the gap is.
#pragma once

#include <base/ring_buffer.hpp>
#include <ipc/protocol/console.hpp>

#include <algorithm>
#include <utility>

namespace console {

class Input {
public:
    static constexpr std::size_t capacity = 4096;
    static constexpr char interrupt_key = 0x03; // ctrl-C

    /// Whether there is nothing to tell a reader.
    [[nodiscard]] bool empty() const { return queue_.empty() && lost_ == 0; }

    void add(char byte) {
        if (lost_ > 0 || !queue_.push(byte)) {
            ++lost_;
        }
    }

    /// Ctrl-C, and its reader does not read: whatever was typed before it is not wanted any more.
    /// The key stays, until its reader reads or somebody asks for it.
    void interrupt() {
        while (queue_.pop()) {
        }
        lost_ = 0;
        interrupted_ = queue_.push(interrupt_key);
    }

    /// Whether interrupt() was called and the key has not been read yet.
    [[nodiscard]] bool interrupted() const { return interrupted_; }

    /// As interrupted(). Takes the key out.
    [[nodiscard]] bool take_interrupt() {
        if (interrupted_) {
            static_cast<void>(queue_.pop()); // nothing comes in front of it
        }
        return std::exchange(interrupted_, false);
    }

    /// At most `max` bytes; 0 means as many as fit. A gap is told on its own.
    [[nodiscard]] ipc::console::Read::Reply take(api::Word max) {
        ipc::console::Read::Reply reply{};
        if (queue_.empty()) {
            reply.lost = std::exchange(lost_, 0);
        }
        auto& text = reply.text;
        auto const room =
            max == 0 ? text.bytes.size() : std::min<api::Word>(max, text.bytes.size());
        while (text.length < room) {
            auto const byte = queue_.pop();
            if (!byte) {
                break;
            }
            text.bytes[text.length++] = *byte;
        }
        interrupted_ = false;
        return reply;
    }

private:
    base::RingBuffer<char, capacity> queue_;
    api::Word lost_{0};
    bool interrupted_{false}; // the first byte in the queue is from interrupt()
};

} // namespace console
