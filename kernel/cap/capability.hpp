// SPDX-License-Identifier: BSD-2-Clause
//
// Capability: an unforgeable reference to one kernel object, with what its holder may do.
//
//   word 1   |63  59|58      44|43               4|3 0|
//            | kind | attributes | physical address |  -  |
//   word 0   badge, guard, mapping or watermark, by kind
//
// The address is where it is in an address, so that one instruction takes it out: no object is
// smaller than 16 bytes, and translation ends at 44 bits (arch/aarch64/translation.cpp).
// A value of 16 bytes. All zero is the null capability, so zeroed memory is an empty CNode.
#pragma once

#include <api/object.hpp>
#include <arch/memory.hpp>
#include <base/address.hpp>
#include <base/bits.hpp>
#include <kernel/failure.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>

namespace kernel {

using api::Badge;
using api::Rights;
using base::PhysAddr;

enum class CapKind : std::uint8_t {
    Null,
    Untyped,
    Endpoint,
    Notification,
    Reply,
    CNode,
    Tcb,
    IrqControl,
    IrqHandler,
    Zombie,
    Domain,
    SchedContext,
    SchedControl,
    Frame,
    PageTable,
    VSpace,
    AsidControl,
    AsidPool,
    SgiSignal,
    Smc,
};

/// What the capability system needs to know of an object class.
template <typename T>
concept KernelObject = requires {
    { T::cap_kind } -> std::convertible_to<CapKind>;
};

enum class FrameSize : std::uint8_t { Small, Large, Huge };

/// What a mapping may do at most. KernelOnly is a valid entry that user access faults on.
enum class FrameRights : std::uint8_t { KernelOnly = 0, ReadWrite = 1, ReadOnly = 3 };

constexpr unsigned frame_bits(FrameSize size) {
    static_assert(api::large_page_bits == api::page_bits + api::table_index_bits);
    static_assert(api::huge_page_bits == api::large_page_bits + api::table_index_bits);
    return api::page_bits + static_cast<unsigned>(size) * api::table_index_bits;
}

/// Where a frame or a page table is mapped; ASID 0 means nowhere.
struct Mapping {
    std::uint16_t asid{0};
    base::UserAddr address{};

    [[nodiscard]] constexpr bool exists() const { return asid != 0; }
    friend constexpr bool operator==(Mapping, Mapping) = default;
};

class Capability {
public:
    constexpr Capability() = default; // the null capability

    // ---- makers, one per kind ----------------------------------------------------------------

    static constexpr Capability untyped(PhysAddr base, unsigned size_bits, bool is_device) {
        auto cap = Capability{CapKind::Untyped, base};
        cap.set<SizeBits>(size_bits);
        cap.set<UntypedIsDevice>(is_device);
        return cap;
    }

    static constexpr Capability endpoint(PhysAddr object, Rights rights, Badge badge = {}) {
        auto cap = Capability{CapKind::Endpoint, object};
        cap.set<RightsBits>(rights);
        cap.data_ = std::to_underlying(badge);
        return cap;
    }

    static constexpr Capability notification(PhysAddr object, Rights rights, Badge badge = {}) {
        auto cap = Capability{CapKind::Notification, object};
        cap.set<RightsBits>(rights & Rights::ReadWrite);
        cap.data_ = std::to_underlying(badge);
        return cap;
    }

    static constexpr Capability reply(PhysAddr object, bool can_grant) {
        auto cap = Capability{CapKind::Reply, object};
        cap.set<ReplyCanGrant>(can_grant);
        return cap;
    }

    static constexpr Capability cnode(PhysAddr slots, unsigned radix, unsigned guard_size = 0,
                                      Word guard = 0) {
        auto cap = Capability{CapKind::CNode, slots};
        cap.set<SizeBits>(radix);
        cap.set<GuardSize>(guard_size);
        cap.data_ = guard;
        return cap;
    }

    static constexpr Capability tcb(PhysAddr object) { return {CapKind::Tcb, object}; }

    static constexpr Capability sched_context(PhysAddr object, unsigned size_bits) {
        auto cap = Capability{CapKind::SchedContext, object};
        cap.set<SizeBits>(size_bits);
        return cap;
    }

    static constexpr Capability sched_control(Word core) {
        auto cap = Capability{CapKind::SchedControl, PhysAddr{}};
        cap.data_ = core;
        return cap;
    }

    static constexpr Capability frame(PhysAddr base, FrameSize size, bool is_device,
                                      FrameRights rights) {
        auto cap = Capability{CapKind::Frame, base};
        cap.set<FrameSizeBits>(size);
        cap.set<FrameIsDevice>(is_device);
        cap.set<FrameRightsBits>(rights);
        return cap;
    }

    static constexpr Capability page_table(PhysAddr base) { return {CapKind::PageTable, base}; }
    static constexpr Capability vspace(PhysAddr root) { return {CapKind::VSpace, root}; }

