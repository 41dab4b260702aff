// SPDX-License-Identifier: BSD-2-Clause
//
// A machine whose counters go on by the same step whenever they are asked.

#include <pager/machine_counters.hpp>

namespace pager {

std::uint64_t machine::ticks() {
    static std::uint64_t ticks{0};
    return ++ticks;
}

std::uint64_t machine::instructions() {
    static std::uint64_t instructions{0xffff'fff0}; // soon more than 32 bits hold
    return (instructions += 100) & 0xffff'ffff;
}

} // namespace pager
