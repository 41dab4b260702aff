// SPDX-License-Identifier: BSD-2-Clause
//
// AddressSpace: what its owner and init ask for. Everything is checked first; then nothing fails.
// What is done for a client is bounded: it goes on with another request.

#include <base/scope_guard.hpp>
#include <pager/address_space.hpp>

#include <algorithm>

namespace pager {

namespace {

constexpr std::uint64_t max_share_kept_free = 8; // the most that a policy may ask for

// How far apart two layouts may lie, in pages: half of the heap's room, 1 TiB of the 128 for maps.
constexpr std::uint64_t heap_places = std::uint64_t{1} << 22;
constexpr std::uint64_t map_places = std::uint64_t{1} << 28;

constexpr RegionKind file_kind(Access access) {
    switch (access) {
    case Access::ReadExecute: return RegionKind::Code;
    case Access::ReadWrite: return RegionKind::Data;
    default: return RegionKind::File;
    }
}

} // namespace

Result<> AddressSpace::check_range(UserAddr address, std::uint64_t size) {
    if (!address.is_aligned(api::page_bits) || !base::is_aligned(size, api::page_bits)) {
        return base::fail(Error::NotAligned);
    }
    if (size == 0 || size > user_end - user_begin) {
        return base::fail(Error::InvalidSize);
    }
    if (address < user_begin || address > user_end || user_end - address < size) {
        return base::fail(Error::InvalidAddress);
    }
    return {};
}

Result<std::unique_ptr<AddressSpace>> AddressSpace::create(Memory& memory, SpaceNumber number,
                                                           api::Word pid, Name const& name) {
    Frame const vspace =
        TRY(memory.objects.make(api::ObjectType::VSpace, FrameState::KernelObject, number));
    base::ScopeGuard destroy{[&] { memory.objects.destroy(vspace); }};
    TRY(memory.assign_asid(memory.objects.capability(vspace)));
    destroy.disarm();
    return std::unique_ptr<AddressSpace>{new AddressSpace{memory, vspace, number, pid, name}};
}

AddressSpace::AddressSpace(Memory& memory, Frame vspace, SpaceNumber number, api::Word pid,
                           Name const& name)
    : memory_{memory}, vspace_{vspace}, number_{number}, pid_{pid}, name_{name},
      holder_{.space = number}, pages_{memory, number, memory.objects.capability(vspace)},
      layout_{Layout::choose(memory)} {}

AddressSpace::Layout AddressSpace::Layout::choose(Memory& memory) {
    if (!memory.randomises_layout) {
        return {};
    }
    return {.heap = heap_area + memory.random.below(heap_places) * page_size,
            .map = map_area + memory.random.below(map_places) * page_size};
}

AddressSpace::~AddressSpace() {
    // The pages first, so that what maps them is valid while they go.
    pages_.clear(UserAddr{0}, user_end);
    forget_stacks();
    memory_.objects.destroy(vspace_);
}

/// Before memory is taken for the client: whether there is enough for it, and for others after it.
Result<> AddressSpace::reserve(policy::Policy const& policy, std::uint64_t more) {
    std::uint64_t const total = memory_.frames.total();
    if (memory_.has_free(total / max_share_kept_free + more)) {
        return memory_.reserve_books(); // whatever the policy says
    }
    std::uint64_t const held = pages_.cost() + regions_.size() * sizeof(Region);
    std::uint64_t const wanted = policy.keep_free({.space = number_, .held = held, .total = total});
    return memory_.reserve(std::min(wanted, total / max_share_kept_free) + more);
}

std::uint64_t AddressSpace::charged() const {
    return pages_.private_pages() + pages_.tables() + pages_.mappings(MappingKind::Buffer) +
           holder_.charged;
}

std::uint32_t AddressSpace::within_quota(std::uint32_t wanted) const {
    std::uint64_t const now = charged();
    std::uint64_t const left = quota_.pages > now ? quota_.pages - now : 0;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, left));
}

Result<> AddressSpace::check_page_quota(std::uint64_t more) const {
    std::uint64_t const now = charged();
    if (now > quota_.pages || quota_.pages - now < more) {
        return base::fail(Error::QuotaExceeded);
    }
    return {};
}

Result<> AddressSpace::check_region_quota(unsigned more) const {
    if (regions_.size() + more > quota_.regions) {
        return base::fail(Error::QuotaExceeded);
    }
    return {};
}

/// Whether this client may get more memory of such use.
Result<> AddressSpace::check_access(Access access) const {
    if (access == Access::ReadExecute && access_policy_.forbids_new_code) {
        return base::fail(Error::PermissionDenied);
    }
    return {};
}

Result<UserAddr> AddressSpace::map(UserAddr address, std::uint64_t size, Access access,
                                   Placement placement, policy::Policy const& policy) {
    TRY(check_access(access));
    UserAddr const start = TRY(place(address, size, placement));
    TRY(reserve(policy));
    add_region(
        {.start = start, .end = start + size, .kind = RegionKind::Anonymous, .access = access});
    return start;
}

/// Where new memory comes to lie, all checks done but that there is memory to note it.
Result<UserAddr> AddressSpace::place(UserAddr address, std::uint64_t size,
                                     Placement placement) const {
    bool const is_anywhere = address == UserAddr{};
    TRY(check_range(is_anywhere ? user_begin : address, size));
    TRY(check_region_quota(1));
    bool const is_free = !is_anywhere && !regions_.overlaps(address, address + size);
    if (!is_free && !is_anywhere && placement == Placement::Exact) {
        return base::fail(Error::AlreadyMapped);
    }
    return is_free ? Result<UserAddr>{address} : find_place(size);
}

