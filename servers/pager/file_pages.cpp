// SPDX-License-Identifier: BSD-2-Clause
//
// FilePages: one's own first, a copy only where that is in use.

#include <base/scope_guard.hpp>
#include <pager/file_pages.hpp>

namespace pager {

Result<Slot> FilePages::take(std::uint64_t offset) {
    if (!in_use_.has(offset / page_size)) {
        take_run(offset, 1);
        return own_slot(offset);
    }
    Slot const copy = TRY(slots_.take());
    base::ScopeGuard give_slot{[&] { slots_.give(copy); }};
    TRY(port_.copy(own_slot(offset), copy, api::Rights::Read));
    give_slot.disarm();
    return copy;
}

/// An own capability is unmapped at once: later, its page might show this one again by a copy, and
/// that mapping would go instead.
void FilePages::give(Slot slot, bool is_unclean) {
    if (!is_own(slot)) {
        port_.erase(slot);
        slots_.give(slot);
        return;
    }
    if (is_unclean) {
        port_.unmap_frame(slot);
    }
    in_use_.set(index_of(slot), 1, false);
}

void FilePages::make_executable(std::uint64_t offset, Slot slot) {
    if (!executable_.has(offset / page_size)) {
        executable_.set(offset / page_size, 1, true);
        port_.unify_instructions(slot);
    }
}

} // namespace pager
