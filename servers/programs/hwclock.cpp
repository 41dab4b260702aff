// SPDX-License-Identifier: BSD-2-Clause
//
// hwclock: drives the board's own clock, whichever of these it has, and says what that says.
// hwclock SECONDS: and again when so many have gone by there.

#include <base/number.hpp>
#include <client/console.hpp>
#include <client/vm.hpp>
#include <drivers/bcm2711_system_timer.hpp>
#include <drivers/pl031.hpp>

#include <array>
#include <string_view>

namespace {

using base::MappedIo;
using client::console::print;

constexpr std::uint64_t microseconds_per_second = 1'000'000;

struct Clock {
    std::string_view name;
    bool (*is_there)(MappedIo registers);
    std::uint64_t (*seconds)(MappedIo registers);
};

constexpr std::array clocks{
    Clock{.name = "pl031",
          .is_there = [](MappedIo io) { return drivers::Pl031{io}.is_there(); },
          .seconds = [](MappedIo io) { return std::uint64_t{drivers::Pl031{io}.seconds()}; }},
    Clock{.name = "bcm2711-system-timer",
          .is_there = [](MappedIo) { return true; }, // it does not say what it is
          .seconds =
              [](MappedIo io) {
                  return drivers::Bcm2711SystemTimer{io}.microseconds() / microseconds_per_second;
              }},
};

int watch(Clock const& clock, MappedIo registers, std::uint64_t seconds) {
    if (!clock.is_there(registers)) {
        print("hwclock: these are not the registers of a ", clock.name, "\n");
        return 1;
    }
    auto const begin = clock.seconds(registers);
    print("hwclock: ", clock.name, " says ", begin, " seconds\n");
    if (seconds == 0) {
        return 0;
    }
    auto now = begin;
    while (now - begin < seconds) {
        now = clock.seconds(registers);
    }
    print("hwclock: and now ", now, "\n");
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    auto const seconds = argc == 2 ? base::parse_number(argv[1]) : std::uint64_t{0};
    if (argc > 2 || !seconds) {
        print("usage: hwclock [SECONDS]\n");
        return 2;
    }
    auto error = ipc::Error::NotFound;
    for (auto const& clock : clocks) {
        auto const registers = client::vm::map_device(clock.name);
        if (registers) {
            return watch(clock, MappedIo{registers->address}, *seconds);
        }
        bool const is_other = registers.error() == ipc::Error::PermissionDenied;
        error = is_other ? error : registers.error();
    }
    print("hwclock: there is no clock to drive: ", ipc::describe(error), "\n");
    return 1;
}
