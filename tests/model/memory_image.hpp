// SPDX-License-Identifier: BSD-2-Clause
//
// Bytes that can be put back later. What the kernel keeps are plain values and pointers between
// places that do not move, so a copy of its bytes at the same place is the same state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace model {

class Places {
public:
    /// `size` is a multiple of 8.
    void add(void* at, std::size_t size) { spans_.push_back({static_cast<std::byte*>(at), size}); }

    [[nodiscard]] std::vector<std::byte> read() const {
        std::vector<std::byte> bytes;
        for (auto const span : spans_) {
            bytes.insert(bytes.end(), span.begin(), span.end());
        }
        return bytes;
    }

    void write(std::vector<std::byte> const& bytes) const {
        auto const* from = bytes.data();
        for (auto const span : spans_) {
            std::memcpy(span.data(), from, span.size());
            from += span.size();
        }
    }

    /// 64 bits are enough: even a million states hardly ever share one.
    [[nodiscard]] std::uint64_t hash() const {
        constexpr std::uint64_t multiplier = 0x9e37'79b9'7f4a'7c15;
        std::uint64_t hash = multiplier;
        for (auto const span : spans_) {
            for (std::size_t at = 0; at < span.size(); at += sizeof hash) {
                std::uint64_t word = 0;
                std::memcpy(&word, span.data() + at, sizeof word);
                hash = (hash ^ word) * multiplier;
                hash ^= hash >> 29;
            }
        }
        return hash;
    }

private:
    std::vector<std::span<std::byte>> spans_;
};

} // namespace model
