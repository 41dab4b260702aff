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

} // namespace pager
