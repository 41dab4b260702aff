// SPDX-License-Identifier: BSD-2-Clause
//
// By the board's power registers if it has any, else by the firmware (PSCI, Arm DEN 0022).

#include "power.hpp"

#include "lab.hpp"
#include <api/boot_info.hpp>
#include <board.hpp>
#include <drivers/bcm2711_power.hpp>

namespace test {

namespace {

constexpr Word psci_system_off = 0x8400'0008;

} // namespace

void power_off(Lab& lab) {
    if constexpr (Board::power != base::PhysAddr{}) {
        drivers::Bcm2711Power registers{base::MappedIo{lab.map_device(Board::power)}};
        registers.power_off();
    } else {
        lab.invoke(api::initial_slot::smc, api::Invocation::SmcCall,
                   {psci_system_off, 0, 0, 0, 0, 0, 0, 0});
    }
    for (;;) {
        yield();
    }
}

} // namespace test
