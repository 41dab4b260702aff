// SPDX-License-Identifier: BSD-2-Clause
//
// What the pager counts, as figures: for one program or the sum of several, since boot or
// meanwhile.
#pragma once

#include <shell/figure.hpp>
#include <shell/system.hpp>

namespace shell {

/// How pages came.
void print(Printer& out, ipc::pager::LazyStatistics::Reply const& lazy);

/// What copy-on-write did.
void print_copies(Printer& out, ipc::pager::CopyOnWrite::Reply const& cow);

/// What it saves: now, and the most that it ever did.
void print_saved(Printer& out, ipc::pager::CopyOnWrite::Reply const& cow);

} // namespace shell
