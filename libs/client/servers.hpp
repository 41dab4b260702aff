// SPDX-License-Identifier: BSD-2-Clause
//
// The servers that every process can call.
#pragma once

#include <ipc/environment.hpp>
#include <sys/endpoint.hpp>

namespace client {

inline constexpr sys::Endpoint init_server{api::CPtr{ipc::environment::slot::init}};
inline constexpr sys::Endpoint console_server{api::CPtr{ipc::environment::slot::console}};
inline constexpr sys::Endpoint pager_server{api::CPtr{ipc::environment::slot::pager}};

} // namespace client
