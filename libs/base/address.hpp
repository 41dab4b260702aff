// SPDX-License-Identifier: BSD-2-Clause
//
// Addresses that cannot be mixed up: a physical, a kernel and a user address are three types.
#pragma once

#include <base/bits.hpp>

#include <compare>
#include <concepts>
#include <cstdint>

namespace base {

struct PhysicalSpace;
struct KernelSpace;
struct UserSpace;

template <typename Space>
class Address {
public:
    constexpr Address() = default;

    constexpr explicit Address(std::uint64_t raw) : raw_{raw} {}

    [[nodiscard]] constexpr std::uint64_t raw() const { return raw_; }

    [[nodiscard]] constexpr bool is_aligned(unsigned bits) const {
        return base::is_aligned(raw_, bits);
    }

    [[nodiscard]] constexpr Address aligned_down(unsigned bits) const {
        return Address{align_down(raw_, bits)};
    }

    [[nodiscard]] constexpr Address aligned_up(unsigned bits) const {
        return Address{align_up(raw_, bits)};
    }

    /// Only the kernel's own addresses may become pointers.
    template <typename T>
    [[nodiscard]] T* as_pointer() const
        requires std::same_as<Space, KernelSpace>
    {
        __builtin_assume(raw_ != 0);
        return reinterpret_cast<T*>(raw_);
    }

    friend constexpr auto operator<=>(Address, Address) = default;

    friend constexpr Address operator+(Address a, std::uint64_t bytes) {
        return Address{a.raw_ + bytes};
    }

    friend constexpr Address operator-(Address a, std::uint64_t bytes) {
        return Address{a.raw_ - bytes};
    }

    friend constexpr std::uint64_t operator-(Address a, Address b) { return a.raw_ - b.raw_; }

private:
    std::uint64_t raw_{0};
};

using PhysAddr = Address<PhysicalSpace>;
using KernelAddr = Address<KernelSpace>;
using UserAddr = Address<UserSpace>;

/// A half-open run of physical memory, [begin, end).
struct PhysRange {
    PhysAddr begin;
    PhysAddr end;

    [[nodiscard]] constexpr std::uint64_t size() const { return end - begin; }
    [[nodiscard]] constexpr bool empty() const { return end <= begin; }

    [[nodiscard]] constexpr bool contains(PhysAddr address) const {
        return begin <= address && address < end;
    }

    [[nodiscard]] constexpr bool overlaps(PhysRange other) const {
        return begin < other.end && other.begin < end;
    }

    /// What both have; empty if they do not overlap.
    [[nodiscard]] constexpr PhysRange intersection(PhysRange other) const {
        return {begin < other.begin ? other.begin : begin, end < other.end ? end : other.end};
    }

    friend constexpr bool operator==(PhysRange, PhysRange) = default;
};

} // namespace base