    static constexpr Capability asid_pool(PhysAddr object, Word asid_base) {
        auto cap = Capability{CapKind::AsidPool, object};
        cap.data_ = asid_base;
        return cap;
    }

    static constexpr Capability irq_handler(Word irq) {
        auto cap = Capability{CapKind::IrqHandler, PhysAddr{}};
        cap.data_ = irq;
        return cap;
    }

    static constexpr Capability sgi_signal(Word number, Word target) {
        auto cap = Capability{CapKind::SgiSignal, PhysAddr{}};
        cap.data_ = SgiTarget::set(SgiNumber::set(Word{0}, number), target);
        return cap;
    }

    static constexpr Capability smc(Badge badge = {}) {
        auto cap = Capability{CapKind::Smc, PhysAddr{}};
        cap.data_ = std::to_underlying(badge);
        return cap;
    }

    /// A capability without an object: IrqControl, AsidControl, Domain.
    static constexpr Capability control(CapKind kind) { return {kind, PhysAddr{}}; }

    /// What is left of a CNode (radix) or TCB that is being emptied: see cap/deletion.hpp.
    static constexpr Capability zombie(PhysAddr slots, CapKind of, unsigned radix, Word remaining) {
        auto cap = Capability{CapKind::Zombie, slots};
        cap.set<ZombieOf>(of);
        cap.set<SizeBits>(radix);
        cap.data_ = remaining;
        return cap;
    }

    /// What is left of an endpoint or a notification while threads are in its queue.
    static constexpr Capability zombie_of_queue(Capability const& ended) {
        return zombie(ended.address(), ended.kind(), 0, 0);
    }

    // ---- what it says ------------------------------------------------------------------------

    [[nodiscard]] constexpr CapKind kind() const { return Kind::get(head_); }
    [[nodiscard]] constexpr bool is_null() const { return kind() == CapKind::Null; }
    [[nodiscard]] constexpr bool is(CapKind kind) const { return this->kind() == kind; }

    /// There is memory that it stands for.
    [[nodiscard]] constexpr bool has_memory() const {
        switch (kind()) {
        case CapKind::Null:
        case CapKind::IrqControl:
        case CapKind::IrqHandler:
        case CapKind::Domain:
        case CapKind::SchedControl:
        case CapKind::AsidControl:
        case CapKind::SgiSignal:
        case CapKind::Smc: return false;
        default: return true;
        }
    }

    /// Of the object, or the first byte of the memory.
    [[nodiscard]] constexpr PhysAddr address() const { return PhysAddr{head_ & address_mask}; }

    /// Endpoint, notification, SMC.
    [[nodiscard]] constexpr Badge badge() const { return Badge{data_}; }
    [[nodiscard]] constexpr Rights rights() const { return RightsBits::get(head_); }
    [[nodiscard]] constexpr bool may(Rights needed) const { return rights().includes(needed); }

    /// Untyped: of the memory. CNode: the radix. SchedContext: of the object. As powers of two.
    [[nodiscard]] constexpr unsigned size_bits() const { return SizeBits::get(head_); }

    [[nodiscard]] constexpr bool reply_can_grant() const { return ReplyCanGrant::get(head_); }

    [[nodiscard]] constexpr unsigned radix() const { return size_bits(); }
    [[nodiscard]] constexpr unsigned guard_size() const { return GuardSize::get(head_); }
    [[nodiscard]] constexpr Word guard() const { return data_; }

    [[nodiscard]] constexpr bool untyped_is_device() const { return UntypedIsDevice::get(head_); }
    /// Bytes from the base that have been given out.
    [[nodiscard]] constexpr Word watermark() const {
        return Watermark::get(data_) << watermark_granule_bits;
    }
    /// Bytes after the watermark that are known to be zero: how far a preempted Retype came. Less
    /// than all of the untyped, and a multiple of the granule.
    [[nodiscard]] constexpr Word zeroed_ahead() const {
        return ZeroedAhead::get(data_) << zeroed_granule_bits();
    }

    [[nodiscard]] constexpr FrameSize frame_size() const { return FrameSizeBits::get(head_); }
    [[nodiscard]] constexpr bool frame_is_device() const { return FrameIsDevice::get(head_); }
    [[nodiscard]] constexpr FrameRights frame_rights() const { return FrameRightsBits::get(head_); }

    /// Frame, page table, VSpace (whose address part is 0).
    [[nodiscard]] constexpr Mapping mapping() const {
        return {MappedAsid::get(data_), base::UserAddr{MappedPage::get(data_) << api::page_bits}};
    }

    [[nodiscard]] constexpr Word irq() const { return data_; }
    [[nodiscard]] constexpr Word sgi_number() const { return SgiNumber::get(data_); }
    [[nodiscard]] constexpr Word sgi_target() const { return SgiTarget::get(data_); }
    [[nodiscard]] constexpr Word asid_base() const { return data_; }
    [[nodiscard]] constexpr Word core() const { return data_; }

