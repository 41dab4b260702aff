// SPDX-License-Identifier: BSD-2-Clause
//
// Halving down to the page asked for.

#include <init/device_memory.hpp>

namespace init {

sys::Result<> DeviceMemory::add(sys::Untyped untyped, base::PhysAddr start, unsigned size_bits) {
    auto* const region = TRY(regions_.take());
    *region = {.untyped = untyped, .start = start, .size_bits = size_bits, .link = {}};
    free_.push_back(*region);
    return {};
}

DeviceMemory::Region* DeviceMemory::find(base::PhysAddr address) {
    for (auto* region = free_.front(); region != nullptr; region = free_.next(*region)) {
        if (region->size_bits >= api::page_bits && region->range().contains(address)) {
            return region;
        }
    }
    return nullptr;
}

sys::Result<DeviceMemory::Region*> DeviceMemory::halve(Region& region, base::PhysAddr address) {
    auto const bits = region.size_bits - 1;
    auto const first = TRY(factory_.slots(2));
    TRY(region.untyped.retype(api::ObjectType::Untyped, bits, factory_.cspace().range(first, 2)));
    auto const start = region.start;
    free_.remove(region);
    regions_.give_back(region);
    TRY(add(sys::Untyped{first}, start, bits));
    TRY(add(sys::Untyped{api::CPtr{static_cast<api::Word>(first) + 1}}, start + base::bit(bits),
            bits));
    return find(address);
}

sys::Result<sys::Frame> DeviceMemory::take_page(base::PhysAddr address) {
    auto* region = find(address);
    if (region == nullptr) {
        return base::fail(sys::Error{.code = api::Error::NotEnoughMemory});
    }
    while (region->size_bits > api::page_bits) {
        region = TRY(halve(*region, address));
    }
    auto const cptr = TRY(factory_.slots());
    TRY(region->untyped.retype(api::ObjectType::SmallPage, 0, factory_.cspace().range(cptr)));
    free_.remove(*region);
    regions_.give_back(*region);
    return sys::Frame{cptr};
}

} // namespace init
