// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations on what a thread can name and reach: CSpace, address space, IPC buffer.

#include <kernel/cap/deletion.hpp>
#include <kernel/cap/transform.hpp>
#include <kernel/invoke/tcb_internal.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/switch.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel::tcb_invocation {

namespace {

/// A capability as it will lie in the thread, and the slot it is made from.
struct NewCap {
    Slot& source;
    Capability cap;
};

struct NewSpaces {
    NewCap cspace;
    NewCap vspace;
};

/// Replacing a root deletes what was there, which must not take long.
Result<> check_roots_replaceable(Tcb& thread) {
    if (deletion_is_long(thread.slot(Tcb::CSpaceRoot)) ||
        deletion_is_long(thread.slot(Tcb::VSpaceRoot))) {
        return fail(Failure::illegal_operation());
    }
    return {};
}

Result<Capability> derive_root(Slot const& slot, Word data) {
    auto const& cap = slot.cap;
    return derive(slot, data != 0 ? with_data(cap, data, Badging::Allowed) : cap);
}

Result<NewSpaces> decode_spaces(Tcb& thread, Slot& cspace_slot, Word cspace_data, Slot& vspace_slot,
                                Word vspace_data) {
    TRY(check_roots_replaceable(thread));
    auto const cspace = TRY(derive_root(cspace_slot, cspace_data));
    if (!cspace.is(CapKind::CNode)) {
        return fail(Failure::illegal_operation());
    }
    auto const vspace = TRY(derive_root(vspace_slot, vspace_data));
    if (!vspace.is(CapKind::VSpace) || !vspace.mapping().exists()) {
        return fail(Failure::illegal_operation());
    }
    return NewSpaces{{cspace_slot, cspace}, {vspace_slot, vspace}};
}

Result<> install_spaces(KernelState& kernel, Invocation const& call, NewSpaces const& spaces) {
    TRY(install(kernel, call, Tcb::CSpaceRoot, spaces.cspace.cap, spaces.cspace.source));
    TRY(install(kernel, call, Tcb::VSpaceRoot, spaces.vspace.cap, spaces.vspace.source));
    if (&target_of(call) == kernel.core.current) {
        switch_address_space(kernel, call.caller);
    }
    return {};
}

/// A null capability if there is to be no buffer.
Result<Capability> decode_buffer(Slot const& slot, Word address) {
    if (address == 0) {
        return Capability{};
    }
    auto const cap = TRY(derive(slot, slot.cap));
    if (!cap.is(CapKind::Frame) || cap.frame_is_device()) {
        return fail(Failure::illegal_operation());
    }
    if (!base::is_aligned(address, api::ipc_buffer_bits)) {
        return fail(Failure::alignment());
    }
    return cap;
}

Result<> install_buffer(KernelState& kernel, Invocation const& call, Word address,
                        Capability const& cap, Slot& source) {
    auto& thread = target_of(call);
    TRY(install(kernel, call, Tcb::IpcBufferFrame, cap, source));
    thread.ipc_buffer_offset = base::extract(address, 0, frame_bits(cap.frame_size()));
    return {};
}

} // namespace

Result<> configure(KernelState& kernel, Invocation& call) {
    if (!call.has(3, 3)) {
        return fail(Failure::truncated_message());
    }
    auto& buffer_slot = *call.caps[2];
    auto const address = call.args[2];
    auto const buffer = TRY(decode_buffer(buffer_slot, address));
    auto const spaces = TRY(
        decode_spaces(target_of(call), *call.caps[0], call.args[0], *call.caps[1], call.args[1]));
    TRY(install_spaces(kernel, call, spaces));
    return install_buffer(kernel, call, address, buffer, buffer_slot);
}

Result<> set_space(KernelState& kernel, Invocation& call) {
    if (!call.has(2, 3)) {
        return fail(Failure::truncated_message());
    }
    auto& handler_slot = *call.caps[0];
    auto const handler = handler_slot.cap;
    auto const spaces = TRY(
        decode_spaces(target_of(call), *call.caps[1], call.args[0], *call.caps[2], call.args[1]));
    if (!is_valid_handler(handler)) {
        return fail(Failure::invalid_capability(1));
    }
    TRY(install(kernel, call, Tcb::FaultHandler, handler, handler_slot));
    return install_spaces(kernel, call, spaces);
}

Result<> set_ipc_buffer(KernelState& kernel, Invocation& call) {
    if (!call.has(1, 1)) {
        return fail(Failure::truncated_message());
    }
    auto const address = call.args[0];
    auto const buffer = TRY(decode_buffer(*call.caps[0], address));
    return install_buffer(kernel, call, address, buffer, *call.caps[0]);
}

} // namespace kernel::tcb_invocation
