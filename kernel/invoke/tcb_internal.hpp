// SPDX-License-Identifier: BSD-2-Clause
//
// The TCB invocations, spread over a few files by what they change.
#pragma once

#include <kernel/invoke/invocation.hpp>

namespace kernel::tcb_invocation {

/// The thread that the invoked capability names.
[[nodiscard]] inline Tcb& target_of(Invocation const& call) {
    return call.cap().object<Tcb>();
}

// tcb_registers.cpp
[[nodiscard]] Result<> read_registers(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> write_registers(KernelState&, Invocation&);
[[nodiscard]] Result<> copy_registers(KernelState&, Invocation&);
[[nodiscard]] Result<> set_tls_base(KernelState&, Invocation&);
[[nodiscard]] Result<> set_flags(KernelState&, Invocation&, Answer&);

// tcb_spaces.cpp
[[nodiscard]] Result<> configure(KernelState&, Invocation&);
[[nodiscard]] Result<> set_space(KernelState&, Invocation&);
[[nodiscard]] Result<> set_ipc_buffer(KernelState&, Invocation&);

// tcb_scheduling.cpp
[[nodiscard]] Result<> set_priority(KernelState&, Invocation&);
[[nodiscard]] Result<> set_max_controlled_priority(KernelState&, Invocation&);
[[nodiscard]] Result<> set_sched_params(KernelState&, Invocation&);
[[nodiscard]] Result<> set_timeout_endpoint(KernelState&, Invocation&);

// tcb_install.cpp

/// May be a thread's fault or timeout handler: nothing, or an endpoint that can be called.
[[nodiscard]] bool is_valid_handler(Capability const& cap);

/// Replaces what is in a slot of the target by `cap`, a copy made from `source`; null only empties
/// it. Deleting the former capability may delete the target or the source: then nothing is put in.
[[nodiscard]] Result<> install(KernelState& kernel, Invocation const& call, Tcb::SlotIndex index,
                               Capability const& cap, Slot& source);

} // namespace kernel::tcb_invocation
