// SPDX-License-Identifier: BSD-2-Clause
//
// Editing one line of UTF-8 text in place.

#include <shell/line_buffer.hpp>
#include <shell/utf8.hpp>

#include <algorithm>

namespace shell {

bool LineBuffer::insert(std::string_view text) {
    if (text.size() > capacity - size_) {
        return false;
    }
    auto const cursor = text_.begin() + cursor_;
    std::copy_backward(cursor, text_.begin() + size_, text_.begin() + size_ + text.size());
    std::ranges::copy(text, cursor);
    size_ += text.size();
    cursor_ += text.size();
    return true;
}

void LineBuffer::assign(std::string_view text) {
    auto end = text.size();
    while (end > capacity) {
        end = utf8::previous(text, end);
    }
    std::ranges::copy(text.substr(0, end), text_.begin());
    size_ = cursor_ = end;
}

void LineBuffer::move_left() {
    cursor_ = utf8::previous(text(), cursor_);
}

void LineBuffer::move_right() {
    cursor_ = utf8::next(text(), cursor_);
}

void LineBuffer::move_word_right() {
    auto const line = text();
    cursor_ = std::min(line.find_first_not_of(' ', cursor_), size_);
    cursor_ = std::min(line.find(' ', cursor_), size_);
}

void LineBuffer::erase_before() {
    erase(utf8::previous(text(), cursor_), cursor_);
}

void LineBuffer::erase_at() {
    erase(cursor_, utf8::next(text(), cursor_));
}

void LineBuffer::erase(std::size_t from, std::size_t to) {
    std::copy(text_.begin() + to, text_.begin() + size_, text_.begin() + from);
    size_ -= to - from;
    cursor_ = from;
}

std::size_t LineBuffer::word_start() const {
    auto const before = before_cursor();
    auto const last_letter = before.find_last_not_of(' ');
    if (last_letter == std::string_view::npos) {
        return 0;
    }
    auto const blank = before.rfind(' ', last_letter);
    return blank == std::string_view::npos ? 0 : blank + 1;
}

} // namespace shell
