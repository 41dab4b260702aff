// SPDX-License-Identifier: BSD-2-Clause
//
// Firmware calls, by the instruction that the device tree names.

#include <arch/boot.hpp>
#include <arch/firmware.hpp>

namespace arch {

namespace {

/// Written once, at boot.
constinit FirmwareConduit firmware_conduit = FirmwareConduit::None;

} // namespace

// extern "C": in firmware_call.S, as the arguments and results are what is in x0 ... x7.
extern "C" void call_hypervisor(FirmwareArguments* words);
extern "C" void call_secure_monitor(FirmwareArguments* words);

void set_firmware_conduit(FirmwareConduit conduit) {
    firmware_conduit = conduit;
}

bool firmware_available() {
    return firmware_conduit != FirmwareConduit::None;
}

FirmwareArguments call_firmware(FirmwareArguments const& arguments) {
    auto words = arguments;
    switch (firmware_conduit) {
    case FirmwareConduit::None: break;
    case FirmwareConduit::Hypervisor: call_hypervisor(&words); break;
    case FirmwareConduit::SecureMonitor: call_secure_monitor(&words); break;
    }
    return words;
}

} // namespace arch
