// SPDX-License-Identifier: BSD-2-Clause
//
// ConsoleTransport: system calls, and a reply object for every client that has to wait.
#pragma once

#include <console/startup.hpp>
#include <sys/endpoint_transport.hpp>
#include <sys/untyped.hpp>

#include <array>

namespace console {

/// Makes reply objects one by one, as more clients wait at once than ever before.
class ConsoleTransport : public sys::EndpointTransport {
public:
    using EndpointTransport::EndpointTransport;

    /// Null when every slot has one.
    [[nodiscard]] ipc::ReplyObject* new_reply_object() {
        if (made_ == objects_.size()) {
            return nullptr;
        }
        auto const slot = startup::slot::first_free + made_;
        sys::SlotRange const to{.root = api::CPtr{startup::slot::cnode}, .first = slot};
        sys::Untyped const memory{api::CPtr{startup::slot::untyped}};
        if (!memory.retype(api::ObjectType::Reply, 0, to)) {
            return nullptr;
        }
        auto& object = objects_[made_++];
        object.cptr = api::CPtr{slot};
        return &object;
    }

private:
    static constexpr std::size_t slots = base::bit(startup::cnode_bits);

    std::array<ipc::ReplyObject, slots - startup::slot::first_free> objects_{};
    std::size_t made_{0};
};

} // namespace console
