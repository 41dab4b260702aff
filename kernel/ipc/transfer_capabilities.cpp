// SPDX-License-Identifier: BSD-2-Clause
//
// Transfer of the capabilities that a message carries.

#include <kernel/cap/derivation.hpp>
#include <kernel/cap/lookup.hpp>
#include <kernel/cap/transform.hpp>
#include <kernel/ipc/transfer.hpp>

namespace kernel {

namespace {

/// Where the receiver wants a capability to be put, or null if it said nothing usable.
Slot* receive_slot(Tcb& receiver, api::IpcBuffer const& buffer) {
    auto const cnode = lookup_slot(receiver, buffer.receive_cnode);
    if (!cnode) {
        return nullptr;
    }
    auto const slot = lookup_empty_slot((*cnode)->cap, buffer.receive_index, buffer.receive_depth);
    return slot ? *slot : nullptr;
}

/// A capability to the endpoint that the message travels through arrives as its badge.
bool unwraps(Capability const& cap, Endpoint const* endpoint) {
    return endpoint != nullptr && cap.as<Endpoint>() == endpoint;
}

bool copy_capability(Slot& source, Slot& destination) {
    auto const derived = derive(source, source.cap);
    if (!derived || derived->is_null()) {
        return false;
    }
    insert_derived(source, destination, *derived);
    return true;
}

using ExtraSlots = std::array<Slot*, api::max_extra_caps>;

/// All of them or none.
std::size_t find_extra_slots(Tcb& sender, api::IpcBuffer const& buffer, ExtraSlots& slots) {
    auto const count = sender.context.message_info().extra_caps();
    for (std::size_t i = 0; i < count; ++i) {
        auto const slot = lookup_slot(sender, buffer.caps_or_badges[i]);
        if (!slot) {
            return 0;
        }
        slots[i] = *slot;
    }
    return count;
}

} // namespace

ArrivedCaps transfer_capabilities(Tcb& sender, api::IpcBuffer const& from, Tcb& receiver,
                                  api::IpcBuffer& to, Endpoint const* endpoint) {
    ExtraSlots sources;
    auto const count = find_extra_slots(sender, from, sources);
    auto* destination = receive_slot(receiver, to);
    ArrivedCaps arrived;
    for (; arrived.count < count; ++arrived.count) {
        auto& source = *sources[arrived.count];
        if (unwraps(source.cap, endpoint)) {
            to.caps_or_badges[arrived.count] = std::to_underlying(source.cap.badge());
            arrived.unwrapped = arrived.unwrapped | base::bit(arrived.count);
        } else if (destination != nullptr && copy_capability(source, *destination)) {
            destination = nullptr;
        } else {
            break;
        }
    }
    return arrived;
}

} // namespace kernel
