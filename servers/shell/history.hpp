// SPDX-License-Identifier: BSD-2-Clause
//
// History: the last lines, and a walk through them that begins and ends at the line being typed.
#pragma once

#include <shell/edited_line.hpp>

namespace shell {

class History {
public:
    static constexpr std::size_t capacity = 32;

    /// Neither empty lines nor the same one twice in a row. The walk starts anew.
    void add(std::string_view text) {
        back_ = 0;
        if (text.empty() || (size_ > 0 && text == entry(1))) {
            return;
        }
        lines_[next_].set(text);
        next_ = (next_ + 1) % capacity;
        size_ = std::min(size_ + 1, capacity);
    }

    void stop() { back_ = 0; }

    /// One line further back. False at the oldest one.
    [[nodiscard]] bool older(EditedLine& line) {
        if (back_ == size_) {
            return false;
        }
        if (back_ == 0) {
            draft_ = line;
        }
        line.set(entry(++back_));
        return true;
    }

    [[nodiscard]] bool newer(EditedLine& line) {
        if (back_ == 0) {
            return false;
        }
        --back_;
        line.set(back_ == 0 ? draft_.text() : entry(back_));
        return true;
    }

private:
    /// 1 is the newest.
    [[nodiscard]] std::string_view entry(std::size_t back) const {
        return lines_[(next_ + capacity - back) % capacity].text();
    }

    std::array<EditedLine, capacity> lines_{};
    std::size_t next_{0};
    std::size_t size_{0};
    std::size_t back_{0}; // where the walk is; 0: at the draft
    EditedLine draft_;
};

} // namespace shell
