// SPDX-License-Identifier: BSD-2-Clause
//
// DomainSchedule: which domain's threads may run, and for how long, in a fixed rotation.
#pragma once

#include <kernel/config.hpp>
#include <kernel/object/sched_context.hpp>

#include <array>

namespace kernel {

struct DomainSlice {
    std::uint8_t domain{0};
    Ticks duration{0}; // 0: end marker, the schedule goes back to its start

    [[nodiscard]] bool is_end() const { return duration == 0; }
};

/// With one domain no time is accounted.
class DomainSchedule {
public:
    static constexpr std::size_t length = config::domain_schedule_length;
    static constexpr bool accounts_time = config::domain_count > 1;
    static constexpr Ticks max_duration = base::low_mask(56);

    constexpr DomainSchedule() { slices_[0] = {.domain = 0, .duration = max_duration}; }

    [[nodiscard]] std::uint8_t current() const { return accounts_time ? domain_ : 0; }
    [[nodiscard]] std::size_t start() const { return start_; }
    [[nodiscard]] DomainSlice& slice(std::size_t index) { return slices_[index]; }

    /// What is left of the present slice.
    [[nodiscard]] Ticks time_left() const { return time_left_; }
    void use(Ticks ticks) { time_left_ -= ticks < time_left_ ? ticks : time_left_; }

    void advance() {
        index_ = index_ + 1 < length && !slices_[index_ + 1].is_end() ? index_ + 1 : start_;
        begin_slice();
    }

    void restart_at(std::size_t index) {
        start_ = index_ = index;
        begin_slice();
    }

private:
    void begin_slice() {
        domain_ = slices_[index_].domain;
        time_left_ = slices_[index_].duration;
    }

    std::array<DomainSlice, length> slices_{};
    std::size_t index_{0};
    std::size_t start_{0};
    std::uint8_t domain_{0};
    Ticks time_left_{max_duration};
};

} // namespace kernel
