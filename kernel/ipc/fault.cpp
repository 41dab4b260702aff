// SPDX-License-Identifier: BSD-2-Clause
//
// Faults: delivery.

#include <kernel/debug/print.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/ipc/send_receive.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

namespace {

/// Handlers are endpoint capabilities that may send and be answered, or null: checked when set.
void send_fault(KernelState& kernel, Tcb& thread, Capability const& handler,
                FaultRecord const& fault, Donation donation) {
    auto& counters = kernel.core.counters;
    ++(fault.kind == api::Fault::VmFault ? counters.slow_vm_faults : counters.other_faults);
    thread.fault = fault;
    send(kernel, thread, handler.object<Endpoint>(),
         {.badge = handler.badge(),
          .may_grant = handler.may(Rights::Grant),
          .may_grant_reply = handler.may(Rights::GrantReply),
          .wait = Wait::Block,
          .is_call = false,
          .donation = donation});
}

[[maybe_unused]] void report_unhandled(Tcb const& thread, FaultRecord const& fault) {
    using base::Hex;
    print("thread '", thread.name.data(), "' (TCB ", Hex{reinterpret_cast<Word>(&thread)},
          ", priority ", Word{thread.priority}, ") at ", Hex{thread.context.fault_ip},
          " has no handler for its fault ", std::to_underlying(fault.kind), ": ",
          Hex{fault.words[0]}, " ", Hex{fault.words[1]}, " ", Hex{fault.words[2]});
}

} // namespace

void raise_fault(KernelState& kernel, Tcb& thread, FaultRecord const& fault) {
    auto const& handler = thread.slot(Tcb::FaultHandler).cap;
    if (handler.is(CapKind::Endpoint)) {
        send_fault(kernel, thread, handler, fault, Donation::Allowed);
        return;
    }
    if constexpr (config::printing) {
        report_unhandled(thread, fault);
    }
    set_state(kernel, thread, ThreadState::Inactive);
}

bool has_timeout_handler(Tcb const& thread) {
    return thread.slots[Tcb::TimeoutHandler].cap.is(CapKind::Endpoint);
}

void raise_timeout(KernelState& kernel, Tcb& thread) {
    send_fault(kernel, thread, thread.slot(Tcb::TimeoutHandler).cap,
               {.kind = api::Fault::Timeout, .words = {thread.sched_context->badge}},
               Donation::Never);
}

} // namespace kernel
