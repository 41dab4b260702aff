// SPDX-License-Identifier: BSD-2-Clause
//
// Fast paths and the clock. Those that stay on one scheduling context do not look at it: they leave
// the state that the general path would have left a little earlier, and the timer tells of the
// rest. Those that change contexts look, and leave it to the general path if it is time for
// anything.

#include "both_paths.hpp"

namespace kernel {
namespace {

constexpr std::uint8_t low = 50;
constexpr std::uint8_t middle = 100;
constexpr std::uint8_t high = 150;

constexpr Word budget_us = 10'000;

/// While nothing is due, with less left of the budget than is worth a slice, at the end of the
/// budget, and after it.
constexpr Word moments_us[] = {0,
                               1,
                               5000,
                               budget_us - min_budget_us,
                               budget_us - min_budget_us + 1,
                               budget_us - 1,
                               budget_us,
                               budget_us + 1,
                               3 * budget_us};

[[nodiscard]] bool is_due(Word us) {
    return us > budget_us - min_budget_us;
}

Scenario const call = [](World& world) {
    auto const endpoint = world.make_endpoint();
    world.make_server(high, endpoint, world.make_reply());
    auto& client = world.make_runner(middle);
    world.make_runner(middle);
    return world.to_call(client, endpoint, message_of(6));
};

TEST(FastPathTime, HandingOverOnTimeDoesNotLookAtTheClock) {
    Scenario const reply = [](World& world) {
        auto const endpoint = world.make_endpoint();
        auto const reply_slot = world.make_reply();
        auto& server = world.make_server(high, endpoint, reply_slot);
        auto& client = world.make_runner(middle);
        world.make_runner(middle);
        world.enter(world.to_call(client, endpoint));
        return world.to_reply_receive(server, endpoint, reply_slot, message_of(6));
    };
    Scenario const fault = [](World& world) {
        auto const endpoint = world.make_endpoint();
        world.make_server(high, endpoint, world.make_reply());
        auto& thread = world.make_runner(middle);
        world.set_fault_handler(thread, endpoint);
        return world.to_fault(thread);
    };
    for (auto const& scenario : {call, reply, fault}) {
        for (Word const us : moments_us) {
            SCOPED_TRACE(us);
            expect_fast_as_if_earlier(scenario, us);
        }
    }
}

TEST(FastPathTime, RememberingASignalDoesNotLookAtTheClock) {
    Scenario const signal = [](World& world) {
        auto const note = world.mint(world.make_notification(), 5);
        auto& sender = world.make_runner(middle);
        world.make_runner(middle);
        return world.to_send(sender, note);
    };
    for (Word const us : moments_us) {
        SCOPED_TRACE(us);
        expect_fast_as_if_earlier(signal, us);
    }
}

/// Sporadic, or with a period and no more: the same, but for what is due.
TEST(FastPathTime, HandingOverLeavesRefillsAsTheGeneralPathDoes) {
    for (bool const is_sporadic : {false, true}) {
        for (Word const us : {0, 1, 100, 1979, 1980, 1981, 1999, 2000, 2001, 9000}) {
            SCOPED_TRACE(us);
            expect_fast_as_if_earlier(
                [is_sporadic](World& world) {
                    auto const endpoint = world.make_endpoint();
                    world.make_server(middle, endpoint, world.make_reply());
                    auto& client = world.make_runner(middle);
                    auto& context = *client.sched_context;
                    new_refills(context, 4, arch::us_to_ticks(2000), arch::us_to_ticks(8000),
                                arch::now());
                    context.sporadic = is_sporadic;
                    return world.to_call(client, endpoint);
                },
                us);
        }
    }
}

TEST(FastPathTime, TimeoutsAreToldToTheHandlerOfWhoRuns) {
    expect_fast_as_if_earlier(
        [](World& world) {
            auto const endpoint = world.make_endpoint();
            auto& server = world.make_server(middle, endpoint, world.make_reply());
            auto const timeouts = world.make_endpoint();
            auto& handler = world.make_server(high, timeouts, world.make_reply());
            World::lend(handler, world.make_sched_context());
            World::set_cap(server, Tcb::TimeoutHandler, timeouts);
            auto& client = world.make_runner(middle);
            new_refills(*client.sched_context, 4, arch::us_to_ticks(2000), arch::us_to_ticks(8000),
                        arch::now());
            return world.to_call(client, endpoint);
        },
        2001);
}

Scenario const yield = [](World& world) {
    auto& first = world.make_runner(middle);
    world.make_runner(middle);
    return world.to_yield(first);
};

Scenario const wake = [](World& world) {
    auto const note = world.make_notification();
    world.make_waiter(high, note);
    auto& sender = world.make_runner(middle);
    world.make_runner(middle);
    return world.to_send(sender, note);
};

TEST(FastPathTime, ChangingContextsLooksAtTheClock) {
    for (auto const& scenario : {yield, wake}) {
        for (Word const us : moments_us) {
            SCOPED_TRACE(us);
            expect_same_at(scenario, us, is_due(us) ? Path::General : Path::Fast);
        }
    }
}

constexpr Word release_us = 3000;

/// Another thread has to wait for its budget until then.
Scenario with_release(std::uint8_t priority, Scenario const& scenario) {
    return [priority, scenario](World& world) {
        auto& late = world.make_runner(priority);
        new_refills(*late.sched_context, 4, arch::us_to_ticks(1000), arch::us_to_ticks(8000),
                    arch::now() + arch::us_to_ticks(release_us));
        postpone(*world.kernel, late);
        return scenario(world);
    };
}

TEST(FastPathTime, ChangingContextsLetsThoseByWhoseTimeHasCome) {
    for (std::uint8_t const other : {low, middle, high}) {
        for (auto const& scenario : {yield, wake}) {
            for (Word const us : {Word{0}, release_us - 1, release_us, release_us + 1}) {
                SCOPED_TRACE(us);
                expect_same_at(with_release(other, scenario), us,
                               us >= release_us ? Path::General : Path::Fast);
            }
        }
    }
}

TEST(FastPathTime, HandingOverLeavesThemToTheTimer) {
    for (std::uint8_t const other : {low, middle, high}) {
        for (Word const us : {Word{0}, release_us - 1, release_us, release_us + 1}) {
            SCOPED_TRACE(us);
            expect_fast_as_if_earlier(with_release(other, call), us);
        }
    }
}

/// A chain of entries between two looks at the clock: all time is paid for in the end.
TEST(FastPathTime, AddsUpOverManyEntries) {
    World world;
    auto const endpoint = world.make_endpoint();
    auto const reply = world.make_reply();
    auto& server = world.make_server(middle, endpoint, reply);
    auto& client = world.make_runner(middle);
    auto const begin = arch::now();
    for (int i = 0; i < 7; ++i) {
        world.advance_us(11);
        world.enter(Path::Fast, world.to_call(client, endpoint));
        world.advance_us(13);
        world.enter(Path::Fast, world.to_reply_receive(server, endpoint, reply));
    }
    EXPECT_EQ(world.kernel->core.consumed, 0u);
    world.interrupt();
    EXPECT_EQ(world.kernel->core.consumed, arch::now() - begin);
}

} // namespace
} // namespace kernel
