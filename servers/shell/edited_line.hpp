// SPDX-License-Identifier: BSD-2-Clause
//
// EditedLine: text and a cursor in it. It knows no screen and no keys.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace shell {

/// Invariant: cursor() <= text().size() <= capacity.
class EditedLine {
public:
    static constexpr std::size_t capacity = 255;

    [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }
    [[nodiscard]] std::size_t cursor() const { return cursor_; }
    [[nodiscard]] std::string_view before_cursor() const { return text().substr(0, cursor_); }
    [[nodiscard]] bool at_end() const { return cursor_ == size_; }

    /// Refuses what does not fit.
    [[nodiscard]] bool insert(char c) {
        if (size_ == capacity) {
            return false;
        }
        std::copy_backward(bytes_.begin() + cursor_, bytes_.begin() + size_,
                           bytes_.begin() + size_ + 1);
        bytes_[cursor_++] = c;
        ++size_;
        return true;
    }

    void set(std::string_view text) {
        size_ = std::min(text.size(), capacity);
        std::copy_n(text.begin(), size_, bytes_.begin());
        cursor_ = size_;
    }

    void move_to(std::size_t position) { cursor_ = std::min(position, size_); }

    /// Removes the text from `first` up to `last` and leaves the cursor there.
    void erase(std::size_t first, std::size_t last) {
        std::copy(bytes_.begin() + last, bytes_.begin() + size_, bytes_.begin() + first);
        size_ -= last - first;
        cursor_ = first;
    }

    /// Where the word before the cursor starts.
    [[nodiscard]] std::size_t word_start() const {
        auto start = cursor_;
        while (start > 0 && bytes_[start - 1] == ' ') {
            --start;
        }
        while (start > 0 && bytes_[start - 1] != ' ') {
            --start;
        }
        return start;
    }

private:
    std::array<char, capacity> bytes_{};
    std::size_t size_{0};
    std::size_t cursor_{0};
};

} // namespace shell
