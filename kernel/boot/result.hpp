// SPDX-License-Identifier: BSD-2-Clause
//
// Errors of boot: a sentence for whoever looks at the console, since nobody else could be told.
#pragma once

#include <base/result.hpp>

#include <string_view>

namespace kernel::boot {

template <typename T = void>
using BootResult = base::Result<T, std::string_view>;

using base::fail;

[[nodiscard]] inline auto refuse(std::string_view reason) {
    return fail(reason);
}

} // namespace kernel::boot
