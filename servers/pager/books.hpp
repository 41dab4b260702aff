// SPDX-License-Identifier: BSD-2-Clause
//
// The checker: walks all books and says what does not agree. Everything the pager owns is in
// exactly one state, and every sum is the sum of its parts.
#pragma once

#include <pager/pager.hpp>

#include <optional>
#include <string_view>

namespace pager {

/// Nothing, if the books balance. `fixed_slots`: see Pager.
[[nodiscard]] std::optional<std::string_view> find_discrepancy(Pager const& pager,
                                                               std::uint64_t fixed_slots);

} // namespace pager
