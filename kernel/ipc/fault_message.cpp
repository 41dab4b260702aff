// SPDX-License-Identifier: BSD-2-Clause
//
// Faults: the words of the messages, both ways.

#include <kernel/invoke/invocation.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/object/sched_context.hpp>
#include <kernel/sched/budget.hpp>

#include <span>

namespace kernel {

namespace {

using arch::UserContext;

void add_registers(UserContext const& context, std::span<arch::Register const> order,
                   MessageWriter& message) {
    for (auto const which : order) {
        message.add(context.get(which));
    }
}

void add_cap_fault(Tcb const& faulter, MessageWriter& message) {
    message.add(faulter.context.fault_ip);
    message.add(faulter.fault.words[0]);
    message.add(faulter.fault.in_receive_phase ? 1 : 0);
    for (Word const word : faulter.fault.lookup.words()) {
        message.add(word);
    }
}

void add_timeout(Tcb const& faulter, MessageWriter& message) {
    message.add(faulter.fault.words[0]);
    if (faulter.sched_context != nullptr) {
        message.add(take_consumed(*faulter.sched_context));
    }
}

} // namespace

void write_fault_message(Tcb& faulter, MessageWriter& message) {
    auto const& fault = faulter.fault;
    auto const& context = faulter.context;
    switch (fault.kind) {
    case api::Fault::CapFault: add_cap_fault(faulter, message); break;
    case api::Fault::UnknownSyscall:
        add_registers(context, UserContext::unknown_syscall_message, message);
        message.add(fault.words[0]);
        break;
    case api::Fault::UserException:
        add_registers(context, UserContext::user_exception_message, message);
        message.add(fault.words[0]);
        message.add(fault.words[1]);
        break;
    case api::Fault::VmFault:
        message.add(context.fault_ip);
        for (Word const word : fault.words) {
            message.add(word);
        }
        break;
    case api::Fault::Timeout: add_timeout(faulter, message); break;
    case api::Fault::None:
    case api::Fault::DebugException: break;
    }
}

namespace {

/// The registers that an answer to a fault may change, in the order of its words.
std::span<arch::Register const> reply_order(api::Fault kind) {
    switch (kind) {
    case api::Fault::UnknownSyscall: return UserContext::unknown_syscall_message;
    case api::Fault::UserException: return UserContext::user_exception_message;
    case api::Fault::Timeout: return UserContext::timeout_message;
    default: return {};
    }
}

} // namespace

bool apply_fault_reply(Tcb& handler, Tcb& faulter) {
    auto const kind = faulter.fault.kind;
    if (kind == api::Fault::CapFault || kind == api::Fault::VmFault) {
        return true; // whatever the label says
    }
    auto const info = handler.context.message_info();
    auto const* const buffer = handler.ipc_buffer(Tcb::BufferUse::Send);
    auto const available = buffer != nullptr ? api::max_message_words : api::register_message_words;
    Arguments const words{handler, buffer, std::min<std::size_t>(info.length(), available)};
    auto const order = reply_order(kind);
    for (std::size_t i = 0; i < std::min(words.size(), order.size()); ++i) {
        faulter.context.set(order[i], words[i]);
        faulter.progress = 0;
    }
    return info.label() == 0;
}

} // namespace kernel
