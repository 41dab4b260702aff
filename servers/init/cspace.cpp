// SPDX-License-Identifier: BSD-2-Clause
//
// Slots for init. A leaf keeps its last slot free: that is where the next leaf is born.

#include <init/cspace.hpp>
#include <init/own_capabilities.hpp>

namespace init {

CSpace::CSpace(api::BootInfo const& boot_info)
    : leaf_bits_{static_cast<unsigned>(boot_info.root_cnode_bits)}, next_{boot_info.empty.start},
      end_{boot_info.empty.end - 1} {}

sys::Result<> CSpace::install_root(UntypedAllocator& memory) {
    auto const bare = TRY(allocate(memory));
    auto const root = TRY(allocate(memory));
    TRY(memory.make(api::ObjectType::CNode, root_bits, range(bare)));
    auto const guard = sys::guard_word(0, leaf_depth() - root_bits);
    TRY(slot(root).mint_from(slot(bare), api::Rights::All, guard));

    // The first leaf's own capability has the guard of a whole CSpace; below a root it needs none.
    sys::Slot const first_leaf{root, 0, leaf_depth()};
    TRY(first_leaf.mint_from(slot(api::CPtr{api::initial_slot::cnode}), api::Rights::All,
                             sys::guard_word(0, 0)));
    TRY(own::thread.set_space({.cspace = sys::CNode{root}, .vspace = own::vspace}, {}));
    root_ = root;
    has_root_ = true;
    return {};
}

sys::Result<api::CPtr> CSpace::allocate(UntypedAllocator& memory, api::Word count) {
    if (count > end_ - next_) {
        TRY(add_leaf(memory));
    }
    if (count > end_ - next_) {
        return base::fail(sys::Error{.code = api::Error::RangeError});
    }
    api::CPtr const first{next_};
    next_ += count;
    return first;
}

sys::SlotRange CSpace::range(api::CPtr first, api::Word count) const {
    auto const index = static_cast<api::Word>(first);
    if (!has_root_) {
        return {.root = root_, .first = index, .count = count};
    }
    return {.root = root_,
            .node_index = index / leaf_slots(),
            .node_depth = leaf_depth(),
            .first = index % leaf_slots(),
            .count = count};
}

sys::Result<> CSpace::add_leaf(UntypedAllocator& memory) {
    auto const leaf = end_ / leaf_slots() + 1;
    if (!has_root_ || leaf == base::bit(root_bits)) {
        return base::fail(sys::Error{.code = api::Error::NotEnoughMemory});
    }
    api::CPtr const birthplace{end_};
    TRY(memory.make(api::ObjectType::CNode, leaf_bits_, range(birthplace)));
    TRY(sys::Slot(root_, leaf, leaf_depth()).move_from(slot(birthplace)));
    next_ = leaf * leaf_slots();
    end_ = next_ + leaf_slots() - 1;
    return {};
}

} // namespace init
