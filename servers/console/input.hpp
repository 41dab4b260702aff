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

    /// Whether there is nothing to tell a reader.
    [[nodiscard]] bool empty() const { return queue_.empty() && lost_ == 0; }

    void add(char byte) {
        if (lost_ > 0 || !queue_.push(byte)) {
            ++lost_;
        }
    }

    /// At most `max` bytes; 0 means as many as fit. A gap is told on its own.
    [[nodiscard]] ipc::console::Read::Reply take(api::Word max) {
        ipc::console::Read::Reply reply{};
        if (queue_.empty()) {
            reply.lost = std::exchange(lost_, 0);
        }
        auto& text = reply.text;
        auto const room = text.bytes.size();
        auto const wanted = std::min({queue_.size(), room, max == 0 ? room : max});
        while (text.length < wanted) {
            text.bytes[text.length++] = *queue_.pop();
        }
        return reply;
    }

private:
    base::RingBuffer<char, capacity> queue_;
    api::Word lost_{0};
};

} // namespace console
