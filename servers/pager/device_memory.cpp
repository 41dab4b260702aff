// SPDX-License-Identifier: BSD-2-Clause
//
// Devices: memory that they read and write on their own, their registers, and what happens when
// these are touched.

#include <base/scope_guard.hpp>
#include <pager/device_registers.hpp>
#include <pager/pager.hpp>

#include <algorithm>

namespace pager {

using ipc::pager::MapContiguous;

/// The tables come when it is touched, as for other memory; the frames are there at once.
Result<MemoryBlock const*> AddressSpace::map_contiguous(std::uint64_t size, unsigned alignment_bits,
                                                        Access access,
                                                        policy::Policy const& policy) {
    if (size > base::bit(api::large_page_bits) || alignment_bits > api::large_page_bits) {
        return base::fail(Error::InvalidSize);
    }
    UserAddr const start = TRY(place(UserAddr{}, size, Placement::Exact));
    unsigned const bits = std::max({base::log2_ceil(size), alignment_bits, api::page_bits});
    std::uint64_t const pages = base::bit(bits - api::page_bits);
    TRY(check_page_quota(pages));
    TRY(reserve(policy, pages * page_size));
    TRY(memory_.reserve_slots(pages));
    MemoryBlock* const block =
        TRY(MemoryBlock::make(memory_.objects, holder_, start, bits - api::page_bits));
    add_region({.start = start,
                .end = start + size,
                .kind = RegionKind::Device,
                .access = access,
                .block = BlockUse{*block}});
    return block;
}

/// Not inlined: on_message() would save registers for it at each request.
[[gnu::noinline]] Result<UserAddr> AddressSpace::map_device(std::uint64_t size, Slot untyped,
                                                            policy::Policy const& policy) {
    std::uint64_t const pages = size / page_size;
    if (pages > DeviceRegisters::max_pages) {
        return base::fail(Error::InvalidSize);
    }
    UserAddr const start = TRY(place(UserAddr{}, size, Placement::Exact));
    TRY(reserve(policy));
    TRY(memory_.reserve_slots(pages + group_slots));
    auto const registers = TRY(DeviceRegisters::make(memory_, start, untyped, pages));
    add_region({.start = start,
                .end = start + size,
                .kind = RegionKind::Device,
                .access = Access::ReadWrite,
                .block = registers});
    return start;
}

/// The frames are counted since they were mapped, or are nobody's.
Result<> AddressSpace::place_contiguous(Region const& region, UserAddr page) {
    if (!pages_.has_leaf(page)) {
        TRY(check_page_quota(1)); // for its table
    }
    return pages_.place_uncached(page, region.block->capability_at(page), region.access);
}

Result<> PageMapper::place_uncached(UserAddr page, Slot slot, Access access) {
    Leaf& leaf = *TRY(make(page));
    base::ScopeGuard const tidy{[&] { retire(leaf); }};
    TRY(prepare(leaf));
    TRY(memory_.port.map_uncached(slot, vspace_, page, access));
    note(leaf, Leaf::index_of(page), slot, MappingKind::Device, access);
    return {};
}

Pager::Answer<ipc::pager::MapDevice> Pager::handle(api::Badge caller,
                                                   ipc::pager::MapDevice const& request) {
    using Reply = ipc::pager::MapDevice::Reply;
    auto const map = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(managed_space(caller, request.space));
        if (!brings_capability_) {
            return base::fail(Error::BadMessage);
        }
        UserAddr const address =
            TRY(space->map_device(request.size, Slot{startup::slot::received}, policy_));
        return Reply{.address = address.raw()};
    };
    return map();
}

/// Who knows where memory lies could tell a device to write elsewhere.
Pager::Answer<MapContiguous> Pager::handle(api::Badge caller, MapContiguous const& request) {
    auto const map = [&]() -> Result<MapContiguous::Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        if (!ipc::pager::Caller::MayUseDma::get(static_cast<api::Word>(caller))) {
            return base::fail(Error::PermissionDenied);
        }
        if (request.access != Access::Read && request.access != Access::ReadWrite) {
            return base::fail(Error::BadMessage);
        }
        auto const alignment =
            static_cast<unsigned>(std::min<api::Word>(request.alignment_bits, api::word_bits));
        MemoryBlock const* const block =
            TRY(space->map_contiguous(request.size, alignment, request.access, policy_));
        return MapContiguous::Reply{.address = block->start().raw(), .physical = block->physical()};
    };
    return map();
}

} // namespace pager
