// SPDX-License-Identifier: BSD-2-Clause
//
// VSpace_MapFrames: what Page_Map does, for several frames at once. All are checked before the
// first is mapped.

#include "map_request.hpp"
#include <arch/mmu.hpp>
#include <kernel/cap/window.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel {

namespace {

using Request = MapRequest<4>;

constexpr base::UserAddr address_of(std::size_t index, base::UserAddr first) {
    return first + index * api::page_size;
}

/// Each of them could be mapped in its place by Page_Map.
Result<> check_frames(std::span<Slot const> frames, Mapping const& first) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
        auto const& frame = frames[i].cap;
        if (!frame.is(CapKind::Frame) || frame.frame_size() != FrameSize::Small) {
            return fail(Failure::invalid_capability(1));
        }
        TRY(Request::check(frame, {first.asid, address_of(i, first.address)}));
    }
    return {};
}

} // namespace

Result<> map_frames(KernelState& kernel, Invocation& call) {
    if (!call.has(Request::end, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const& args = call.args;
    auto const space = TRY(find_address_space(kernel, call.cap(), 0));
    auto const frames = TRY(lookup_window(call.caps[0]->cap, {args[0], args[1], args[2], args[3]},
                                          api::map_frames_limit, Failure::Lookup::Source));
    Request const request{args};
    Mapping const first{space.asid, request.address()};
    TRY(check_frames(frames, first));
    auto const position = space.vspace.root.walk(first.address);
    TRY(check_level(position, api::page_bits));
    // One walk finds them all: their entries follow each other in one table.
    auto const room = base::bit(api::table_index_bits) -
                      base::extract(first.address.raw(), api::page_bits, api::table_index_bits);
    if (frames.size() > room) {
        return fail(Failure::range(1, room));
    }

    auto const attributes = request.attributes();
    auto* const entries = &position.entry;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        map_frame(kernel, {entries[i], position.level}, frames[i],
                  {first.asid, address_of(i, first.address)},
                  frames[i].cap.frame_rights(request.rights()), attributes);
    }
    arch::publish_table_entry(entries);
    return {};
}

} // namespace kernel
