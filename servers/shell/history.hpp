// SPDX-License-Identifier: BSD-2-Clause
//
// History: the lines entered so far, in one block of memory. The oldest make room for new ones.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace shell {

/// Invariant: the first `used_` bytes are lines, oldest first, each ended by a line feed.
class History {
public:
    static constexpr std::size_t capacity = 16 * 1024;

    /// Empty lines, repetitions of the newest line and lines beyond all measure are not kept.
    void add(std::string_view line);

    [[nodiscard]] std::size_t count() const { return count_; }

    /// `age` 0 is the newest line; `age` must be below count().
    [[nodiscard]] std::string_view line(std::size_t age) const;

private:
    void drop_oldest();

    std::array<char, capacity> text_{};
    std::size_t used_{0};
    std::size_t count_{0};
};

} // namespace shell
