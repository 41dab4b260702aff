// SPDX-License-Identifier: BSD-2-Clause
//
// Frames: made, mapped, unmapped, revoked.

#include "kernel_call.hpp"
#include "rows.hpp"

namespace bench {

namespace {

using api::Error;
using api::Invocation;
using api::ObjectType;
using test::require;

KernelCall map_call(Lab& lab, Word frame, Word address) {
    return {lab,
            frame,
            Invocation::PageMap,
            {address, api::Rights::ReadWrite.bits(), api::page_cacheable | api::page_execute_never},
            {Lab::vspace}};
}

KernelCall retype_call(Lab& lab, Word untyped, Word slot, Word count) {
    return {lab,
            untyped,
            Invocation::UntypedRetype,
            {std::to_underlying(ObjectType::SmallPage), 0, 0, 0, slot, count},
            {Lab::cnode}};
}

void map(Lab& lab, Samples& samples) {
    auto const frame = lab.make(ObjectType::SmallPage);
    samples.take([&] {
        auto const cost = map_call(lab, frame, Lab::window).make();
        require(lab.invoke(frame, Invocation::PageUnmap).error == Error::None);
        return cost;
    });
}

constexpr Word run = 16;

/// Neighbours, whose capabilities are so, too.
void map_run(Lab& lab, Samples& samples) {
    auto const frames = lab.slots(run);
    lab.retype(lab.arena(), ObjectType::SmallPage, 0, frames, run);
    samples.take([&] {
        auto const cost = KernelCall{
            lab,
            Lab::vspace,
            Invocation::VSpaceMapFrames,
            {0, 0, frames, run, Lab::window, api::Rights::ReadWrite.bits(),
             api::page_cacheable | api::page_execute_never},
            {Lab::cnode}}.make();
        for (Word i = 0; i < run; ++i) {
            require(lab.invoke(frames + i, Invocation::PageUnmap).error == Error::None);
        }
        return cost;
    });
}

void unmap(Lab& lab, Samples& samples) {
    auto const frame = lab.make(ObjectType::SmallPage);
    samples.take([&] {
        map_call(lab, frame, Lab::window).make();
        return KernelCall{lab, frame, Invocation::PageUnmap, {}}.make();
    });
}

/// The next frame of an untyped that is in use, and so not reset.
void retype_frame(Lab& lab, Samples& samples) {
    static_assert((Samples::size + 1) * api::page_size <= Word{1} << Lab::arena_bits);
    require(lab.make_endpoint() != Lab::null_slot);
    auto const slot = lab.slots();
    samples.take([&] {
        auto const cost = retype_call(lab, lab.arena(), slot, 1).make();
        require(lab.remove(slot).error == Error::None);
        return cost;
    });
}

constexpr Word many = 100;
constexpr unsigned many_bits = api::page_bits + 7;
static_assert(Word{1} << many_bits >= many * api::page_size);

/// Of an untyped that was used before, and whose memory must be cleared therefore.
void retype_frames(Lab& lab, Samples& samples) {
    auto const untyped = lab.make(ObjectType::Untyped, many_bits);
    auto const slots = lab.slots(many);
    samples.take([&] {
        auto const cost = retype_call(lab, untyped, slots, many).make();
        require(lab.revoke(untyped).error == Error::None);
        return cost;
    });
}

void revoke_frames(Lab& lab, Samples& samples) {
    auto const untyped = lab.make(ObjectType::Untyped, many_bits);
    auto const slots = lab.slots(many);
    samples.take([&] {
        lab.retype(untyped, ObjectType::SmallPage, 0, slots, many);
        for (Word i = 0; i < many; ++i) {
            map_call(lab, slots + i, Lab::window + i * api::page_size).make();
        }
        return KernelCall{lab, Lab::cnode, Invocation::CNodeRevoke, {untyped, Lab::depth}}.make();
    });
}

constexpr Row rows[] = {
    {"frame.map", map},
    {"frame.map_16", map_run},
    {"frame.unmap", unmap},
    {"retype.frame_clear", retype_frame},
    {"retype.frames_100", retype_frames},
    {"revoke.frames_100", revoke_frames},
};

} // namespace

constinit Rows const memory_rows{rows};

} // namespace bench
