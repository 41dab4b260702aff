// SPDX-License-Identifier: BSD-2-Clause
//
// kernel_assert: what must hold; checked in debug builds, where a violation stops the machine.
#pragma once

#include <kernel/config.hpp>

#include <source_location>

namespace kernel {

[[noreturn]] void assertion_failed(std::source_location const& where);

inline void kernel_assert(bool condition,
                          std::source_location where = std::source_location::current()) {
    if constexpr (config::debug) {
        if (!condition) [[unlikely]] {
            assertion_failed(where);
        }
    }
}

} // namespace kernel
