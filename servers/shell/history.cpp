// SPDX-License-Identifier: BSD-2-Clause
//
// History, searched from its end: it is short, and people go back a few lines.

#include <shell/history.hpp>

#include <algorithm>

namespace shell {

void History::add(std::string_view line) {
    if (line.empty() || line.size() >= capacity / 2 || line.contains('\n')) {
        return;
    }
    if (count_ > 0 && this->line(0) == line) {
        return;
    }
    while (used_ + line.size() + 1 > capacity) {
        drop_oldest();
    }
    std::ranges::copy(line, text_.begin() + used_);
    used_ += line.size();
    text_[used_++] = '\n';
    ++count_;
}

std::string_view History::line(std::size_t age) const {
    std::string_view rest{text_.data(), used_};
    for (;; --age) {
        rest.remove_suffix(1); // the line feed
        auto const before = rest.rfind('\n');
        auto const start = before == std::string_view::npos ? 0 : before + 1;
        if (age == 0) {
            return rest.substr(start);
        }
        rest = rest.substr(0, start);
    }
}

void History::drop_oldest() {
    std::string_view const all{text_.data(), used_};
    auto const length = all.find('\n') + 1;
    std::copy(text_.begin() + length, text_.begin() + used_, text_.begin());
    used_ -= length;
    --count_;
}

} // namespace shell
