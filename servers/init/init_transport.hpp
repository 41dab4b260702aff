// SPDX-License-Identifier: BSD-2-Clause
//
// How init receives and answers: its endpoint, and reply objects made as callers come to wait.
#pragma once

#include <init/object_factory.hpp>
#include <init/own_pages.hpp>
#include <init/slab.hpp>
#include <sys/endpoint_transport.hpp>

namespace init {

class InitTransport : public sys::EndpointTransport {
public:
    InitTransport(sys::Endpoint endpoint, ObjectFactory& factory, OwnPages& pages)
        : EndpointTransport{endpoint}, factory_{factory}, objects_{pages} {}

    [[nodiscard]] ipc::ReplyObject* new_reply_object() {
        auto const record = objects_.take();
        if (!record) {
            return nullptr;
        }
        if (!make_object(**record)) {
            objects_.give_back(**record);
            return nullptr;
        }
        return *record;
    }

private:
    /// If there is no memory for it now, the slot is in the record for the next try.
    sys::Result<> make_object(ipc::ReplyObject& record) {
        if (record.cptr == api::null_cptr) {
            record.cptr = TRY(factory_.slots());
        }
        return factory_.memory().make(api::ObjectType::Reply, 0,
                                      factory_.cspace().range(record.cptr));
    }

    ObjectFactory& factory_;
    Slab<ipc::ReplyObject, OwnPages> objects_;
};

using InitLoop = ipc::ServerLoop<InitTransport>;

} // namespace init
