// SPDX-License-Identifier: BSD-2-Clause
//
// ZeroCopies: two stacks of slots, whose memory is taken and given back by half pages.

#include <base/scope_guard.hpp>
#include <pager/zero_copies.hpp>

namespace pager {

Result<> ZeroCopies::start() {
    page_ = TRY(objects_.make(api::ObjectType::SmallPage, FrameState::SharedZero, no_space));
    return {};
}

Result<Slot> ZeroCopies::take() {
    return clean_.count > 0 ? pop(clean_) : clean_or_make();
}

Result<Slot> ZeroCopies::clean_or_make() {
    if (unclean_.count > 0) {
        Slot const slot = pop(unclean_);
        objects_.port().unmap_frame(slot);
        return slot;
    }
    return make();
}

Result<Slot> ZeroCopies::make() {
    Slot const slot = TRY(slots_.take());
    base::ScopeGuard give_slot{[&] { slots_.give(slot); }};
    TRY(objects_.port().copy(objects_.capability(page_), slot, api::Rights::Read));
    give_slot.disarm();
    return slot;
}

void ZeroCopies::give(Slot copy, bool is_unclean) {
    if (!push(is_unclean ? unclean_ : clean_, copy)) {
        objects_.port().erase(copy);
        slots_.give(copy);
    }
}

bool ZeroCopies::refill(std::uint64_t wanted) {
    if (clean_.count >= wanted) {
        return false;
    }
    auto const slot = clean_or_make();
    if (!slot) {
        return false;
    }
    give(*slot, false);
    return true;
}

void ZeroCopies::trim(std::uint64_t limit) {
    constexpr unsigned at_once = 16;
    for (unsigned i = 0; i < at_once && spare() > limit; ++i) {
        Slot const slot = pop(unclean_.count > 0 ? unclean_ : clean_);
        objects_.port().erase(slot);
        slots_.give(slot);
    }
}

bool ZeroCopies::push(Stack& stack, Slot slot) {
    if (stack.top == nullptr || stack.top->count == room) {
        auto* const memory = halves_.take();
        if (memory == nullptr) {
            return false;
        }
        auto* const pile = reinterpret_cast<Pile*>(memory);
        pile->below = stack.top;
        stack.top = pile;
    }
    stack.top->slots[stack.top->count++] = slot;
    ++stack.count;
    return true;
}

Slot ZeroCopies::pop(Stack& stack) {
    Pile* const pile = stack.top;
    Slot const slot = pile->slots[--pile->count];
    --stack.count;
    if (pile->count == 0) {
        stack.top = pile->below;
        halves_.give(reinterpret_cast<std::byte*>(pile));
    }
    return slot;
}

} // namespace pager
