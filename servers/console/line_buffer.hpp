// SPDX-License-Identifier: BSD-2-Clause
//
// LineBuffer: the beginning of a line whose end has not come yet.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace console {

class LineBuffer {
public:
    static constexpr std::size_t capacity = 1024;

    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
    [[nodiscard]] std::size_t room() const { return capacity - size_; }

    /// All or nothing.
    [[nodiscard]] bool append(std::string_view text) {
        if (text.size() > room()) {
            return false;
        }
        std::memcpy(bytes_.data() + size_, text.data(), text.size());
        size_ += text.size();
        return true;
    }

    void clear() { size_ = 0; }

private:
    std::array<char, capacity> bytes_{};
    std::size_t size_{0};
};

} // namespace console
