// SPDX-License-Identifier: BSD-2-Clause
//
// What a heap says about itself. In bytes, but for counts.
#pragma once

#include <cstddef>

namespace heap {

struct Statistics {
    std::size_t blocks;       // that live now
    std::size_t used;         // by them: what was asked for, or with Checks::None what they hold
    std::size_t peak;         // the most that `used` ever was
    std::size_t reserved;     // taken from the page source
    std::size_t held;         // of it, all but free pages that were given back or never touched
    std::size_t free;         // in free blocks; free objects in slabs not counted
    std::size_t largest_free; // of the free blocks, with its header

    /// In per cent, rounded up: the part of what is held that no caller uses: free blocks and
    /// objects, what sizes were rounded up by, headers.
    [[nodiscard]] constexpr std::size_t fragmentation() const {
        return held == 0 ? 0 : ((held - used) * 100 + held - 1) / held;
    }
};

} // namespace heap
