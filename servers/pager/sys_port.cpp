// SPDX-License-Identifier: BSD-2-Clause
//
// SysPort: slots become capability pointers, refusals become errors of the protocol.

#include <pager/machine_counters.hpp>
#include <pager/startup.hpp>
#include <pager/sys_port.hpp>
#include <sys/instruction_counter.hpp>
#include <sys/interrupt.hpp>
#include <sys/ipc_buffer.hpp>
#include <sys/thread.hpp>
#include <sys/untyped.hpp>
#include <sys/virtual_counter.hpp>

namespace pager {

namespace {

constexpr api::CPtr cptr(Slot slot) {
    return api::CPtr{static_cast<api::Word>(slot)};
}

constexpr api::CPtr own_cnode{startup::slot::cnode};
constexpr unsigned leaf_depth = api::word_bits - startup::leaf_bits;

constexpr sys::SlotRange range(Slot first, std::uint32_t count) {
    auto const number = static_cast<api::Word>(first);
    return {.root = own_cnode,
            .node_index = base::extract(number, startup::leaf_bits, leaf_depth),
            .node_depth = leaf_depth,
            .first = base::extract(number, 0, startup::leaf_bits),
            .count = count};
}

constexpr sys::Slot place(Slot slot) {
    return {own_cnode, static_cast<api::Word>(slot)};
}

Result<> as_answer(sys::Result<> const& result) {
    if (!result) {
        return base::fail(Error::OutOfMemory);
    }
    return {};
}

Result<> as_answer(sys::Received const& answer) {
    return answer.info.label() == 0 ? Result<>{} : base::fail(Error::OutOfMemory);
}

constexpr sys::PageAttributes attributes(Access access) {
    return {.rights = access == Access::ReadWrite ? api::Rights::ReadWrite : api::Rights::Read,
            .executable = access == Access::ReadExecute};
}

} // namespace

Result<> SysPort::retype(Slot untyped, api::ObjectType type, unsigned size_bits, Slot first,
                         unsigned count) {
    return as_answer(sys::Untyped{cptr(untyped)}.retype(type, size_bits, range(first, count)));
}

Result<> SysPort::make_leaf(Slot untyped, std::uint32_t leaf) {
    return as_answer(
        sys::Untyped{cptr(untyped)}.retype(api::ObjectType::CNode, startup::leaf_bits,
                                           {.root = own_cnode, .first = leaf, .count = 1}));
}

Result<> SysPort::copy(Slot from, Slot to, api::Rights rights) {
    return as_answer(place(to).copy_from(place(from), rights));
}

void SysPort::erase(Slot slot) {
    static_cast<void>(place(slot).remove()); // deleting cannot be refused
}

void SysPort::revoke(Slot slot) {
    static_cast<void>(place(slot).revoke());
}

// The calls that are made most, without the detours that serve all others.

Result<> SysPort::map_frame(Slot frame, Slot vspace, UserAddr address, Access access) {
    constexpr auto info =
        api::MessageInfo::make(static_cast<api::Word>(api::Invocation::PageMap), 3, 1);
    auto const how = attributes(access);
    sys::ipc_buffer().caps_or_badges[0] = static_cast<api::Word>(vspace);
    return as_answer(
        sys::call(cptr(frame), {info, {address.raw(), how.rights.bits(), how.word()}}));
}

Result<> SysPort::map_frames(Slot first, std::uint32_t count, Slot vspace, UserAddr address,
                             Access access) {
    constexpr auto info =
        api::MessageInfo::make(static_cast<api::Word>(api::Invocation::VSpaceMapFrames), 7, 1);
    auto const how = attributes(access);
    auto const frames = range(first, count);
    auto& buffer = sys::ipc_buffer();
    buffer.words[4] = address.raw();
    buffer.words[5] = how.rights.bits();
    buffer.words[6] = how.word();
    buffer.caps_or_badges[0] = static_cast<api::Word>(frames.root);
    return as_answer(sys::call(
        cptr(vspace), {info, {frames.node_index, frames.node_depth, frames.first, frames.count}}));
}

Result<> SysPort::map_uncached(Slot frame, Slot vspace, UserAddr address, Access access) {
    auto how = attributes(access);
    how.cached = false;
    return as_answer(sys::Frame{cptr(frame)}.map(sys::VSpace{cptr(vspace)}, address, how));
}

Result<std::uint64_t> SysPort::physical_address(Slot frame) {
    auto const address = sys::Frame{cptr(frame)}.physical_address();
    if (!address) {
        return base::fail(Error::OutOfMemory);
    }
    return address->raw();
}

void SysPort::unmap_frame(Slot frame) {
    static_cast<void>(sys::Frame{cptr(frame)}.unmap());
}

void SysPort::unify_instructions(Slot frame) {
    static_cast<void>(sys::Frame{cptr(frame)}.unify_instruction(0, page_size));
}

Result<> SysPort::map_table(Slot table, Slot vspace, UserAddr address) {
    return as_answer(sys::PageTable{cptr(table)}.map(sys::VSpace{cptr(vspace)}, address));
}

Result<> SysPort::assign_asid(Slot pool, Slot vspace) {
    auto const assigned = sys::AsidPool{cptr(pool)}.assign(sys::VSpace{cptr(vspace)});
    if (!assigned && assigned.error() == api::Error::DeleteFirst) {
        return base::fail(Error::QuotaExceeded);
    }
    return as_answer(assigned);
}

Result<> SysPort::make_asid_pool(Slot untyped, Slot pool) {
    constexpr sys::AsidControl control{api::CPtr{startup::slot::asid_control}};
    return as_answer(control.make_pool(cptr(untyped), place(pool)));
}

Result<UserAddr> SysPort::stack_pointer(Slot thread) {
    auto const pointer = sys::Tcb{cptr(thread)}.stack_pointer();
    return pointer ? Result<UserAddr>{*pointer} : base::fail(Error::NotFound);
}

void SysPort::signal_report() {
    sys::Notification{api::CPtr{startup::slot::init_notification}}.signal();
}

void SysPort::wake_worker() {
    sys::Notification{api::CPtr{startup::slot::worker_wake}}.signal();
}

std::uint64_t machine::ticks() {
    return sys::virtual_counter();
}

std::uint64_t machine::instructions() {
    return sys::instructions_executed();
}

} // namespace pager
