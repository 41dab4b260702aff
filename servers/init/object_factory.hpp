// SPDX-License-Identifier: BSD-2-Clause
//
// ObjectFactory: a new kernel object with a slot of init's that names it.
#pragma once

#include <init/cspace.hpp>
#include <init/untyped_allocator.hpp>

namespace init {

class ObjectFactory {
public:
    explicit ObjectFactory(api::BootInfo const& boot_info) : cspace_{boot_info} {}

    [[nodiscard]] UntypedAllocator& memory() { return memory_; }
    [[nodiscard]] CSpace const& cspace() const { return cspace_; }

    sys::Result<> install_root() { return cspace_.install_root(memory_); }

    /// `count` empty slots in a row.
    sys::Result<api::CPtr> slots(api::Word count = 1) { return cspace_.allocate(memory_, count); }

    [[nodiscard]] sys::Slot slot(api::CPtr cptr) const { return cspace_.slot(cptr); }

    /// An object of kind `Object` (a sys:: class), as `sys::Frame` for a SmallPage.
    template <typename Object>
    sys::Result<Object> create(api::ObjectType type, unsigned size_bits = 0) {
        auto const cptr = TRY(slots());
        TRY(memory_.make(type, size_bits, cspace_.range(cptr)));
        return Object{cptr};
    }

    /// A copy of a capability with a badge of its own.
    template <typename Object>
    sys::Result<Object> badged(Object original, api::Rights rights, api::Word badge) {
        auto const cptr = TRY(slots());
        TRY(slot(cptr).mint_from(slot(original.cptr()), rights, badge));
        return Object{cptr};
    }

    /// A copy of a capability with at most `rights`.
    template <typename Object>
    sys::Result<Object> copy(Object original, api::Rights rights = api::Rights::All) {
        auto const cptr = TRY(slots());
        TRY(slot(cptr).copy_from(slot(original.cptr()), rights));
        return Object{cptr};
    }

private:
    UntypedAllocator memory_;
    CSpace cspace_;
};

} // namespace init
