// SPDX-License-Identifier: BSD-2-Clause
//
// The machine that unit tests run the kernel on: some memory, a clock that stands still until it
// is set, and a record of what the kernel did to the hardware.
#pragma once

#include <base/address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace arch {

struct FakeMachine {
    // ---- what tests set ------------------------------------------------------------------------
    std::uint64_t now{0};
    std::uint64_t ticks_per_look{0}; // the clock goes on by so much whenever it is read
    std::uint64_t frequency{62'500'000};
    std::deque<std::uint64_t> pending_irqs;
    bool has_firmware{true};

    // ---- what the kernel did -------------------------------------------------------------------
    std::uint64_t deadline{0};
    base::PhysAddr root{}; // of the address space in use; 0 is the empty one
    std::uint16_t asid{0};
    std::vector<std::uint16_t> flushed_asids;
    std::vector<std::pair<std::uint16_t, base::UserAddr>> flushed_pages;
    struct Maintenance {
        int operation;
        base::UserAddr begin;
        std::uint64_t size;
    };
    std::vector<Maintenance> maintained;
    std::set<std::uint64_t> unmasked_irqs;
    std::set<std::uint64_t> edge_irqs;
    std::vector<std::uint64_t> ended_irqs;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> sent_sgis;
    std::vector<std::array<std::uint64_t, 8>> firmware_calls;
    bool fpu_enabled{false};
    std::array<std::uint64_t, 66> fpu_registers{};
    std::string console;
};

/// The one that the functions of arch work on.
FakeMachine& fake_machine();

/// Clears the machine and its memory; for the beginning of a test.
void reset_fake_machine();

inline constexpr std::size_t fake_memory_size = std::size_t{16} << 20;

} // namespace arch
