// SPDX-License-Identifier: BSD-2-Clause
//
// Calls of the firmware, on behalf of whoever holds the capability for it.
#pragma once

#include <api/types.hpp>

#include <array>

namespace arch {

using FirmwareArguments = std::array<api::Word, 8>;

/// There is firmware, and the way to call it is known.
[[nodiscard]] bool firmware_available();

/// x0 ... x7 of the call; returns what is in them afterwards.
[[nodiscard]] FirmwareArguments call_firmware(FirmwareArguments const& arguments);

} // namespace arch
