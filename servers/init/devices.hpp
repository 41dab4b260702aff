// SPDX-License-Identifier: BSD-2-Clause
//
// Devices: device memory whose books are kept in init's own pages.
#pragma once

#include <init/device_memory.hpp>
#include <init/own_pages.hpp>

namespace init {

using Devices = BasicDeviceMemory<OwnPages>;

} // namespace init
