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

/// Refills as numbers of minimal budgets, so that cases can be read.
class RefillTest : public BudgetTest {
protected:
    using Refills = std::vector<std::pair<Ticks, Ticks>>;

    void begin(std::uint32_t capacity, Ticks budget, Ticks period) {
        new_refills(context, capacity, budget * unit, period * unit, 0);
    }

    void use(Ticks units) { charge(context, units * unit); }

    Refills refills() {
        auto result = refills_of(context);
        for (auto& [time, amount] : result) {
            EXPECT_EQ(time % unit + amount % unit, 0u);
            time /= unit;
            amount /= unit;
        }
        return result;
    }

    Ticks unit = min_budget();
};

TEST_F(RefillTest, WhatIsUsedComesBackOnePeriodAfterItsRefill) {
    begin(4, 10, 100);
    use(3);
    EXPECT_EQ(refills(), (Refills{{3, 7}, {100, 3}}));
    context.head().time = 10 * unit; // a pause
    use(7);
    EXPECT_EQ(refills(), (Refills{{100, 3}, {110, 7}}));
}

TEST_F(RefillTest, UseWithoutAPauseIsOneRefill) {
    begin(4, 10, 100);
    use(10);
    EXPECT_EQ(refills(), (Refills{{100, 10}}));
    use(10);
    EXPECT_EQ(refills(), (Refills{{200, 10}}));
}

TEST_F(RefillTest, AnOverrunIsTakenFromLaterRefills) {
    begin(4, 10, 100);
    use(3); // {3, 7} {100, 3}
    use(9); // two more than the head has
    EXPECT_EQ(refills(), (Refills{{102, 8}, {200, 2}}));
    use(25); // more than there is at all
    EXPECT_EQ(sum_of(context), 10 * unit);
    EXPECT_GE(context.head().time, 200 * unit);
}

TEST_F(RefillTest, AFullQueueJoinsTheLastTwoAndTheyComeLater) {
    for (std::uint32_t const capacity : {2u, 3u, 4u}) {
        begin(capacity, 12, 100);
        use(2);                          // {2, 10} {100, 2}
        context.head().time = 10 * unit; // a pause, then two more
        use(2);                          // {12, 8} {100, 2} {110, 2}
        context.head().time = 20 * unit;
        use(2); // {22, 6} {100, 2} {110, 2} {120, 2}
        if (capacity == 2) {
            EXPECT_EQ(refills(), (Refills{{22, 6}, {116, 6}}));
        } else if (capacity == 3) {
            EXPECT_EQ(refills(), (Refills{{22, 6}, {100, 2}, {118, 4}}));
        } else {
            EXPECT_EQ(refills(), (Refills{{22, 6}, {100, 2}, {110, 2}, {120, 2}}));
        }
    }
}

TEST_F(RefillTest, TheRingGoesAroundItsEnd) {
    begin(3, 9, 20);
    for (Ticks round = 1; round <= 20; ++round) {
        context.head().time += unit; // a pause each time: nothing is joined but by lack of room
        use(2);
        EXPECT_LE(context.refill_count, 3u);
        expect_sound(9 * unit);
    }
}

TEST_F(RefillTest, ASmallHeadIsPutInFrontOfTheNext) {
    new_refills(context, 4, 10 * unit, 100 * unit, 0);
    charge(context, 9 * unit + 1); // all but a minimum less one
    auto const all = refills_of(context);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].second, 10 * unit);
    EXPECT_EQ(all[0].first, 100 * unit - (unit - 1));
}

TEST_F(RefillTest, WhatTouchesIsJoinedWhenItStartsAnew) {
    begin(4, 10, 20);
    use(4); // {4, 6} {20, 4}
    restart_refills(context, 3 * unit);
    EXPECT_EQ(refills(), (Refills{{4, 6}, {20, 4}})); // not usable yet: as it was
    restart_refills(context, 13 * unit);
    EXPECT_EQ(refills(), (Refills{{13, 6}, {20, 4}})); // one unit apart
    restart_refills(context, 14 * unit);
    EXPECT_EQ(refills(), (Refills{{14, 10}}));
}

TEST_F(RefillTest, NewParametersGiveNoMoreThanWasLeft) {
    begin(4, 10, 100);
    use(8);
    update_refills(context, 3, 6 * unit, 50 * unit, 30 * unit);
    EXPECT_EQ(refills(), (Refills{{30, 2}, {80, 4}}));
    update_refills(context, 3, unit, 50 * unit, 40 * unit); // less than is left
    EXPECT_EQ(refills(), (Refills{{40, 1}}));
    use(1);
    update_refills(context, 2, 5 * unit, 60 * unit, 50 * unit); // not usable before 90
    EXPECT_EQ(refills(), (Refills{{90, 1}, {150, 4}}));
}

TEST_F(RefillTest, RoundRobinIsNotHurriedNorSavedUp) {
    begin(2, 10, 0);
    use(4);
    restart_refills(context, 1000 * unit);
    EXPECT_EQ(refills(), (Refills{{0, 6}, {0, 4}}));
    use(20); // more than is left: the slice is used up, and nothing is owed
    EXPECT_EQ(refills(), (Refills{{0, 0}, {0, 10}}));
    end_slice(context, 0);
    EXPECT_EQ(refills(), (Refills{{0, 10}, {0, 0}}));
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
