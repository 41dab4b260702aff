// SPDX-License-Identifier: BSD-2-Clause
//
// Calls: of a server, and of a fault handler on behalf of a thread that cannot go on.

#include <kernel/fastpath/fastpath.hpp>
#include <kernel/fastpath/handover.hpp>
#include <kernel/fastpath/message.hpp>

namespace kernel {

namespace {

/// The sender of a call must be able to get an answer, or it would not wait for one.
[[nodiscard]] bool may_call(Capability const& cap) {
    return cap.is(CapKind::Endpoint) && cap.may(Rights::Write) &&
           (cap.may(Rights::Grant) || cap.may(Rights::GrantReply));
}

} // namespace

bool fast_call(KernelState& kernel, Capability const& cap) {
    auto& caller = *kernel.core.current;
    if (!may_call(cap)) {
        return false;
    }
    auto& endpoint = cap.object<Endpoint>();
    auto* const server = waiting_server(kernel, caller, endpoint);
    Message message{.info = caller.context.message_info()};
    if (server == nullptr || message.info.extra_caps() != 0 ||
        !find_buffers(message, caller, *server)) {
        return false;
    }
    transfer(message, caller, *server, cap.badge());
    ++kernel.core.counters.fast_calls;
    call(kernel, caller, *server, endpoint);
    return true;
}

bool fast_vm_fault(KernelState& kernel, Word address, bool is_prefetch, Word syndrome) {
    auto& faulter = *kernel.core.current;
    auto const& handler = faulter.slot(Tcb::FaultHandler).cap;
    if (!may_call(handler)) {
        return false;
    }
    auto& endpoint = handler.object<Endpoint>();
    auto* const server = waiting_server(kernel, faulter, endpoint);
    if (server == nullptr) {
        return false;
    }
    faulter.fault.kind = api::Fault::VmFault;
    faulter.fault.words = {address, is_prefetch ? Word{1} : Word{0}, syndrome};
    auto& context = server->context;
    context.set_message_word(0, faulter.context.fault_ip);
    context.set_message_word(1, faulter.fault.words[0]);
    context.set_message_word(2, faulter.fault.words[1]);
    context.set_message_word(3, faulter.fault.words[2]);
    context.set_message_info(api::MessageInfo::make(std::to_underlying(api::Fault::VmFault),
                                                    api::register_message_words));
    context.set_badge(std::to_underlying(handler.badge()));
    ++kernel.core.counters.fast_faults;
    call(kernel, faulter, *server, endpoint);
    return true;
}

} // namespace kernel
