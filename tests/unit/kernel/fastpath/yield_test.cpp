// SPDX-License-Identifier: BSD-2-Clause
//
// Yields on both paths.

#include "both_paths.hpp"

namespace kernel {
namespace {

constexpr std::uint8_t low = 50;
constexpr std::uint8_t middle = 100;

TEST(FastYield, GivesTheTurnToTheNextOfItsPriority) {
    for (int const others : {1, 2, 5}) {
        SCOPED_TRACE(others);
        expect_fast([others](World& world) {
            auto& first = world.make_runner(middle);
            for (int i = 0; i < others; ++i) {
                world.make_runner(middle);
            }
            world.make_runner(low);
            return world.to_yield(first);
        });
    }
}

TEST(FastYield, BeginsAWholeSliceNextTime) {
    expect_fast([](World& world) {
        auto& first = world.make_runner(middle);
        auto& second = world.make_runner(middle);
        auto const entry = world.to_yield(first);
        world.advance_us(300); // is charged when the second one comes
        world.enter(entry);
        world.advance_us(400);
        world.enter(world.to_yield(second));
        world.advance_us(500);
        world.interrupt();
        return world.to_yield(first);
    });
}

TEST(FastYield, EndsASliceThatWasInterrupted) {
    expect_fast([](World& world) {
        auto const note = world.make_notification();
        auto& waiter = world.make_waiter(middle + 1, note);
        auto& first = world.make_runner(middle);
        world.make_runner(middle);
        auto const signal = world.to_send(first, note);
        world.advance_us(300);
        world.enter(signal);
        world.enter(world.to_wait(waiter, note));
        EXPECT_EQ(first.sched_context->tail().amount, arch::us_to_ticks(300));
        return world.to_yield(first);
    });
}

TEST(FastYield, OfOneAloneGoesTheGeneralWay) {
    expect_general([](World& world) {
        auto& alone = world.make_runner(middle);
        world.make_runner(low);
        return world.to_yield(alone);
    });
}

TEST(FastYield, NeedsRoundRobinOnBothSides) {
    auto const with = [](bool is_yielders, Ticks period_us, bool is_sporadic) {
        return [=](World& world) {
            auto& yielder = world.make_runner(middle);
            auto& next = world.make_runner(middle);
            auto& context = *(is_yielders ? yielder : next).sched_context;
            new_refills(context, 4, arch::us_to_ticks(5000), arch::us_to_ticks(period_us),
                        arch::now());
            context.sporadic = is_sporadic;
            return world.to_yield(yielder);
        };
    };
    for (bool const is_yielders : {false, true}) {
        expect_fast(with(is_yielders, 0, false));
        expect_general(with(is_yielders, 20'000, false));
        expect_general(with(is_yielders, 20'000, true));
        expect_general(with(is_yielders, 0, true));
    }
}

TEST(FastYield, OfLentTimeGoesTheGeneralWay) {
    expect_general([](World& world) {
        auto const endpoint = world.make_endpoint();
        auto& server = world.make_server(middle, endpoint, world.make_reply());
        auto& client = world.make_runner(middle);
        world.make_runner(middle);
        world.enter(world.to_call(client, endpoint));
        return world.to_yield(server);
    });
}

TEST(FastYield, LeavesThreadsThatStartOverToTheGeneralPath) {
    expect_general([](World& world) {
        auto& yielder = world.make_runner(middle);
        auto& next = world.make_runner(middle);
        next.state = ThreadState::Restart;
        next.context.fault_ip = 0x7000;
        return world.to_yield(yielder);
    });
}

TEST(FastYield, LeavesThreadsThatAreOwedAnAnswerToTheGeneralPath) {
    expect_general([](World& world) {
        auto& yielder = world.make_runner(middle);
        auto& next = world.make_runner(middle);
        auto& third = *world.make_runner(middle).sched_context;
        next.yield_to = &third;
        third.yield_from = &next;
        third.consumed = arch::us_to_ticks(70);
        return world.to_yield(yielder);
    });
}

TEST(FastYield, LeavesTheFloatingPointRegistersToTheirOwner) {
    for (bool const is_nexts : {false, true}) {
        expect_fast([is_nexts](World& world) {
            auto& yielder = world.make_runner(middle);
            auto& next = world.make_runner(middle);
            auto const entry = world.to_yield(yielder);
            world.give_fpu(is_nexts ? next : yielder);
            return entry;
        });
    }
}

} // namespace
} // namespace kernel
