// SPDX-License-Identifier: BSD-2-Clause
//
// Address spaces: frames, tables, roots, and the numbers that tag them.
#pragma once

#include <api/object.hpp>
#include <base/address.hpp>
#include <sys/slot.hpp>

namespace sys {

/// How a page is mapped. Device memory is neither cached nor executed.
struct PageAttributes {
    api::Rights rights{api::Rights::Read};
    bool executable{false};
    bool cached{true};

    [[nodiscard]] constexpr api::Word word() const {
        return (cached ? api::page_cacheable : 0) | (executable ? 0 : api::page_execute_never);
    }
};

class VSpace : public Capability {
public:
    using Capability::Capability;

    /// Quire's own: as Frame::map() for each, all of them or none. They are frames of 4 KiB, at
    /// most api::map_frames_limit of them, and one page table leads to all.
    [[nodiscard]] Result<> map_frames(SlotRange const& frames, base::UserAddr address,
                                      PageAttributes attributes) const {
        return perform(api::Invocation::VSpaceMapFrames,
                       words(frames.node_index, frames.node_depth, frames.first, frames.count,
                             address.raw(), attributes.rights.bits(), attributes.word()),
                       caps(frames.root));
    }

    /// [start, end) must lie in one page. These are no-ops where nothing is mapped.
    [[nodiscard]] Result<> clean_data(base::UserAddr start, base::UserAddr end) const {
        return perform(api::Invocation::VSpaceCleanData, words(start.raw(), end.raw()));
    }

    [[nodiscard]] Result<> invalidate_data(base::UserAddr start, base::UserAddr end) const {
        return perform(api::Invocation::VSpaceInvalidateData, words(start.raw(), end.raw()));
    }

    [[nodiscard]] Result<> clean_invalidate_data(base::UserAddr start, base::UserAddr end) const {
        return perform(api::Invocation::VSpaceCleanInvalidateData, words(start.raw(), end.raw()));
    }

    [[nodiscard]] Result<> unify_instruction(base::UserAddr start, base::UserAddr end) const {
        return perform(api::Invocation::VSpaceUnifyInstruction, words(start.raw(), end.raw()));
    }
};

class PageTable : public Capability {
public:
    using Capability::Capability;

    /// Installs the table at the first level that has none on the way to `address`.
    [[nodiscard]] Result<> map(VSpace space, base::UserAddr address) const {
        return perform(api::Invocation::PageTableMap, words(address.raw(), api::page_cacheable),
                       caps(space.cptr()));
    }

    [[nodiscard]] Result<> unmap() const { return perform(api::Invocation::PageTableUnmap); }
};

class Frame : public Capability {
public:
    using Capability::Capability;

    [[nodiscard]] Result<> map(VSpace space, base::UserAddr address,
                               PageAttributes attributes) const {
        return perform(api::Invocation::PageMap,
                       words(address.raw(), attributes.rights.bits(), attributes.word()),
                       caps(space.cptr()));
    }

    [[nodiscard]] Result<> unmap() const { return perform(api::Invocation::PageUnmap); }

    [[nodiscard]] Result<base::PhysAddr> physical_address() const {
        return base::PhysAddr{TRY(query(api::Invocation::PageGetAddress))};
    }

    /// Offsets in the page, `end` exclusive; the page must be mapped.
    [[nodiscard]] Result<> clean_data(api::Word start, api::Word end) const {
        return perform(api::Invocation::PageCleanData, words(start, end));
    }

    [[nodiscard]] Result<> invalidate_data(api::Word start, api::Word end) const {
        return perform(api::Invocation::PageInvalidateData, words(start, end));
    }

    [[nodiscard]] Result<> clean_invalidate_data(api::Word start, api::Word end) const {
        return perform(api::Invocation::PageCleanInvalidateData, words(start, end));
    }

    /// Makes instructions just written visible to instruction fetch.
    [[nodiscard]] Result<> unify_instruction(api::Word start, api::Word end) const {
        return perform(api::Invocation::PageUnifyInstruction, words(start, end));
    }
};

class AsidPool : public Capability {
public:
    using Capability::Capability;

    /// Gives the root table its number; only then may anything be mapped in it.
    [[nodiscard]] Result<> assign(VSpace space) const {
        return perform(api::Invocation::AsidPoolAssign, words(), caps(space.cptr()));
    }
};

class AsidControl : public Capability {
public:
    using Capability::Capability;

    /// `untyped` is one page, which the pool uses up.
    [[nodiscard]] Result<> make_pool(api::CPtr untyped, Slot to) const {
        return perform(api::Invocation::AsidControlMakePool, words(to.index(), to.depth()),
                       caps(untyped, to.root()));
    }
};

} // namespace sys