    /// CNode, Tcb, Endpoint or Notification.
    [[nodiscard]] constexpr CapKind zombie_of() const { return ZombieOf::get(head_); }
    /// Of a CNode or TCB: slots that are still to be emptied.
    [[nodiscard]] constexpr Word zombie_remaining() const { return data_; }

    // ---- the only ways from a capability to its object ------------------------------------------

    /// Null if this is a capability of another kind.
    template <KernelObject T>
    [[nodiscard]] T* as() const {
        return is(T::cap_kind) ? arch::kernel_address(address()).template as_pointer<T>() : nullptr;
    }

    /// The object behind a capability whose kind is known.
    template <typename T>
    [[nodiscard]] T& object() const {
        return *arch::kernel_address(address()).template as_pointer<T>();
    }

    // ---- changed copies ---------------------------------------------------------------------

    [[nodiscard]] constexpr Capability with_badge(Badge badge) const {
        auto copy = *this;
        copy.data_ = std::to_underlying(badge);
        return copy;
    }

    [[nodiscard]] constexpr Capability with_guard(unsigned size, Word guard) const {
        auto copy = *this;
        copy.set<GuardSize>(size);
        copy.data_ = guard;
        return copy;
    }

    [[nodiscard]] constexpr Capability with_mapping(Mapping mapping) const {
        auto copy = *this;
        copy.data_ = MappedPage::set(MappedAsid::set(Word{0}, mapping.asid),
                                     mapping.address.raw() >> api::page_bits);
        return copy;
    }

    /// Also forgets what was zeroed ahead: that counted from the old watermark.
    [[nodiscard]] constexpr Capability with_watermark(Word bytes) const {
        auto copy = *this;
        copy.data_ = Watermark::set(Word{0}, bytes >> watermark_granule_bits);
        return copy;
    }

    [[nodiscard]] constexpr Capability with_zeroed_ahead(Word bytes) const {
        auto copy = *this;
        copy.data_ = ZeroedAhead::set(data_, bytes >> zeroed_granule_bits());
        return copy;
    }

    [[nodiscard]] constexpr Capability with_remaining(Word remaining) const {
        auto copy = *this;
        copy.data_ = remaining;
        return copy;
    }

    /// Frame: what a copy with this mask could be mapped with.
    [[nodiscard]] constexpr FrameRights frame_rights(Rights mask) const {
        if (!mask.includes(Rights::Read)) {
            return FrameRights::KernelOnly;
        }
        auto const own = frame_rights();
        bool const stays = own != FrameRights::ReadWrite || mask.includes(Rights::Write);
        return stays ? own : FrameRights::ReadOnly;
    }

    /// A copy that may do at most what `mask` says; authority only ever shrinks.
    [[nodiscard]] Capability restricted_to(Rights mask) const;

    friend constexpr bool operator==(Capability const&, Capability const&) = default;

private:
    static constexpr Word address_mask = base::Bits<Word, 4, 40>::mask<Word>;
    using GuardSize = base::Bits<unsigned, 44, 6>;
    using UntypedIsDevice = base::Bits<bool, 44>;
    using ZombieOf = base::Bits<CapKind, 44, 5>;
    using SizeBits = base::Bits<unsigned, 50, 6>;
    using ReplyCanGrant = base::Bits<bool, 50>;
    using FrameSizeBits = base::Bits<FrameSize, 50, 2>;
    using FrameRightsBits = base::Bits<FrameRights, 52, 2>;
    using FrameIsDevice = base::Bits<bool, 54>;
    using Kind = base::Bits<CapKind, 59, 5>;

    struct RightsBits {
        using Value = Rights;
        using Raw = base::Bits<Word, 50, 4>;
        static constexpr Rights get(Word word) { return Rights{Raw::get(word)}; }
        static constexpr Word set(Word word, Rights rights) {
            return Raw::set(word, rights.bits());
        }
    };

    // word 0
    using Watermark = base::Bits<Word, 0, 44>;
    using ZeroedAhead = base::Bits<Word, 44, 20>;
    using MappedAsid = base::Bits<std::uint16_t, 0, 16>;
    using MappedPage = base::Bits<Word, 16, 48>;
    using SgiNumber = base::Bits<Word, 0, 8>;
    using SgiTarget = base::Bits<Word, 8, 32>;

public:
    static constexpr unsigned watermark_granule_bits = 4;

    /// Untyped: 64 KiB; of one of more than 64 GiB its 2^20th part.
    [[nodiscard]] constexpr unsigned zeroed_granule_bits() const {
        constexpr unsigned counter_bits = 20; // of ZeroedAhead
        return std::max(size_bits(), 16 + counter_bits) - counter_bits;
    }

private:
    constexpr Capability(CapKind kind, PhysAddr object) : head_{object.raw() & address_mask} {
        set<Kind>(kind);
    }

    template <typename Field>
    constexpr void set(typename Field::Value value) {
        head_ = Field::set(head_, value);
    }

    Word data_{0};
    Word head_{0};
};

static_assert(sizeof(Capability) == 16, "a slot is a capability and two links: 32 bytes");

} // namespace kernel
