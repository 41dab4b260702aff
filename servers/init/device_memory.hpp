// SPDX-License-Identifier: BSD-2-Clause
//
// DeviceMemory: pages of device registers by physical address, out of the device untypeds. An
// untyped can only be cut from its start, so what lies around a page is kept as smaller untypeds
// for the next one that is asked for.
#pragma once

#include <init/object_factory.hpp>
#include <init/own_pages.hpp>
#include <init/slab.hpp>

namespace init {

class DeviceMemory {
public:
    DeviceMemory(ObjectFactory& factory, OwnPages& pages) : factory_{factory}, regions_{pages} {}

    sys::Result<> add(sys::Untyped untyped, base::PhysAddr start, unsigned size_bits);

    /// The page at `address`, which is page aligned. NotEnoughMemory if no device untyped has it,
    /// which is so too when it was taken before.
    sys::Result<sys::Frame> take_page(base::PhysAddr address);

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

    /// Cuts a region into halves; the one that has `address`.
    sys::Result<Region*> halve(Region& region, base::PhysAddr address);

    ObjectFactory& factory_;
    Slab<Region, OwnPages> regions_;
    base::IntrusiveList<Region, &Region::link> free_;
};

} // namespace init
