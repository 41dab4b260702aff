// SPDX-License-Identifier: BSD-2-Clause
//
// BasicDeviceMemory: pages of device registers by physical address, out of the device untypeds. An
// untyped can only be cut from its start, so what lies around a page is kept as smaller untypeds
// for the next one that is asked for.
#pragma once

#include <base/scope_guard.hpp>
#include <init/object_factory.hpp>
#include <init/slab.hpp>

namespace init {

template <typename Pages>
class BasicDeviceMemory {
public:
    BasicDeviceMemory(ObjectFactory& factory, Pages& pages) : factory_{factory}, regions_{pages} {}

    sys::Result<> add(sys::Untyped untyped, base::PhysAddr start, unsigned size_bits);

    /// The page at `address`, which is page aligned. FailedLookup if no device untyped has it,
    /// which is so too when it was taken before; NotEnoughMemory if there is no slot or record for
    /// it.
    sys::Result<sys::Frame> take_page(base::PhysAddr address);

    /// An untyped of exactly 2^size_bits bytes from `start` on, a multiple of that, for others to
    /// use one after the other. Errors: as take_page().
    sys::Result<sys::Untyped> lend(base::PhysAddr start, unsigned size_bits);

private:
    struct Region {
        sys::Untyped untyped;
        base::PhysAddr start;
        unsigned size_bits{0};
        base::ListLink<Region> link;

        [[nodiscard]] base::PhysRange range() const {
            return {start, start + base::bit(size_bits)};
        }
    };

    [[nodiscard]] Region* find(base::PhysAddr address);

    /// Cuts a region into halves; the one that has `address`. After an error it is as before.
    sys::Result<Region*> halve(Region& region, base::PhysAddr address);

    /// The region of that size that has `address`, cut out of what there is.
    sys::Result<Region*> cut_out(base::PhysAddr address, unsigned size_bits);

    ObjectFactory& factory_;
    Slab<Region, Pages> regions_;
    base::IntrusiveList<Region, &Region::link> free_;
};

template <typename Pages>
sys::Result<> BasicDeviceMemory<Pages>::add(sys::Untyped untyped, base::PhysAddr start,
                                            unsigned size_bits) {
    auto* const region = TRY(regions_.take());
    *region = {.untyped = untyped, .start = start, .size_bits = size_bits, .link = {}};
    free_.push_back(*region);
    return {};
}

template <typename Pages>
auto BasicDeviceMemory<Pages>::find(base::PhysAddr address) -> Region* {
    for (auto* region = free_.front(); region != nullptr; region = free_.next(*region)) {
        if (region->size_bits >= api::page_bits && region->range().contains(address)) {
            return region;
        }
    }
    return nullptr;
}

template <typename Pages>
auto BasicDeviceMemory<Pages>::halve(Region& region, base::PhysAddr address)
    -> sys::Result<Region*> {
    auto* const upper = TRY(regions_.take());
    base::ScopeGuard give_back{[&] { regions_.give_back(*upper); }};
    auto const bits = region.size_bits - 1;
    auto const first = TRY(factory_.slots(2));
    TRY(region.untyped.retype(api::ObjectType::Untyped, bits, factory_.cspace().range(first, 2)));
    give_back.disarm();
    *upper = {.untyped = sys::Untyped{api::CPtr{static_cast<api::Word>(first) + 1}},
              .start = region.start + base::bit(bits),
              .size_bits = bits,
              .link = {}};
    free_.push_back(*upper);
    region.untyped = sys::Untyped{first};
    region.size_bits = bits;
    return upper->range().contains(address) ? upper : &region;
}

template <typename Pages>
auto BasicDeviceMemory<Pages>::cut_out(base::PhysAddr address, unsigned size_bits)
    -> sys::Result<Region*> {
    auto* region = find(address);
    if (region == nullptr || region->size_bits < size_bits) {
        return base::fail(sys::Error{.code = api::Error::FailedLookup});
    }
    while (region->size_bits > size_bits) {
        region = TRY(halve(*region, address));
    }
    return region;
}

template <typename Pages>
sys::Result<sys::Frame> BasicDeviceMemory<Pages>::take_page(base::PhysAddr address) {
    auto* const region = TRY(cut_out(address, api::page_bits));
    auto const cptr = TRY(factory_.slots());
    TRY(region->untyped.retype(api::ObjectType::SmallPage, 0, factory_.cspace().range(cptr)));
    free_.remove(*region);
    regions_.give_back(*region);
    return sys::Frame{cptr};
}

template <typename Pages>
sys::Result<sys::Untyped> BasicDeviceMemory<Pages>::lend(base::PhysAddr start, unsigned size_bits) {
    return TRY(cut_out(start, size_bits))->untyped;
}

} // namespace init
