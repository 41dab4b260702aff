// SPDX-License-Identifier: BSD-2-Clause
//
// A model of a sporadic server: the budget of a scheduling context as a plain list of refills, each
// "from this time on, so much". Written from the interface's text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace kernel::reference {

using Time = std::uint64_t;

struct Refilling {
    Time time;
    Time amount;

    friend bool operator==(Refilling const&, Refilling const&) = default;
};

class BudgetModel {
public:
    BudgetModel() = default; // not configured
    BudgetModel(std::size_t capacity, Time period, std::vector<Refilling> refills)
        : capacity_{capacity}, period_{period}, refills_{std::move(refills)} {}

    static constexpr Time ticks_per_us_times_1000 = 62'500;
    static constexpr Time minimum = 20 * ticks_per_us_times_1000 / 1000;

    [[nodiscard]] bool configured() const { return capacity_ != 0; }
    [[nodiscard]] bool round_robin() const { return period_ == 0; }
    [[nodiscard]] Refilling head() const { return refills_.front(); }
    [[nodiscard]] std::vector<Refilling> const& refills() const { return refills_; }
    [[nodiscard]] bool ready(Time now) const { return head().time <= now; }
    [[nodiscard]] bool sufficient(Time used) const {
        return used <= head().amount && head().amount - used >= minimum;
    }
    [[nodiscard]] bool usable(Time now) const {
        return configured() && ready(now) && sufficient(0);
    }

    /// All of it at once. Period 0 is round robin, whose second entry collects what is used.
    void start(std::size_t capacity, Time budget, Time period, Time now) {
        capacity_ = capacity;
        period_ = period;
        refills_ = {{now, budget}};
        if (round_robin()) {
            refills_.push_back({now, 0});
        }
    }

    /// Other parameters while it is in use: no more than was left, the rest a period later.
    void update(std::size_t capacity, Time budget, Time period, Time now) {
        auto const left = head();
        start(capacity, std::min(left.amount, budget), period, std::max(left.time, now));
        if (left.amount < budget) {
            refills_.push_back({head().time + period, budget - left.amount});
        }
    }

    /// Time was used; the slice may go on.
    void charge(Time used) {
        if (round_robin()) {
            used = std::min(used, head().amount);
            refills_[0].amount -= used;
            refills_[1].amount += used;
            return;
        }
        while (head().amount <= used && head().time < last_time) {
            used -= head().amount;
            if (refills_.size() == 1) {
                refills_[0].time += period_;
            } else {
                auto const whole = take_head();
                schedule({whole.time + period_, whole.amount});
            }
        }
        if (used > 0 && head().time < last_time) {
            Refilling const part{head().time + period_, used};
            refills_[0].time += used;
            refills_[0].amount -= used;
            schedule(part);
        }
        while (head().amount < minimum && refills_.size() > 1) {
            auto const small = take_head();
            refills_[0].time -= small.amount;
            refills_[0].amount += small.amount;
        }
    }

    /// The slice is over: round robin is full again at once.
    void end_slice(Time used) {
        if (round_robin()) {
            refills_[0].amount += refills_[1].amount;
            refills_[1].amount = 0;
        } else {
            charge(used);
        }
    }

    /// What became usable while nobody used it starts now.
    void unblock(Time now) {
        if (round_robin() || !ready(now)) {
            return;
        }
        refills_[0].time = now;
        while (refills_.size() > 1 && refills_[1].time <= head().time + head().amount) {
            auto const amount = take_head().amount;
            refills_[0] = {now, head().amount + amount};
        }
    }

private:
    static constexpr Time end_of_time = std::numeric_limits<Time>::max();
    static constexpr Time longest_period_us = end_of_time / ticks_per_us_times_1000 / 8;
    static constexpr Time last_time =
        end_of_time - 5 * (longest_period_us * ticks_per_us_times_1000 / 1000);

    Refilling take_head() {
        auto const head = refills_.front();
        refills_.erase(refills_.begin());
        return head;
    }

    /// Behind the others: as one with the last if they touch, or if there is no room.
    void schedule(Refilling refill) {
        auto& tail = refills_.back();
        if (tail.time + tail.amount >= refill.time) {
            tail.amount += refill.amount;
        } else if (refills_.size() < capacity_) {
            refills_.push_back(refill);
        } else {
            tail = {refill.time - tail.amount, tail.amount + refill.amount};
        }
    }

    std::size_t capacity_{0};
    Time period_{0};
    std::vector<Refilling> refills_;
};

} // namespace kernel::reference
