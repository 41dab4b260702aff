// SPDX-License-Identifier: BSD-2-Clause
//
// Tcb: its IPC buffer, and its end.

#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/signal.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/vspace.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/yield.hpp>

namespace kernel {

api::IpcBuffer* Tcb::ipc_buffer(BufferUse use) {
    auto const& frame = slots[IpcBufferFrame].cap;
    if (!frame.is(CapKind::Frame) || frame.frame_is_device()) {
        return nullptr;
    }
    auto const rights = frame.frame_rights();
    if (rights == FrameRights::KernelOnly ||
        (use == BufferUse::Receive && rights != FrameRights::ReadWrite)) {
        return nullptr;
    }
    auto const offset = base::extract(ipc_buffer_address.raw(), 0, frame_bits(frame.frame_size()));
    return arch::kernel_address(frame.address() + offset).as_pointer<api::IpcBuffer>();
}

void finalise(KernelState& kernel, Tcb& thread) {
    unbind_notification(thread);
    if (auto* const context = thread.sched_context; context != nullptr) {
        if (context->yield_from != nullptr) {
            complete_yield(*context->yield_from);
        }
        unbind_thread(kernel, *context);
    }
    suspend(kernel, thread);
    release_fpu(kernel, thread);
    if constexpr (config::debug) {
        kernel.threads.remove(thread);
    }
}

} // namespace kernel
