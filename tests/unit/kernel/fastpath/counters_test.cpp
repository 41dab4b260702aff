// SPDX-License-Identifier: BSD-2-Clause
//
// What is counted of messages, faults, signals and turns, on either path. That both come to the
// same sums is a part of all other scenarios here.

#include "both_paths.hpp"

#include <tests/unit/kernel/counters.hpp>

namespace kernel {
namespace {

using api::Syscall;

constexpr std::uint8_t low = 50;
constexpr std::uint8_t middle = 100;
constexpr std::uint8_t high = 150;

/// What the last step of the scenario moves on that path.
Moves moved(Scenario const& scenario, Path path) {
    World world;
    auto const entry = scenario(world);
    CounterWatch const watch{world.kernel->core.counters};
    world.enter(path, entry);
    return watch.moves();
}

void expect_moves(Scenario const& scenario, Moves const& fast, Moves const& general) {
    EXPECT_EQ(moved(scenario, Path::Fast), fast);
    EXPECT_EQ(moved(scenario, Path::General), general);
}

/// A server that waits for a thread that can call it, or have a fault.
struct Pair {
    explicit Pair(World& world)
        : endpoint{world.make_endpoint()}, reply{world.make_reply()},
          server{world.make_server(high, endpoint, reply)}, client{world.make_runner(middle)} {
        world.set_fault_handler(client, world.mint(endpoint, 5));
    }

    Word endpoint;
    Word reply;
    Tcb& server;
    Tcb& client;
};

TEST(CountersTest, ACallIsASwitch) {
    expect_moves(
        [](World& world) {
            Pair const pair{world};
            return world.to_call(pair.client, pair.endpoint);
        },
        {{"fast_calls", 1}}, {{"slow_messages", 1}, {"other_switches", 1}});
}

TEST(CountersTest, SoIsItsAnswer) {
    expect_moves(
        [](World& world) {
            Pair const pair{world};
            world.enter(world.to_call(pair.client, pair.endpoint));
            return world.to_reply_receive(pair.server, pair.endpoint, pair.reply);
        },
        {{"fast_replies", 1}}, {{"slow_messages", 1}, {"other_switches", 1}});
}

TEST(CountersTest, AMessageCountsWhenItIsTaken) {
    expect_moves(
        [](World& world) {
            auto const endpoint = world.make_endpoint();
            auto& client = world.make_runner(middle);
            world.make_runner(low);
            return world.to_call(client, endpoint);
        },
        {{"other_switches", 1}}, {{"other_switches", 1}});
}

TEST(CountersTest, APageFaultIsASwitch) {
    expect_moves(
        [](World& world) {
            Pair const pair{world};
            return world.to_fault(pair.client);
        },
        {{"fast_faults", 1}}, {{"slow_vm_faults", 1}, {"other_switches", 1}});
}

TEST(CountersTest, TheAnswerToAFaultIsNoMessage) {
    expect_moves(
        [](World& world) {
            Pair const pair{world};
            world.enter(world.to_fault(pair.client));
            return world.to_reply_receive(pair.server, pair.endpoint, pair.reply);
        },
        {{"fast_replies", 1}}, {{"other_switches", 1}});
}

TEST(CountersTest, OtherFaultsAreCountedApart) {
    Moves const both{{"other_faults", 1}, {"other_switches", 1}};
    expect_moves(
        [](World& world) {
            Pair const pair{world};
            return world.to_call(pair.client, World::unresolvable);
        },
        both, both);
}

TEST(CountersTest, AFaultThatNobodyHearsOfIsNotCounted) {
    expect_moves(
        [](World& world) {
            world.make_runner(low);
            return world.to_fault(world.make_runner(middle));
        },
        {{"other_switches", 1}}, {{"other_switches", 1}});
}

TEST(CountersTest, SignalsCountOnceWhoeverWaits) {
    expect_moves(
        [](World& world) {
            return world.to_send(world.make_runner(middle), world.make_notification());
        },
        {{"signals", 1}}, {{"signals", 1}});
    expect_moves(
        [](World& world) {
            auto const notification = world.make_notification();
            auto& sender = world.make_runner(middle);
            world.make_waiter(high, notification);
            return world.to_send(sender, notification);
        },
        {{"signals", 1}, {"other_switches", 1}}, {{"signals", 1}, {"other_switches", 1}});
}

TEST(CountersTest, AYieldIsASwitchIfSomebodyElseIsThere) {
    expect_moves([](World& world) { return world.to_yield(world.make_runner(middle)); }, {}, {});
    expect_moves(
        [](World& world) {
            auto& first = world.make_runner(middle);
            world.make_runner(middle);
            return world.to_yield(first);
        },
        {{"other_switches", 1}}, {{"other_switches", 1}});
}

} // namespace
} // namespace kernel
