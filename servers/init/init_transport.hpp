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
        auto const reply = factory_.create<sys::Reply>(api::ObjectType::Reply);
        auto const object = objects_.take();
        if (!reply || !object) {
            return nullptr;
        }
        (*object)->cptr = reply->cptr();
        return *object;
    }

private:
    ObjectFactory& factory_;
    Slab<ipc::ReplyObject, OwnPages> objects_;
};

using InitLoop = ipc::ServerLoop<InitTransport>;

} // namespace init
