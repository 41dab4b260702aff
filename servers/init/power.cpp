// SPDX-License-Identifier: BSD-2-Clause
//
// Two ways: the power management registers of the board if it names any, else PSCI (Arm DEN 0022)
// in the firmware.

#include <board.hpp>
#include <drivers/bcm2711_power.hpp>
#include <init/own_capabilities.hpp>
#include <init/power.hpp>

namespace init {

using ipc::process::PowerState;

namespace {

constexpr api::Word psci_system_off = 0x8400'0008;
constexpr api::Word psci_system_reset = 0x8400'0009;

} // namespace

void Power::change(PowerState state) {
    bool const off = state == PowerState::Off;
    if constexpr (Board::power != base::PhysAddr{}) {
        auto const frame = devices_.take_page(Board::power);
        if (!frame) {
            return;
        }
        auto const registers = pages_.map_device(*frame);
        if (!registers) {
            return;
        }
        drivers::Bcm2711Power power{base::MappedIo{*registers}};
        off ? power.power_off() : power.reboot();
        for (;;) {
            sys::yield(); // until the watchdog bites
        }
    } else {
        static_cast<void>(own::smc.call({off ? psci_system_off : psci_system_reset}));
    }
}

} // namespace init
