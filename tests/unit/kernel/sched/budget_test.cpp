// SPDX-License-Identifier: BSD-2-Clause
//
// Budgets: the ring of refills against a plain model of the rules, on random histories; and the
// properties that make a budget a budget.

#include <arch/fake.hpp>
#include <arch/timer.hpp>
#include <kernel/sched/budget.hpp>

#include <deque>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace kernel {
namespace {

constexpr std::uint32_t max_refills = 10;

/// A scheduling context with room for its refills behind it.
struct Storage {
    SchedContext context;
    std::array<Refill, max_refills> refills{};
};

std::vector<std::pair<Ticks, Ticks>> refills_of(SchedContext& context) {
    std::vector<std::pair<Ticks, Ticks>> refills;
    refills.reserve(context.refill_count);
    for (std::uint32_t i = 0; i < context.refill_count; ++i) {
        refills.emplace_back(context.refill(i).time, context.refill(i).amount);
    }
    return refills;
}

Ticks sum_of(SchedContext& context) {
    Ticks sum = 0;
    for (auto const& [time, amount] : refills_of(context)) {
        sum += amount;
    }
    return sum;
}

/// The rules as written down, on a queue that never has to think about indices.
class Model {
public:
    Model(std::size_t capacity, Ticks budget, Ticks period, Ticks now)
        : capacity_{capacity}, period_{period}, refills_{{now, budget}} {}

    void charge(Ticks used) {
        while (refills_.front().second <= used) {
            used -= refills_.front().second;
            if (refills_.size() == 1) {
                refills_.front().first += period_;
            } else {
                auto const head = refills_.front();
                refills_.pop_front();
                schedule(head.first + period_, head.second);
            }
        }
        if (used > 0) {
            auto const at = refills_.front().first + period_;
            refills_.front().first += used;
            refills_.front().second -= used;
            schedule(at, used);
        }
        while (refills_.front().second < min_budget()) {
            auto const small = refills_.front();
            refills_.pop_front();
            refills_.front().first -= small.second;
            refills_.front().second += small.second;
        }
    }

    void restart(Ticks now) {
        if (refills_.front().first > now) {
            return;
        }
        refills_.front().first = now;
        while (refills_.size() > 1 &&
               refills_[1].first <= refills_.front().first + refills_.front().second) {
            refills_[1] = {now, refills_[1].second + refills_.front().second};
            refills_.pop_front();
        }
    }

    void update(std::size_t capacity, Ticks budget, Ticks period, Ticks now) {
        auto head = refills_.front();
        capacity_ = capacity;
        period_ = period;
        head.first = std::max(head.first, now);
        auto const rest = budget - std::min(head.second, budget);
        head.second = std::min(head.second, budget);
        refills_ = {head};
        if (rest > 0) {
            refills_.emplace_back(head.first + period, rest);
        }
    }

    [[nodiscard]] std::vector<std::pair<Ticks, Ticks>> refills() const {
        return {refills_.begin(), refills_.end()};
    }

private:
    void schedule(Ticks time, Ticks amount) {
        auto& tail = refills_.back();
        if (tail.first + tail.second >= time) {
            tail.second += amount;
        } else if (refills_.size() < capacity_) {
            refills_.emplace_back(time, amount);
        } else {
            tail.first = time - tail.second;
            tail.second += amount;
        }
    }

    std::size_t capacity_;
    Ticks period_;
    std::deque<std::pair<Ticks, Ticks>> refills_;
};

class BudgetTest : public testing::Test {
protected:
    BudgetTest() { arch::reset_fake_machine(); }

    void expect_sound(Ticks budget) {
        EXPECT_EQ(sum_of(context), budget);
        EXPECT_GE(context.head().amount, min_budget());
        for (std::uint32_t i = 1; i < context.refill_count; ++i) {
            EXPECT_LE(context.refill(i - 1).end(), context.refill(i).time);
        }
    }

