// SPDX-License-Identifier: BSD-2-Clause
//
// LineBuffer: the text being edited and the cursor in it. Knows nothing of keys and terminals.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace shell {

/// Invariant: the text is valid UTF-8 and the cursor stands at the start of a character or the end.
class LineBuffer {
public:
    static constexpr std::size_t capacity = 1000;

    [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }
    [[nodiscard]] std::size_t cursor() const { return cursor_; }
    [[nodiscard]] std::string_view before_cursor() const { return text().substr(0, cursor_); }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] bool at_end() const { return cursor_ == size_; }

    /// Inserts at the cursor; false, and nothing changed, if it does not fit.
    [[nodiscard]] bool insert(std::string_view text);

    /// Replaces everything; what does not fit is cut between characters.
    void assign(std::string_view text);
    void clear() { assign({}); }

    void move_left();
    void move_right();
    void move_word_left() { cursor_ = word_start(); }
    void move_word_right();
    void move_home() { cursor_ = 0; }
    void move_end() { cursor_ = size_; }

    void erase_before(); // backspace
    void erase_at();     // delete
    void erase_to_end() { size_ = cursor_; }
    void erase_to_start() { erase(0, cursor_); }
    void erase_word() { erase(word_start(), cursor_); }

private:
    void erase(std::size_t from, std::size_t to);
    [[nodiscard]] std::size_t word_start() const;

    std::array<char, capacity> text_{};
    std::size_t size_{0};
    std::size_t cursor_{0};
};

} // namespace shell
