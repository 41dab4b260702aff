// SPDX-License-Identifier: BSD-2-Clause
//
// Which of the kernel's counters something moves, by name: those that are not named have not moved.
#pragma once

#include <api/kernel_counters.hpp>

#include <array>
#include <map>
#include <string>
#include <utility>

namespace kernel {

using api::Word;

/// By how much. What went down has moved by nearly 2^64.
using Moves = std::map<std::string, Word>;

class CounterWatch {
public:
    explicit CounterWatch(api::KernelCounters const& counters)
        : counters_{counters}, before_{counters} {}

    [[nodiscard]] Moves moves() const {
        Moves result;
        for (auto const& [name, counter] : names) {
            if (auto const by = counters_.*counter - before_.*counter; by != 0) {
                result[name] = by;
            }
        }
        return result;
    }

private:
    using Counters = api::KernelCounters;
    static constexpr std::array<std::pair<char const*, Word Counters::*>, 16> names{{
        {"fast_calls", &Counters::fast_calls},
        {"fast_faults", &Counters::fast_faults},
        {"fast_replies", &Counters::fast_replies},
        {"other_switches", &Counters::other_switches},
        {"slow_messages", &Counters::slow_messages},
        {"slow_vm_faults", &Counters::slow_vm_faults},
        {"other_faults", &Counters::other_faults},
        {"signals", &Counters::signals},
        {"interrupts", &Counters::interrupts},
        {"preemptions", &Counters::preemptions},
        {"tlb_pages", &Counters::tlb_pages},
        {"tlb_spaces", &Counters::tlb_spaces},
        {"cache_pages", &Counters::cache_pages},
        {"asids_in_use", &Counters::asids_in_use},
        {"objects_made", &Counters::objects_made},
        {"bytes_cleared", &Counters::bytes_cleared},
    }};
    static_assert(sizeof(Counters) == (1 + names.size()) * sizeof(Word)); // behind the size

    Counters const& counters_;
    Counters before_;
};

} // namespace kernel
