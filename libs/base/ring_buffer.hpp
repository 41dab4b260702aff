// SPDX-License-Identifier: BSD-2-Clause
//
// RingBuffer: a bounded first-in first-out queue of values. A full buffer refuses; the caller
// decides what to drop.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace base {

template <typename T, std::size_t Capacity>
class RingBuffer {
public:
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] bool full() const { return size_ == Capacity; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t room() const { return Capacity - size_; }

    [[nodiscard]] bool push(T value) {
        if (full()) {
            return false;
        }
        items_[(first_ + size_++) % Capacity] = value;
        return true;
    }

    [[nodiscard]] std::optional<T> pop() {
        if (empty()) {
            return std::nullopt;
        }
        T const value = items_[first_];
        first_ = (first_ + 1) % Capacity;
        --size_;
        return value;
    }

private:
    std::array<T, Capacity> items_{};
    std::size_t first_{0};
    std::size_t size_{0};
};

} // namespace base
