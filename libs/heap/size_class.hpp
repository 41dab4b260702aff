// SPDX-License-Identifier: BSD-2-Clause
//
// Size classes of small objects: every granule up to 128 bytes, then four steps to each doubling,
// so that rounding up costs a fifth at most. Sizes are those of the payload.
#pragma once

#include <heap/block_header.hpp>

namespace heap {

inline constexpr std::size_t largest_stride = 1024;
inline constexpr std::size_t largest_object = largest_stride - sizeof(BlockHeader);

namespace size_class {

inline constexpr unsigned linear_bits = 7;
inline constexpr std::size_t linear = (std::size_t{1} << linear_bits) / granule;
inline constexpr unsigned step_bits = 2; // of steps to each doubling

/// The class of the smallest objects that have room for `size`, which is at most `largest_object`.
constexpr std::size_t of(std::size_t size) {
    auto const last = size + sizeof(BlockHeader) - 1; // the object's last byte
    if (last < base::bit(linear_bits)) {
        return last / granule;
    }
    auto const doubling = base::log2_floor(last);
    auto const step = base::extract(last, doubling - step_bits, step_bits);
    return linear + (doubling - linear_bits) * base::bit(step_bits) + step;
}

/// How far apart objects of a class are.
constexpr std::size_t stride(std::size_t number) {
    if (number < linear) {
        return (number + 1) * granule;
    }
    auto const doubling = linear_bits + static_cast<unsigned>((number - linear) >> step_bits);
    auto const step = base::extract(number - linear, 0, step_bits);
    return base::bit(doubling) + (step + 1) * base::bit(doubling - step_bits);
}

inline constexpr std::size_t count = of(largest_object) + 1;
static_assert(stride(count - 1) == largest_stride);

} // namespace size_class
} // namespace heap
