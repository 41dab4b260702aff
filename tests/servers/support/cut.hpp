// SPDX-License-Identifier: BSD-2-Clause
//
// Messages that end before the request they carry does.
#pragma once

#include "report.hpp"
#include <ipc/message.hpp>

namespace test {

template <ipc::Request R>
void refuses_cut(auto const& endpoint, R const& request, Location where = Location::current()) {
    auto packet = ipc::pack(R::label, request);
    auto const whole = packet.length;
    for (packet.length = 0; packet.length < whole; ++packet.length) {
        expect_answer(static_cast<ipc::Error>(endpoint.call(packet).label), ipc::Error::BadMessage,
                      where);
    }
}

} // namespace test
