// SPDX-License-Identifier: BSD-2-Clause
//
// What the badges on init's endpoint and notification mean.
#pragma once

#include <api/types.hpp>
#include <base/bits.hpp>
#include <init/system.hpp>

namespace init {

/// On the endpoint: which process calls.
struct CallerBadge {
    using Process = base::Bits<Pid, 0, 32>;
};

/// On the notification, beside sys::notification_badge.
struct Signals {
    using Report = base::Bits<bool, 0>;    // of the pager: it has stopped a client
    using Interrupt = base::Bits<bool, 1>; // of the console: ctrl-C
};

inline constexpr auto report_signal = Signals::Report::set(api::Word{0}, true);
inline constexpr auto interrupt_signal = Signals::Interrupt::set(api::Word{0}, true);

} // namespace init
