// SPDX-License-Identifier: BSD-2-Clause
//
// UTF-8: how long a character is, whether it is one, and how many columns it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace shell::utf8 {

using CodePoint = std::uint32_t;

/// Bytes of the character that begins with `lead`; 0 if none can.
[[nodiscard]] std::size_t length_from_lead(char lead);

[[nodiscard]] bool is_continuation(char byte);

/// The value of one whole sequence. Not checked: see is_text().
[[nodiscard]] CodePoint decode(std::string_view sequence);

/// Whether `sequence` is the one valid encoding of a character that may be shown.
[[nodiscard]] bool is_text(std::string_view sequence);

/// Positions of the neighbouring characters in valid text; they stop at its ends.
[[nodiscard]] std::size_t next(std::string_view text, std::size_t position);
[[nodiscard]] std::size_t previous(std::string_view text, std::size_t position);

/// The columns of a terminal that valid text takes.
[[nodiscard]] std::size_t columns(std::string_view text);

} // namespace shell::utf8
