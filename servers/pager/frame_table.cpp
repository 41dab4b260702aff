// SPDX-License-Identifier: BSD-2-Clause
//
// FrameTable: the sums, and the move from the first small table to the full one.

#include <pager/frame_table.hpp>

#include <algorithm>

namespace pager {

void FrameTable::move_to(std::span<FrameRecord> records) {
    std::ranges::copy(records_, records.begin() + first_);
    records_ = records;
    first_ = 0;
}

} // namespace pager
