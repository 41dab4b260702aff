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
    std::size_t free;         // in free blocks; free objects in slabs not counted
    std::size_t largest_free; // of the free blocks, with its header

    /// In per cent, rounded up: the part of what was taken from the page source that no caller
    /// uses: free blocks and objects, what sizes were rounded up by, headers.
    [[nodiscard]] constexpr std::size_t fragmentation() const {
        return reserved == 0 ? 0 : ((reserved - used) * 100 + reserved - 1) / reserved;
    }
};

} // namespace heap
