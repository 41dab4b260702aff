// SPDX-License-Identifier: BSD-2-Clause
//
// A test for each seed; the seed is in its name, so that it can be repeated.

#include "operations.hpp"
#include "supervisor.hpp"

#include <power.hpp>
#include <uart.hpp>

namespace {

constexpr api::Word seeds = QUIRE_FUZZ_SEEDS;
constexpr api::Word first_seed = QUIRE_FUZZ_FIRST_SEED;
constexpr api::Word calls_per_seed = QUIRE_FUZZ_CALLS;

} // namespace

int main(api::BootInfo const& boot_info) {
    using namespace test;
    static Lab lab{boot_info};
    start_uart(lab);
    lab.begin_tests();
    fuzz::Supervisor supervisor{lab};
    print("1..", seeds + 1);
    for (Word i = 0; i < seeds; ++i) {
        auto const seed = first_seed + i;
        auto const outcome = supervisor.run(seed, calls_per_seed);
        if (!outcome.harm.empty()) {
            print("# ", outcome.harm);
        }
        print(outcome.harm.empty() ? "ok " : "not ok ", i + 1, " - seed ", seed, ": ",
              outcome.calls, " calls in ", outcome.lives, " cages");
    }
    bool all_reached = true;
    for (auto const& operation : fuzz::operations()) {
        if (!supervisor.reached(operation.label)) {
            all_reached = false;
            print("# nobody ever succeeded with label ", std::to_underlying(operation.label));
        }
    }
    print(all_reached ? "ok " : "not ok ", seeds + 1, " - every operation was done by somebody");
    power_off(lab);
}
