// SPDX-License-Identifier: BSD-2-Clause
//
// Answers to calls, and the wait for the next one, on both paths.

#include "both_paths.hpp"
#include <kernel/ipc/signal.hpp>
#include <kernel/sched/binding.hpp>

namespace kernel {
namespace {

constexpr std::uint8_t low = 50;
constexpr std::uint8_t middle = 100;
constexpr std::uint8_t high = 150;

/// A server that works on the call of a client.
struct Conversation {
    explicit Conversation(World& the_world, std::uint8_t server_priority = middle,
                          std::uint8_t client_priority = middle)
        : world{the_world}, endpoint{world.make_endpoint()}, reply{world.make_reply()},
          server{world.make_server(server_priority, endpoint, reply)},
          client{world.make_runner(client_priority)} {
        world.enter(world.to_call(client, endpoint, message_of(2)));
    }

    [[nodiscard]] Entry answer(Said const& said = {}) const {
        return world.to_reply_receive(server, endpoint, reply, said);
    }

    World& world;
    Word endpoint;
    Word reply;
    Tcb& server;
    Tcb& client;
};

TEST(FastReplyReceive, CarriesAnyNumberOfWords) {
    for (std::size_t const length : {0, 1, 2, 3, 4, 5, 8, 9, 119, 120}) {
        SCOPED_TRACE(length);
        expect_fast(
            [length](World& world) { return Conversation{world}.answer(message_of(length, 88)); });
    }
}

TEST(FastReplyReceive, NeedsBuffersForLongMessagesOnly) {
    for (std::size_t const length : {0, 4, 5, 120}) {
        SCOPED_TRACE(length);
        auto const expect = length <= api::register_message_words ? expect_fast : expect_general;
        expect([length](World& world) {
            Conversation const both{world};
            World::take_buffer(both.client);
            return both.answer(message_of(length));
        });
        expect([length](World& world) {
            Conversation const both{world};
            World::take_buffer(both.server);
            return both.answer(message_of(length));
        });
    }
}

TEST(FastReplyReceive, RunsTheClientOnlyIfItRanksHighest) {
    auto const answer = [](std::uint8_t client, std::vector<std::uint8_t> const& others) {
        return [client, others](World& world) {
            Conversation const both{world, high, client};
            for (auto const priority : others) {
                world.make_runner(priority);
            }
            return both.answer(message_of(1));
        };
    };
    expect_fast(answer(middle, {}));
    expect_fast(answer(middle, {middle, low})); // an equal comes after who is answered
    expect_fast(answer(high, {high, middle}));
    expect_general(answer(middle, {middle + 1}));
    expect_general(answer(low, {middle, low}));
    expect_fast([](World& world) {
        return Conversation{world, low, middle}.answer(); // a server that ranked below
    });
}

TEST(FastReplyReceive, QueuesBehindServersThatRankHigherOrCameEarlier) {
    for (std::uint8_t const other : {low, middle, high}) {
        SCOPED_TRACE(other);
        expect_fast([other](World& world) {
            Conversation const both{world};
            world.make_server(other, both.endpoint, world.make_reply());
            world.make_server(middle, both.endpoint, world.make_reply());
            return both.answer(message_of(1));
        });
    }
}

TEST(FastReplyReceive, ComesBackAlongAStackOfCalls) {
    auto const nested = [](World& world, bool answer_inner_only) {
        Conversation const outer{world};
        auto const endpoint = world.make_endpoint();
        auto const reply = world.make_reply();
        auto& inner = world.make_server(middle, endpoint, reply);
        world.enter(world.to_call(outer.server, endpoint));
        auto const entry = world.to_reply_receive(inner, endpoint, reply, message_of(7));
        if (answer_inner_only) {
            return entry;
        }
        world.enter(entry);
        return outer.answer(message_of(3));
    };
    expect_fast([&](World& world) { return nested(world, true); });
    expect_fast([&](World& world) { return nested(world, false); });
}

TEST(FastReplyReceive, IsLeftToTheGeneralPathIfTheSliceEnded) {
    for (bool const has_equal : {false, true}) {
        expect_general([has_equal](World& world) {
            Conversation const both{world, high};
            if (has_equal) {
                world.make_runner(middle);
            }
            world.enter(world.to_yield(both.server));
            return both.answer();
        });
    }
}

TEST(FastReplyReceive, MayWaitElsewhere) {
    expect_fast([](World& world) {
        Conversation const both{world};
        return world.to_reply_receive(both.server, world.make_endpoint(), both.reply);
    });
}

TEST(FastReplyReceive, IsLeftToTheGeneralPathIfSomebodySends) {
    expect_general([](World& world) {
        Conversation const both{world, middle, low};
        auto& sender = world.make_runner(high);
        world.enter(world.to_call(sender, both.endpoint, message_of(3)));
        return both.answer(message_of(1));
    });
}

TEST(FastReplyReceive, LooksAtTheBoundNotification) {
    auto const bound_to = [](Conversation const& both) -> Notification& {
        auto& notification = World::object<Notification>(both.world.make_notification());
        bind_notification(notification, both.server);
        return notification;
    };
    expect_fast([&](World& world) {
        Conversation const both{world};
        bound_to(both);
        return both.answer(message_of(1));
    });
    expect_general([&](World& world) {
        Conversation const both{world};
        bound_to(both).remember(Badge{0}); // even if no bit says so
        return both.answer(message_of(1));
    });
    expect_general([&](World& world) {
        Conversation const both{world};
        bind(World::object<SchedContext>(world.make_sched_context()), bound_to(both));
        return both.answer(message_of(1));
    });
}

TEST(FastReplyReceive, NeedsBothCapabilities) {
    auto const with = [](Word endpoint, Word reply) {
        return [endpoint, reply](World& world) {
            Conversation const both{world};
            auto const faults = world.make_endpoint();
            world.make_server(middle, faults, world.make_reply());
            world.set_fault_handler(both.server, faults);
            return world.to_reply_receive(both.server, endpoint != 0 ? endpoint : both.endpoint,
                                          reply != 0 ? reply : both.reply);
        };
    };
    constexpr Word as_it_is = 0;
    constexpr Word a_cnode = 1;
    expect_fast(with(as_it_is, as_it_is));
    expect_general(with(a_cnode, as_it_is));
    expect_general(with(as_it_is, a_cnode));
    expect_general(with(World::unresolvable, as_it_is));
    expect_general(with(as_it_is, World::unresolvable));
}

TEST(FastReplyReceive, NeedsTheRightToReceive) {
    expect_general([](World& world) {
        Conversation const both{world};
        auto const weak = world.mint(both.endpoint, 0, Rights::Write | Rights::Grant);
        return world.to_reply_receive(both.server, weak, both.reply);
    });
}

TEST(FastReplyReceive, WaitsOnAnEndpointAndNotOnANotification) {
    expect_general([](World& world) {
        Conversation const both{world};
        return world.to_reply_receive(both.server, world.make_notification(), both.reply);
    });
}

TEST(FastReplyReceive, LeavesCapabilitiesToTheGeneralPath) {
    for (Word const extra : {Word{1}, World::no_slot, World::unresolvable}) {
        expect_general([extra](World& world) {
            return Conversation{world}.answer({.words = {1}, .caps = {extra}});
        });
    }
}

TEST(FastReplyReceive, NeedsSomebodyWhoWaitsForTheAnswer) {
    expect_general([](World& world) {
        Conversation const both{world};
        return world.to_reply_receive(both.server, both.endpoint, world.make_reply());
    });
    expect_general([](World& world) { // somebody receives with it
        Conversation const both{world};
        auto const reply = world.make_reply();
        world.make_server(low, world.make_endpoint(), reply);
        return world.to_reply_receive(both.server, both.endpoint, reply);
    });
}

TEST(FastReplyReceive, GivesBackOnlyTheTimeThatWasLent) {
    expect_general([](World& world) { // a server on time of its own
        auto const endpoint = world.make_endpoint();
        auto const reply = world.make_reply();
        auto& server = world.make_server(middle, endpoint, reply);
        World::lend(server, world.make_sched_context());
        world.enter(world.to_call(world.make_runner(middle), endpoint));
        return world.to_reply_receive(server, endpoint, reply);
    });
    expect_general([](World& world) { // a client that got other time meanwhile
        Conversation const both{world};
        bind(*world.kernel, World::object<SchedContext>(world.make_sched_context()), both.client);
        return both.answer();
    });
    expect_general([](World& world) { // somebody else answers
        Conversation const both{world};
        return world.to_reply_receive(world.make_runner(high), both.endpoint, both.reply);
    });
}

TEST(FastReplyReceive, AnswersTheLastCallFirst) {
    expect_general([](World& world) {
        Conversation const outer{world};
        auto const endpoint = world.make_endpoint();
        auto& inner = world.make_server(middle, endpoint, world.make_reply());
        world.enter(world.to_call(outer.server, endpoint));
        return world.to_reply_receive(inner, endpoint, outer.reply);
    });
}

TEST(FastReplyReceive, LeavesTheFloatingPointRegistersToTheirOwner) {
    for (bool const is_clients : {false, true}) {
        expect_fast([is_clients](World& world) {
            Conversation const both{world};
            world.give_fpu(is_clients ? both.client : both.server);
            return both.answer(message_of(1));
        });
    }
}

} // namespace
} // namespace kernel
