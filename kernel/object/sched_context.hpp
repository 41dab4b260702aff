// SPDX-License-Identifier: BSD-2-Clause
//
// SchedContext: the right to processor time, as a queue of refills: "from then on, so much".
// What happens to the refills as time is used is in sched/budget.hpp.
#pragma once

#include <kernel/object/tcb.hpp>

#include <cstddef>

namespace kernel {

/// Time as the timer counts it.
using Ticks = std::uint64_t;

struct Refill {
    Ticks time; // usable from here on
    Ticks amount;

    [[nodiscard]] constexpr Ticks end() const { return time + amount; }
};

/// The refills follow the header, as many as the object's size has room for. They are a ring.
/// Invariants, while configured: at least one refill; refills do not overlap and are in order of
/// time; their amounts add up to the budget; the head is never below the minimum budget.
class alignas(32) SchedContext {
public:
    static constexpr auto cap_kind = CapKind::SchedContext;
    static constexpr std::size_t header_size = 96;

    Ticks period{0};                  // 0: round robin
    Ticks budget{0};                  // what all refills add up to
    Ticks consumed{0};                // since last asked
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

    /// Counting from the head; `index` is below refill_count.
    [[nodiscard]] Refill& refill(std::uint32_t index) {
        auto const at = refill_first + index;
        return storage()[at < refill_capacity ? at : at - refill_capacity];
    }
    [[nodiscard]] Refill& head() { return refill(0); }
    [[nodiscard]] Refill& tail() { return refill(refill_count - 1); }

    [[nodiscard]] Refill const& head() const { return const_cast<SchedContext*>(this)->head(); }

    /// The head may be used at `now`.
    [[nodiscard]] bool ready(Ticks now) const { return head().time <= now; }

private:
    [[nodiscard]] Refill* storage() {
        return reinterpret_cast<Refill*>(reinterpret_cast<std::byte*>(this) + header_size);
    }
};

static_assert(sizeof(SchedContext) == SchedContext::header_size);

} // namespace kernel
