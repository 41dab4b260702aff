// SPDX-License-Identifier: BSD-2-Clause
//
// The pager's CSpace from outside: its slots are named through its root CNode.

#include <init/own_capabilities.hpp>
#include <init/pager_handover.hpp>
#include <ipc/protocol/pager.hpp>

#include <cstring>

namespace init {

namespace startup = pager::startup;

namespace {

constexpr base::UserAddr archive_address{0x6000'0000'0000};

} // namespace

sys::Result<> PagerHandover::make_cspace(std::uint64_t ram) {
    auto const bits = startup::root_bits(ram);
    auto const bare = TRY(factory_.create<sys::CNode>(api::ObjectType::CNode, bits));
    auto const guard = sys::guard_word(0, api::word_bits - bits - startup::leaf_bits);
    root_ = TRY(factory_.badged(bare, api::Rights::All, guard));
    info_.magic = startup::magic;
    info_.root_bits = bits;
    return TRY(slot(startup::slot::cnode)).copy_from(factory_.slot(root_.cptr()));
}

sys::Result<sys::Slot> PagerHandover::slot(api::Word cptr) {
    constexpr auto leaf_slots = base::bit(startup::leaf_bits);
    while (info_.leaf_count <= cptr / leaf_slots) {
        auto const leaf =
            TRY(factory_.create<sys::CNode>(api::ObjectType::CNode, startup::leaf_bits));
        sys::Slot const place{root_.cptr(), info_.leaf_count, api::word_bits - startup::leaf_bits};
        TRY(place.move_from(factory_.slot(leaf.cptr())));
        ++info_.leaf_count;
    }
    return sys::Slot{root_.cptr(), cptr};
}

sys::Result<> PagerHandover::give_servers(sys::Endpoint endpoint,
                                          sys::Notification init_notification) {
    namespace slots = startup::slot;
    auto const give = [&](api::Word index, sys::Capability capability) -> sys::Result<> {
        return TRY(slot(index)).copy_from(factory_.slot(capability.cptr()));
    };
    TRY(give(slots::endpoint, endpoint));
    TRY(give(slots::vspace, server_.space.vspace()));
    TRY(give(slots::asid_control, own::asid_control));
    TRY(give(slots::asid_pool, own::asid_pool));
    TRY(give(slots::init_notification, init_notification));
    auto const reply = TRY(factory_.create<sys::Reply>(api::ObjectType::Reply));
    return TRY(slot(slots::reply)).move_from(factory_.slot(reply.cptr()));
}

/// Its priority is the lowest: it runs when nobody else wants to.
sys::Result<> PagerHandover::give_worker(sys::Endpoint endpoint, sys::SchedControl control) {
    constexpr api::Word lowest_priority = 1;
    constexpr api::Word time_slice_us = 5000;
    auto const thread = TRY(factory_.create<sys::Tcb>(api::ObjectType::Tcb));
    auto const context = TRY(factory_.create<sys::SchedContext>(api::ObjectType::SchedContext,
                                                                api::min_sched_context_bits));
    TRY(control.configure(context, {.budget = time_slice_us, .period = time_slice_us}));
    TRY(thread.set_space({.cspace = root_, .vspace = server_.space.vspace()}, {}));
    TRY(thread.set_scheduling(own::thread, {.priority = lowest_priority, .context = context}));
    thread.set_name("pager's worker");
    TRY(TRY(slot(startup::slot::worker)).move_from(factory_.slot(thread.cptr())));
    auto const wake = TRY(factory_.create<sys::Notification>(api::ObjectType::Notification));
    TRY(TRY(slot(startup::slot::worker_wake)).move_from(factory_.slot(wake.cptr())));
    auto const badge = ipc::pager::Caller::MayInspect::set(api::Word{0}, true);
    return TRY(slot(startup::slot::worker_endpoint))
        .mint_from(factory_.slot(endpoint.cptr()), api::Rights::Write | api::Rights::GrantReply,
                   badge);
}

/// A capability maps a page once, so each frame is copied twice: one copy makes the archive
/// readable to the pager, the other maps it for a client, and is copied for more of them.
sys::Result<> PagerHandover::give_archive(Archive const& archive) {
    info_.archive = archive_address.raw();
    info_.archive_size = archive.size;
    info_.archive_frames = next_slot_;
    for (api::Word i = 0; i < archive.frame_count; ++i) {
        sys::Frame const frame{api::CPtr{static_cast<api::Word>(archive.first_frame.cptr()) + i}};
        auto const mapped = TRY(factory_.copy(frame, api::Rights::Read));
        TRY(server_.space.map(mapped, archive_address + i * api::page_size,
                              {.rights = api::Rights::Read}));
        TRY(TRY(slot(next_slot_)).copy_from(factory_.slot(frame.cptr()), api::Rights::Read));
        ++next_slot_;
    }
    info_.first_untyped = next_slot_;
    return {};
}

sys::Result<> PagerHandover::give_untyped(sys::Untyped untyped, base::PhysAddr start,
                                          unsigned size_bits) {
    if (info_.untyped_count == info_.untypeds.size()) {
        return base::fail(sys::Error{.code = api::Error::RangeError});
    }
    TRY(TRY(slot(next_slot_)).move_from(factory_.slot(untyped.cptr())));
    info_.untypeds[info_.untyped_count++] = {.paddr = start.raw(), .size_bits = size_bits};
    ++next_slot_;
    bytes_given_ += base::bit(size_bits);
    return {};
}

sys::Result<sys::CNode> PagerHandover::finish() {
    TRY(slot(next_slot_ + base::bit(startup::leaf_bits))); // an empty leaf behind the last slot
    auto const page = TRY(factory_.create<sys::Frame>(api::ObjectType::SmallPage));
    TRY(pages_.fill(page, [&](std::span<std::byte> memory) {
        std::memcpy(memory.data(), &info_, sizeof info_);
    }));
    TRY(server_.space.map(page, ServerStarter::startup_page, {.rights = api::Rights::Read}));
    return root_;
}

} // namespace init
