// SPDX-License-Identifier: BSD-2-Clause
//
// Pages that lie in a row, and ways through them: what it costs to access one word of each.
#pragma once

#include "../counting.hpp"
#include <api/object.hpp>

namespace bench {

inline constexpr Word page_size = Word{1} << api::page_bits;

struct Pages {
    Word begin;
    Word count;

    [[nodiscard]] constexpr Word size() const { return count * page_size; }
};

Count write_each(Pages pages);
Count read_each(Pages pages);

/// In an order that has no two neighbours in a row. A power of two of pages.
Count write_scattered(Pages pages);

} // namespace bench
