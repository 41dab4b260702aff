// SPDX-License-Identifier: BSD-2-Clause
//
// SchedContext: the right to processor time, as a queue of refills: "from then on, so much".
#pragma once

#include <kernel/object/tcb.hpp>

namespace kernel {

/// Time as the timer counts it.
using Ticks = std::uint64_t;

struct Refill {
    Ticks time;   // usable from here on
    Ticks amount;
};

/// The refills follow the header, as many as the object's size has room for.
class SchedContext {
public:
    static constexpr auto cap_kind = CapKind::SchedContext;
    static constexpr std::size_t header_size = 96;

    Ticks period{0};   // 0: round robin
    Ticks consumed{0}; // since last asked
    std::uint32_t refill_capacity{0}; // 0: not configured
    std::uint32_t refill_first{0};
    std::uint32_t refill_count{0};
    std::uint32_t core{0};
    Tcb* tcb{nullptr};
    Reply* reply_top{nullptr};
    Notification* notification{nullptr};
    Tcb* yield_from{nullptr};
    Word badge{0};
    bool sporadic{false};

    [[nodiscard]] bool configured() const { return refill_capacity != 0; }
    [[nodiscard]] bool round_robin() const { return period == 0; }
};

static_assert(sizeof(SchedContext) <= SchedContext::header_size);

} // namespace kernel
