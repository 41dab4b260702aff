// SPDX-License-Identifier: BSD-2-Clause
//
// What people read when the pager has stopped a program: who, why, where, and the registers.
#pragma once

#include <api/registers.hpp>
#include <base/format.hpp>
#include <ipc/protocol/pager_management.hpp>

#include <string_view>

namespace init {

[[nodiscard]] std::string_view describe(ipc::pager::StopReason reason);
[[nodiscard]] std::string_view describe(ipc::pager::FaultKind kind);
[[nodiscard]] std::string_view describe(ipc::pager::RegionKind kind);
[[nodiscard]] std::string_view describe(ipc::pager::Access access);

/// The first lines: program, reason, address, region.
void write_reason(base::Writer& out, std::string_view program,
                  ipc::pager::TakeReport::Reply const& report);

void write_registers(base::Writer& out, api::UserRegisters const& registers);

} // namespace init