Result<UserAddr> AddressSpace::find_place(std::uint64_t size) const {
    if (size > user_end - map_area) {
        return base::fail(Error::InvalidSize);
    }
    if (auto const gap = regions_.find_gap(size, layout_.map, user_end)) {
        return *gap;
    }
    if (auto const gap = regions_.find_gap(size, map_area, user_end)) {
        return *gap;
    }
    return base::fail(Error::OutOfMemory);
}

Result<std::uint64_t> AddressSpace::unmap(UserAddr address, std::uint64_t size,
                                          policy::Policy const& policy) {
    UserAddr const end = TRY(end_of_step(address, size));
    bool const makes_hole = regions_.makes_hole(address, end);
    if (makes_hole) {
        TRY(check_region_quota(1));
    }
    if (makes_hole || pages_.clear_needs_memory(address, end)) {
        TRY(reserve(policy));
    }
    pages_.clear(address, end);
    reserved_ -= regions_.remove(address, end);
    return end - address;
}

Result<std::uint64_t> AddressSpace::protect(UserAddr address, std::uint64_t size, Access access,
                                            policy::Policy const& policy) {
    TRY(check_access(access));
    UserAddr const end = TRY(end_of_step(address, size, access));
    if (unsigned const cuts = regions_.cuts(address, end); cuts > 0) {
        TRY(check_region_quota(cuts));
        TRY(reserve(policy));
    }
    regions_.change(address, end, [=](Region& region) { region.access = access; });
    pages_.set_access(address, end, access);
    return end - address;
}

bool AddressSpace::wind_up() {
    UserAddr const end = pages_.end_of_step(UserAddr{0}, user_end);
    pages_.clear(UserAddr{0}, end);
    return end == user_end && regions_.erase_some(max_step) && !memory_.shared.has_untidy();
}

Result<> AddressSpace::map_file(FileMapping const& mapping) {
    std::uint64_t const archive_size = memory_.archive.bytes.size();
    if (mapping.memory_size == 0 || mapping.file_size > mapping.memory_size ||
        mapping.memory_size > user_end - user_begin || mapping.offset > archive_size ||
        mapping.file_size > archive_size - mapping.offset) {
        return base::fail(Error::InvalidSize);
    }
    if (mapping.address < user_begin || mapping.address > user_end ||
        user_end - mapping.address < mapping.memory_size) {
        return base::fail(Error::InvalidAddress);
    }
    UserAddr const start = mapping.address.aligned_down(api::page_bits);
    UserAddr const end = (mapping.address + mapping.memory_size).aligned_up(api::page_bits);
    TRY(check_free(start, end));
    TRY(memory_.reserve());
    add_region({.start = start,
                .end = end,
                .kind = file_kind(mapping.access),
                .access = mapping.access,
                .file = {.begin = mapping.address,
                         .end = mapping.address + mapping.file_size,
                         .offset = mapping.offset}});
    return {};
}

Result<UserAddr> AddressSpace::map_archive(FileMapping mapping, Placement placement,
                                           policy::Policy const& policy) {
    TRY(check_access(mapping.access));
    mapping.memory_size = base::align_up(mapping.file_size, api::page_bits);
    mapping.address = TRY(place(mapping.address, mapping.memory_size, placement));
    TRY(reserve(policy));
    TRY(map_file(mapping));
    return mapping.address;
}

Result<Slot> AddressSpace::map_buffer(UserAddr address) {
    TRY(check_range(address, page_size));
    TRY(check_free(address, address + page_size));
    TRY(memory_.reserve());
    Frame const frame = TRY(memory_.pool.take(PageGroup::Clients, FrameState::Buffer, number_));
    base::ScopeGuard give{[&] { memory_.pool.give(frame); }};
    Slot const capability = TRY(pages_.place_buffer(address, frame));
    give.disarm();
    add_region({.start = address,
                .end = address + page_size,
                .kind = RegionKind::Buffer,
                .access = Access::ReadWrite});
    return capability;
}

void AddressSpace::add_region(Region const& region) {
    regions_.insert(region);
    reserved_ += region.kind != RegionKind::Guard ? region.size() : 0;
}

Result<> AddressSpace::check_free(UserAddr start, UserAddr end) const {
    if (regions_.overlaps(start, end)) {
        return base::fail(Error::AlreadyMapped);
    }
    return {};
}

/// Before a client changes what is mapped, perhaps to allow `access`: how far this request goes.
/// All of that must be there, and be the client's to change: guards protect it from itself, the
/// kernel writes to its buffer behind its back, and others said what may be done with shared
/// memory.
Result<UserAddr> AddressSpace::end_of_step(UserAddr address, std::uint64_t size,
                                           Access access) const {
    TRY(check_range(address, size));
    UserAddr const end = address + size;
    UserAddr at = address;
    bool is_fixed = false;
    for (unsigned count = 0; at < end && count < max_step; ++count) {
        Region const* const region = regions_.find(at);
        if (region == nullptr) {
            return base::fail(Error::RegionNotFound);
        }
        is_fixed |= region->kind == RegionKind::Guard || region->kind == RegionKind::Buffer ||
                    (region->kind == RegionKind::Device && access == Access::ReadExecute) ||
                    (region->kind == RegionKind::Shared &&
                     !check_shared_access(access, region->grant->most));
        at = region->end;
    }
    if (is_fixed) {
        return base::fail(Error::PermissionDenied);
    }
    return pages_.end_of_step(address, std::min(at, end));
}

} // namespace pager
