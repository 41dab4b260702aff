// SPDX-License-Identifier: BSD-2-Clause
//
// Backtrace: the calls that led to a place in the kernel, from the chain of frame records and the
// table of function names that the build puts into the image.
#pragma once

#include <cstdint>
#include <string_view>

namespace kernel {

/// A function, and how far into it an address is. The name is empty if no function is known.
struct Symbol {
    std::string_view name;
    std::uint64_t offset;
};

[[nodiscard]] Symbol find_symbol(std::uint64_t address);

/// Prints one line for `address`, and one for each caller found from `frame_pointer` on. Believes
/// only frame records on the stack between `stack_begin` and `stack_end`, each above the last.
void print_backtrace(std::uint64_t address, std::uint64_t frame_pointer, std::uint64_t stack_begin,
                     std::uint64_t stack_end);

} // namespace kernel
