// SPDX-License-Identifier: BSD-2-Clause
//
// Power: switching the machine off and restarting it, the way the board does that.
#pragma once

#include <init/devices.hpp>
#include <init/own_pages.hpp>
#include <ipc/protocol/process.hpp>

namespace init {

class Power {
public:
    Power(Devices& devices, OwnPages& pages) : devices_{devices}, pages_{pages} {}

    /// Returns only if this machine has no way to do it.
    void change(ipc::process::PowerState state);

private:
    Devices& devices_;
    OwnPages& pages_;
};

} // namespace init
