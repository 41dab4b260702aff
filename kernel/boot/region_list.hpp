// SPDX-License-Identifier: BSD-2-Clause
//
// RegionList: a set of physical addresses, as ranges in ascending order that do not touch.
#pragma once

#include <base/address.hpp>
#include <kernel/boot/result.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace kernel::boot {

class RegionList {
public:
    /// Firmware describes a handful; each hole in one makes two.
    static constexpr std::size_t capacity = 64;

    [[nodiscard]] std::span<base::PhysRange const> regions() const {
        return std::span{regions_}.first(count_);
    }

    /// Adds the addresses of `range`; those that are in the set already do no harm.
    [[nodiscard]] BootResult<> add(base::PhysRange range);

    /// Takes the addresses of `range` out, whether they are in the set or not.
    [[nodiscard]] BootResult<> remove(base::PhysRange range);

private:
    void erase(std::size_t index);
    [[nodiscard]] BootResult<> insert(std::size_t index, base::PhysRange range);

    std::array<base::PhysRange, capacity> regions_{};
    std::size_t count_{0};
};

} // namespace kernel::boot
