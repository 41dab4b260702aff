// SPDX-License-Identifier: BSD-2-Clause
//
// A violated assertion: which, and what led to it.

#include <base/format.hpp>
#include <kernel/debug/assert.hpp>
#include <kernel/debug/panic.hpp>

#include <array>

namespace kernel {

void assertion_failed(std::source_location const& where) {
    std::array<char, 160> text;
    panic(base::format_to(text, "assertion in ", where.file_name(), ":", where.line(), ", ",
                          where.function_name()));
}

} // namespace kernel
