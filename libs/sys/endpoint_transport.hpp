// SPDX-License-Identifier: BSD-2-Clause
//
// ipc::ServerLoop over an endpoint. A server adds where new reply objects come from.
#pragma once

#include <ipc/server_loop.hpp>
#include <sys/endpoint.hpp>

namespace sys {

class EndpointTransport {
public:
    explicit EndpointTransport(Endpoint endpoint) : endpoint_{endpoint} {}

    [[nodiscard]] ipc::Incoming receive(ipc::ReplyObject& reply) const {
        return incoming(endpoint_.recv(Reply{reply.cptr}));
    }

    [[nodiscard]] ipc::Incoming reply_receive(ipc::ReplyObject& reply,
                                              ipc::Packet const& packet) const {
        return incoming(endpoint_.reply_recv(Reply{reply.cptr}, packet));
    }

    void reply(ipc::ReplyObject& reply, ipc::Packet const& packet) const {
        Reply{reply.cptr}.send(packet);
    }

private:
    [[nodiscard]] static ipc::Incoming incoming(Received const& received) {
        if (received.is_notification()) {
            return {.is_notification = true, .signals = received.signals()};
        }
        return {.badge = received.badge, .packet = load(received)};
    }

    Endpoint endpoint_;
};

} // namespace sys
