// SPDX-License-Identifier: BSD-2-Clause
//
// Endpoints and reply objects: packets in, packets out.
#pragma once

#include <ipc/message.hpp>
#include <sys/ipc_buffer.hpp>
#include <sys/slot.hpp>
#include <sys/syscall.hpp>

#include <algorithm>

namespace sys {

/// Puts a packet into registers and buffer. A capability to send along is named by `capability`.
[[nodiscard]] inline Outgoing store(ipc::Packet const& packet,
                                    api::CPtr capability = api::null_cptr) {
    Outgoing out{
        .info = api::MessageInfo::make(packet.label, packet.length, capability != api::null_cptr)};
    std::copy_n(packet.words.begin(), out.words.size(), out.words.begin());
    if (packet.length > out.words.size()) {
        std::copy(packet.words.begin() + out.words.size(), packet.words.begin() + packet.length,
                  ipc_buffer().words.begin() + out.words.size());
    }
    if (capability != api::null_cptr) {
        ipc_buffer().caps_or_badges[0] = static_cast<api::Word>(capability);
    }
    return out;
}

/// Takes a packet out of registers and buffer.
[[nodiscard]] inline ipc::Packet load(Received const& received) {
    ipc::Packet packet{received.info.label()};
    packet.length = received.info.length();
    constexpr std::size_t in_registers = api::register_message_words;
    std::copy_n(received.words.begin(), in_registers, packet.words.begin());
    if (packet.length > in_registers) {
        auto const& buffer = ipc_buffer().words;
        std::copy(buffer.begin() + in_registers, buffer.begin() + packet.length,
                  packet.words.begin() + in_registers);
    }
    return packet;
}

/// Where the capability of the next message that brings one shall go.
inline void set_receive_slot(Slot slot) {
    auto& buffer = ipc_buffer();
    buffer.receive_cnode = static_cast<api::Word>(slot.root());
    buffer.receive_index = slot.index();
    buffer.receive_depth = slot.depth();
}

/// Whether a message put a capability into the receive slot.
[[nodiscard]] constexpr bool brought_capability(api::MessageInfo info) {
    return info.extra_caps() > 0 && info.caps_unwrapped() == 0;
}

/// A reply object. Answers one caller; a second answer goes nowhere.
class Reply : public Capability {
public:
    using Capability::Capability;

    void send(ipc::Packet const& packet, api::CPtr capability = api::null_cptr) const {
        sys::send(cptr(), store(packet, capability));
    }
};

class Endpoint : public Capability {
public:
    using Capability::Capability;

    [[nodiscard]] ipc::Packet call(ipc::Packet const& packet) const {
        return load(sys::call(cptr(), store(packet)));
    }

    void send(ipc::Packet const& packet) const { sys::send(cptr(), store(packet)); }
    void nb_send(ipc::Packet const& packet) const { sys::nb_send(cptr(), store(packet)); }

    [[nodiscard]] Received recv(Reply reply) const { return sys::recv(cptr(), reply.cptr()); }
    [[nodiscard]] Received nb_recv(Reply reply) const { return sys::nb_recv(cptr(), reply.cptr()); }

    [[nodiscard]] Received reply_recv(Reply reply, ipc::Packet const& answer,
                                      api::CPtr capability = api::null_cptr) const {
        return sys::reply_recv(cptr(), reply.cptr(), store(answer, capability));
    }
};

/// For ipc::call() of requests whose reply brings a capability: it lands in `slot`.
class ReceivingCall {
public:
    ReceivingCall(Endpoint endpoint, Slot slot) : endpoint_{endpoint}, slot_{slot} {}

    [[nodiscard]] ipc::Packet call(ipc::Packet const& packet) {
        set_receive_slot(slot_);
        auto const answer = sys::call(endpoint_.cptr(), store(packet));
        set_receive_slot({});
        arrived_ = brought_capability(answer.info);
        return load(answer);
    }

    [[nodiscard]] bool capability_arrived() const { return arrived_; }

private:
    Endpoint endpoint_;
    Slot slot_;
    bool arrived_{false};
};

/// For ipc::call() of requests that bring a capability along.
class GivingCall {
public:
    GivingCall(Endpoint endpoint, Capability capability)
        : endpoint_{endpoint}, capability_{capability} {}

    [[nodiscard]] ipc::Packet call(ipc::Packet const& packet) const {
        return load(sys::call(endpoint_.cptr(), store(packet, capability_.cptr())));
    }

private:
    Endpoint endpoint_;
    Capability capability_;
};

} // namespace sys
