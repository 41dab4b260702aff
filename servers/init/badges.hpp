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
inline constexpr api::Word report_signal = 1;

} // namespace init
