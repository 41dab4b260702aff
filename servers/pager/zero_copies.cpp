// SPDX-License-Identifier: BSD-2-Clause
//
// ZeroCopies: a stack of slots, whose memory is taken and given back by half pages.

#include <base/scope_guard.hpp>
#include <pager/zero_copies.hpp>

namespace pager {

Result<> ZeroCopies::start() {
    page_ = TRY(objects_.make(api::ObjectType::SmallPage, FrameState::SharedZero, no_space));
    return {};
}

Result<Slot> ZeroCopies::take() {
    return spare_ > 0 ? pop() : make();
}

Result<Slot> ZeroCopies::make() {
    Slot const slot = TRY(slots_.take());
    base::ScopeGuard give_slot{[&] { slots_.give(slot); }};
    TRY(objects_.port().copy(objects_.capability(page_), slot, api::Rights::Read));
    give_slot.disarm();
    return slot;
}

void ZeroCopies::give(Slot copy) {
    if (!push(copy)) {
        objects_.port().erase(copy);
        slots_.give(copy);
    }
}

bool ZeroCopies::refill(std::uint64_t wanted) {
    if (spare_ >= wanted) {
        return false;
    }
    auto const slot = make();
    if (!slot) {
        return false;
    }
    give(*slot);
    return true;
}

void ZeroCopies::trim(std::uint64_t limit) {
    constexpr unsigned at_once = 16;
    for (unsigned i = 0; i < at_once && spare_ > limit; ++i) {
        Slot const slot = pop();
        objects_.port().erase(slot);
        slots_.give(slot);
    }
}

bool ZeroCopies::push(Slot slot) {
    if (top_ == nullptr || top_->count == room) {
        auto* const memory = halves_.take();
        if (memory == nullptr) {
            return false;
        }
        auto* const pile = reinterpret_cast<Pile*>(memory);
        pile->below = top_;
        top_ = pile;
    }
    top_->slots[top_->count++] = slot;
    ++spare_;
    return true;
}

Slot ZeroCopies::pop() {
    Pile* const pile = top_;
    Slot const slot = pile->slots[--pile->count];
    --spare_;
    if (pile->count == 0) {
        top_ = pile->below;
        halves_.give(reinterpret_cast<std::byte*>(pile));
    }
    return slot;
}

} // namespace pager
