// SPDX-License-Identifier: BSD-2-Clause
//
// How far a program's memory may grow by itself, as a person says and sees it.
#pragma once

#include <shell/commands.hpp>

namespace shell {

/// A size as 65536, 64K, 2M or 1G, or the word unlimited. Nothing for anything else.
[[nodiscard]] std::optional<System::Word> parse_limit(std::string_view text);

/// The limits of process `pid`, and what became of them.
void print_limits(Printer& out, ipc::pager::Growth::Reply const& growth);

/// `settings` as stack=1M, heap=unlimited, ahead=4: what they leave out stays.
Status set_limits(Context& context, System::Word pid, std::span<std::string_view const> settings);

} // namespace shell
