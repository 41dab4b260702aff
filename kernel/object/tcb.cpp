// SPDX-License-Identifier: BSD-2-Clause
//
// Tcb: its end.

#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/signal.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/fpu.hpp>
#include <kernel/object/vspace.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/yield.hpp>

namespace kernel {

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
