// SPDX-License-Identifier: BSD-2-Clause
//
// Objects: an untyped of one page, retyped into the one object that fills it.

#include <base/scope_guard.hpp>
#include <pager/objects.hpp>

namespace pager {

Result<Frame> Objects::make(api::ObjectType type, FrameState state, SpaceNumber owner) {
    Slot const slot = TRY(slots_.take());
    base::ScopeGuard give_slot{[&] { slots_.give(slot); }};
    Frame const frame = TRY(blocks_.take(0, state));
    base::ScopeGuard give_frame{[&] { blocks_.give(frame); }};
    TRY(port_.retype(frames_[frame].untyped, type, 0, slot, 1));
    give_frame.disarm();
    give_slot.disarm();
    frames_[frame].use = {.object = slot, .owner = owner};
    return frame;
}

void Objects::destroy(Frame object) {
    Slot const slot = capability(object);
    blocks_.give(object); // empties the slot as well
    slots_.give(slot);
}

Result<Frame> Objects::make_frames(unsigned order, SpaceNumber owner) {
    Frame const first = TRY(blocks_.take(order, FrameState::Buffer));
    base::ScopeGuard give_block{[&] { blocks_.give(first); }};
    TRY(fill(first, static_cast<std::uint32_t>(base::bit(order)), owner));
    give_block.disarm();
    return first;
}

Result<> Objects::fill(Frame first, std::uint32_t count, SpaceNumber owner) {
    Slot const untyped = frames_[first].untyped;
    std::uint32_t made = 0;
    base::ScopeGuard undo{[&] {
        port_.revoke(untyped);
        for (std::uint32_t i = 0; i < made; ++i) {
            slots_.give(capability(first + i));
        }
    }};
    while (made < count) {
        bool const is_group = count - made >= group_slots;
        std::uint32_t const wanted = is_group ? group_slots : 1;
        Slot const slot = TRY(is_group ? slots_.take_group() : slots_.take());
        for (std::uint32_t i = 0; i < wanted; ++i, ++made) {
            frames_[first + made].use = {.object = slot + i, .owner = owner};
        }
        TRY(port_.retype(untyped, api::ObjectType::SmallPage, 0, slot, wanted));
    }
    undo.disarm();
    return {};
}

void Objects::destroy_frames(Frame first) {
    auto const count = static_cast<std::uint32_t>(base::bit(frames_[first].order));
    for (std::uint32_t i = 0; i < count; ++i) {
        slots_.give(capability(first + i));
    }
    blocks_.give(first); // empties the slots as well
}

} // namespace pager
