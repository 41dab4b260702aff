// SPDX-License-Identifier: BSD-2-Clause
//
// Derivation: who descends from whom. The list of slots is a pre-order walk of the forest; b is
// a descendant of a if it follows a, a is revocable, and both are of the same memory or object
// (for badged capabilities: of the same family).
#pragma once

#include <kernel/cap/slot.hpp>

namespace kernel {

/// The memory a capability stands for, as a power of two; nothing for those without any.
struct Memory {
    PhysAddr base;
    unsigned size_bits{0};
    bool exists{false};

    [[nodiscard]] PhysAddr last() const { return base + base::low_mask(size_bits); }

    [[nodiscard]] bool contains(Memory const& other) const {
        return exists && other.exists && base <= other.base && other.last() <= last();
    }
};

[[nodiscard]] Memory memory_of(Capability const& cap);

/// `b` lies inside what `a` is a capability to.
[[nodiscard]] bool same_region(Capability const& a, Capability const& b);

/// Both are capabilities to one and the same object.
[[nodiscard]] bool same_object(Capability const& a, Capability const& b);

/// `b`, which stands somewhere after `a` in the list, descends from `a`.
[[nodiscard]] bool is_descendant(Slot const& a, Slot const& b);

/// Something has been derived from the capability in `slot`.
[[nodiscard]] bool has_children(Slot const& slot);

/// No other slot holds a capability to the same object.
[[nodiscard]] bool is_final(Slot const& slot);

/// Puts `cap`, made from the one in `source`, into the empty `destination`, behind its source.
void insert_derived(Slot& source, Slot& destination, Capability const& cap);

/// Puts the capability of a new object into the empty `destination`, as a child of `parent`.
void insert_child(Slot& parent, Slot& destination, Capability const& cap);

/// Puts a capability that has no parent into the empty `destination`.
void insert_root(Slot& destination, Capability const& cap);

/// The entry of `source` in the list becomes the entry of the empty `destination`, holding `cap`.
void move_slot(Slot& source, Slot& destination, Capability const& cap);

/// Exchanges the list entries of two slots. Afterwards `first` holds `first_cap` and `second`
/// holds `second_cap`.
void swap_slots(Slot& first, Capability const& first_cap, Slot& second,
                Capability const& second_cap);

/// Takes the slot out of the list and empties it.
void remove_slot(Slot& slot);

} // namespace kernel
