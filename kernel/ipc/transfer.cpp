// SPDX-License-Identifier: BSD-2-Clause
//
// Transfer of the words of a message.

#include <kernel/ipc/fault.hpp>
#include <kernel/ipc/message_writer.hpp>
#include <kernel/ipc/transfer.hpp>
#include <kernel/kernel_state.hpp>

namespace kernel {

namespace {

using BufferUse = Tcb::BufferUse;

/// Returns how many words arrived.
std::size_t copy_words(Tcb& sender, api::IpcBuffer const* from, Tcb& receiver, api::IpcBuffer* to,
                       std::size_t length) {
    if (from == nullptr || to == nullptr) {
        length = std::min(length, api::register_message_words);
    }
    auto const in_registers = std::min(length, api::register_message_words);
    for (std::size_t i = 0; i < in_registers; ++i) {
        receiver.context.set_message_word(i, sender.context.message_word(i));
    }
    for (std::size_t i = in_registers; i < length; ++i) {
        to->words[i] = from->words[i];
    }
    return length;
}

api::MessageInfo transfer_fault(Tcb& sender, Tcb& receiver) {
    MessageWriter message{receiver, receiver.ipc_buffer(BufferUse::Receive)};
    write_fault_message(sender, message);
    return api::MessageInfo::make(std::to_underlying(sender.fault.kind), message.count());
}

api::MessageInfo transfer_words(Tcb& sender, Tcb& receiver, Route const& route) {
    auto const info = sender.context.message_info();
    auto const* const from = sender.ipc_buffer(BufferUse::Send);
    auto* const to = receiver.ipc_buffer(BufferUse::Receive);
    auto const length = copy_words(sender, from, receiver, to, info.length());
    ArrivedCaps caps;
    if (route.may_grant && info.extra_caps() > 0 && from != nullptr && to != nullptr) {
        caps = transfer_capabilities(sender, *from, receiver, *to, route.endpoint);
    }
    return api::MessageInfo::make(info.label(), length, caps.count, caps.unwrapped);
}

} // namespace

void transfer_message(KernelState& kernel, Tcb& sender, Tcb& receiver, Route const& route) {
    api::MessageInfo info;
    if (sender.fault.kind != api::Fault::None) {
        info = transfer_fault(sender, receiver);
    } else {
        ++kernel.core.counters.slow_messages;
        info = transfer_words(sender, receiver, route);
    }
    receiver.context.set_message_info(info);
    receiver.context.set_badge(std::to_underlying(route.badge));
}

} // namespace kernel
