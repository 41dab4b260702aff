// SPDX-License-Identifier: BSD-2-Clause
//
// Gives the console what servers/console/startup.hpp promises it.
#pragma once

#include <init/devices.hpp>
#include <init/server_starter.hpp>
#include <sys/endpoint.hpp>

namespace init {

/// The root of the console's CSpace, ready to run with.
sys::Result<sys::CNode> hand_over_console(Server& server, ObjectFactory& factory, Devices& devices,
                                          sys::Endpoint endpoint, sys::Notification attention);

} // namespace init