    Storage storage;
    SchedContext& context = storage.context;
};

TEST_F(BudgetTest, FollowsTheModelOnRandomHistories) {
    std::mt19937_64 random{1};
    auto const between = [&](Ticks low, Ticks high) {
        return std::uniform_int_distribution<Ticks>{low, high}(random);
    };
    for (int history = 0; history < 400; ++history) {
        Ticks now = between(1'000'000, 2'000'000);
        auto capacity = static_cast<std::uint32_t>(between(min_refills, max_refills));
        auto budget = between(min_budget(), 50 * min_budget());
        auto period = budget + between(1, 100 * min_budget());
        new_refills(context, capacity, budget, period, now);
        Model model{capacity, budget, period, now};
        for (int step = 0; step < 100; ++step) {
            if (between(0, 20) == 0) {
                capacity = static_cast<std::uint32_t>(between(min_refills, max_refills));
                budget = between(min_budget(), 50 * min_budget());
                period = budget + between(1, 100 * min_budget());
                update_refills(context, capacity, budget, period, now);
                model.update(capacity, budget, period, now);
            } else if (usable(context, now)) {
                auto const used = between(0, context.head().amount + 2 * min_budget());
                now += used;
                charge(context, used);
                model.charge(used);
            } else {
                now = context.head().time + between(0, 20 * min_budget());
                restart_refills(context, now);
                model.restart(now);
            }
            ASSERT_EQ(refills_of(context), model.refills()) << history << " " << step;
            expect_sound(budget);
        }
    }
}

TEST_F(BudgetTest, NeverGivesMoreThanTheBudgetInAnyPeriod) {
    std::mt19937_64 random{2};
    Ticks const budget = 10 * min_budget();
    Ticks const period = 25 * min_budget();
    Ticks now = 1'000'000;
    new_refills(context, 4, budget, period, now);
    std::vector<std::pair<Ticks, Ticks>> runs; // [begin, end)
    for (int step = 0; step < 2000; ++step) {
        if (!usable(context, now)) {
            now = context.head().time + random() % (3 * min_budget());
            continue;
        }
        restart_refills(context, now);
        auto const used = 1 + random() % context.head().amount;
        runs.emplace_back(now, now + used);
        now += used;
        charge(context, used);
    }
    for (std::size_t first = 0; first < runs.size(); ++first) {
        auto const window_end = runs[first].first + period;
        Ticks used = 0;
        for (auto i = first; i < runs.size() && runs[i].first < window_end; ++i) {
            used += std::min(runs[i].second, window_end) - runs[i].first;
        }
        ASSERT_LE(used, budget);
    }
}

TEST_F(BudgetTest, RoundRobinStartsAnotherSliceAtOnce) {
    new_refills(context, min_refills, 1000 * min_budget(), 0, 500);
    charge(context, 400 * min_budget());
    EXPECT_EQ(context.head().amount, 600 * min_budget());
    EXPECT_TRUE(sufficient(context, 599 * min_budget()));
    EXPECT_FALSE(sufficient(context, 600 * min_budget()));
    end_slice(context, 600 * min_budget());
    EXPECT_EQ(context.head().amount, 1000 * min_budget());
    EXPECT_TRUE(usable(context, 500));
}

TEST_F(BudgetTest, SufficientNeedsTheMinimumToRemain) {
    new_refills(context, min_refills, 3 * min_budget(), 10 * min_budget(), 0);
    EXPECT_TRUE(sufficient(context, 2 * min_budget()));
    EXPECT_FALSE(sufficient(context, 2 * min_budget() + 1));
    EXPECT_FALSE(sufficient(context, 4 * min_budget()));
}

TEST_F(BudgetTest, TimesNearTheEndOfTimeStayWhereTheyAre) {
    auto const late = ~Ticks{0} - arch::us_to_ticks(arch::max_period_us());
    new_refills(context, min_refills, 2 * min_budget(), 4 * min_budget(), late);
    charge(context, 10 * min_budget());
    EXPECT_EQ(context.head().time, late);
}

TEST_F(BudgetTest, ConsumedIsToldOnceInMicroseconds) {
    context.consumed = arch::us_to_ticks(1234);
    EXPECT_EQ(take_consumed(context), 1234u);
    EXPECT_EQ(take_consumed(context), 0u);
    context.consumed = ~Ticks{0};
    EXPECT_GT(take_consumed(context), 0u);
    EXPECT_GT(context.consumed, 0u);
}

} // namespace
} // namespace kernel
