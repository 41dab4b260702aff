// SPDX-License-Identifier: BSD-2-Clause
//
// RegionList: merging and splitting.

#include <kernel/boot/region_list.hpp>

#include <algorithm>

namespace kernel::boot {

using base::PhysRange;

void RegionList::erase(std::size_t index) {
    std::copy(regions_.begin() + index + 1, regions_.begin() + count_, regions_.begin() + index);
    --count_;
}

BootResult<> RegionList::insert(std::size_t index, PhysRange range) {
    if (count_ == capacity) {
        return refuse("memory is in more pieces than the kernel can remember");
    }
    std::copy_backward(regions_.begin() + index, regions_.begin() + count_,
                       regions_.begin() + count_ + 1);
    regions_[index] = range;
    ++count_;
    return {};
}

BootResult<> RegionList::add(PhysRange range) {
    if (range.empty()) {
        return {};
    }
    std::size_t index = 0;
    while (index < count_ && regions_[index].end < range.begin) {
        ++index;
    }
    while (index < count_ && regions_[index].begin <= range.end) {
        range.begin = std::min(range.begin, regions_[index].begin);
        range.end = std::max(range.end, regions_[index].end);
        erase(index);
    }
    return insert(index, range);
}

BootResult<> RegionList::remove(PhysRange range) {
    if (range.empty()) {
        return {};
    }
    for (std::size_t index = 0; index < count_;) {
        auto const region = regions_[index];
        if (!region.overlaps(range)) {
            ++index;
            continue;
        }
        erase(index);
        if (region.begin < range.begin) {
            TRY(insert(index++, {region.begin, range.begin}));
        }
        if (range.end < region.end) {
            TRY(insert(index++, {range.end, region.end}));
        }
    }
    return {};
}

} // namespace kernel::boot
