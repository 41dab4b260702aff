// SPDX-License-Identifier: BSD-2-Clause
//
// Calls on both paths.

#include "both_paths.hpp"

namespace kernel {
namespace {

constexpr std::uint8_t low = 50;
constexpr std::uint8_t middle = 100;
constexpr std::uint8_t high = 150;

/// A client, and a server that waits for it.
struct Pair {
    explicit Pair(World& world, std::uint8_t server_priority = middle)
        : endpoint{world.make_endpoint()}, reply{world.make_reply()},
          server{world.make_server(server_priority, endpoint, reply)},
          client{world.make_runner(middle)} {}

    Word endpoint;
    Word reply;
    Tcb& server;
    Tcb& client;
};

TEST(FastCall, CarriesAnyNumberOfWords) {
    for (std::size_t const length : {0, 1, 2, 3, 4, 5, 8, 9, 119, 120}) {
        SCOPED_TRACE(length);
        expect_fast([length](World& world) {
            Pair const pair{world};
            return world.to_call(pair.client, pair.endpoint, message_of(length, 77));
        });
    }
}

TEST(FastCall, TakesTheRestOfTheMessageInfoForGarbage) {
    expect_fast([](World& world) {
        Pair const pair{world};
        auto const entry = world.to_call(pair.client, pair.endpoint);
        pair.client.context.x[1] = api::MessageInfo::make(~Word{0}, 127, 0, 7).raw();
        return entry;
    });
}

TEST(FastCall, NeedsBuffersForLongMessagesOnly) {
    for (std::size_t const length : {0, 4, 5, 120}) {
        SCOPED_TRACE(length);
        auto const expect = length <= api::register_message_words ? expect_fast : expect_general;
        expect([length](World& world) {
            Pair const pair{world};
            World::take_buffer(pair.client);
            return world.to_call(pair.client, pair.endpoint, message_of(length));
        });
        expect([length](World& world) {
            Pair const pair{world};
            World::take_buffer(pair.server);
            return world.to_call(pair.client, pair.endpoint, message_of(length));
        });
    }
}

TEST(FastCall, NeedsABufferThatTheServerMayWrite) {
    expect_general([](World& world) {
        Pair const pair{world};
        auto& frame = pair.server.slot(Tcb::IpcBufferFrame).cap;
        frame = frame.restricted_to(Rights::Read);
        return world.to_call(pair.client, pair.endpoint, message_of(5));
    });
    expect_fast([](World& world) {
        Pair const pair{world};
        auto& frame = pair.client.slot(Tcb::IpcBufferFrame).cap;
        frame = frame.restricted_to(Rights::Read);
        return world.to_call(pair.client, pair.endpoint, message_of(5));
    });
}

TEST(FastCall, TellsTheBadgeOfTheCapability) {
    for (Word const badge : {Word{0}, Word{1}, ~Word{0}}) {
        SCOPED_TRACE(badge);
        expect_fast([badge](World& world) {
            Pair const pair{world};
            return world.to_call(pair.client, world.mint(pair.endpoint, badge), message_of(2));
        });
    }
}

TEST(FastCall, NeedsTheRightsToSendAndToBeAnswered) {
    auto const with = [](Rights rights) {
        return [rights](World& world) {
            Pair const pair{world};
            return world.to_call(pair.client, world.mint(pair.endpoint, 5, rights));
        };
    };
    expect_fast(with(Rights::Write | Rights::Grant));
    expect_fast(with(Rights::Write | Rights::GrantReply));
    expect_general(with(Rights::Write));
    expect_general(with(Rights::Read | Rights::Grant | Rights::GrantReply));
}

TEST(FastCall, RunsTheServerOnlyIfItRanksHighest) {
    auto const call = [](std::uint8_t server, std::vector<std::uint8_t> const& others) {
        return [server, others](World& world) {
            Pair const pair{world, server};
            for (auto const priority : others) {
                world.make_runner(priority);
            }
            return world.to_call(pair.client, pair.endpoint, message_of(1));
        };
    };
    expect_fast(call(high, {middle, low}));
    expect_fast(call(middle, {middle - 1, low}));
    expect_fast(call(low, {}));
    expect_fast(call(low, {low, low - 1})); // an equal comes after who is called
    expect_general(call(low, {low + 1}));
    expect_general(call(low, {middle - 1, low - 1}));
}

TEST(FastCall, StaysBeforeItsEqualsThatAreReady) {
    expect_fast([](World& world) {
        Pair const pair{world};
        auto const entry = world.to_call(pair.client, pair.endpoint);
        world.make_runner(middle); // ready behind the client that runs, and behind the server
        return entry;
    });
}

TEST(FastCall, IsTakenByTheServerThatWaitsFirst) {
    for (std::uint8_t const second : {low, middle, high}) {
        SCOPED_TRACE(second);
        expect_fast([second](World& world) {
            Pair const pair{world};
            world.make_server(second, pair.endpoint, world.make_reply());
            world.make_server(low, pair.endpoint, world.make_reply());
            return world.to_call(pair.client, pair.endpoint, message_of(3));
        });
    }
}

TEST(FastCall, GoesOnFromServerToServer) {
    expect_fast([](World& world) {
        Pair const pair{world};
        auto const endpoint = world.make_endpoint();
        world.make_server(middle, endpoint, world.make_reply());
        world.enter(world.to_call(pair.client, pair.endpoint));
        return world.to_call(pair.server, endpoint, message_of(6));
    });
}

TEST(FastCall, NeedsAServerWithAReplyObjectAndWithoutTimeOfItsOwn) {
    expect_general([](World& world) {
        Pair const pair{world};
        world.lend(pair.server, world.make_sched_context());
        return world.to_call(pair.client, pair.endpoint);
    });
    expect_general([](World& world) {
        auto const endpoint = world.make_endpoint();
        world.make_server(middle, endpoint, World::no_slot);
        return world.to_call(world.make_runner(middle), endpoint);
    });
}

TEST(FastCall, NeedsSomebodyWhoWaits) {
    expect_general([](World& world) {
        auto const endpoint = world.make_endpoint();
        return world.to_call(world.make_runner(middle), endpoint);
    });
    expect_general([](World& world) {
        auto const endpoint = world.make_endpoint();
        world.enter(world.to_call(world.make_runner(middle), endpoint)); // waits to send
        return world.to_call(world.make_runner(low), endpoint);
    });
}

TEST(FastCall, IsOfEndpointsOnly) {
    expect_general([](World& world) {
        return world.to_call(world.make_runner(middle), world.make_notification());
    });
    expect_general(
        [](World& world) { return world.to_call(world.make_runner(middle), world.make_reply()); });
    expect_general([](World& world) {
        auto& client = world.make_runner(middle);
        return world.to_call(client, world.slot_of(client));
    });
    expect_general(
        [](World& world) { return world.to_call(world.make_runner(middle), World::no_slot); });
}

TEST(FastCall, LeavesPointersToNowhereToTheGeneralPath) {
    expect_general(
        [](World& world) { return world.to_call(world.make_runner(middle), World::unresolvable); });
    expect_general([](World& world) {
        auto const faults = world.make_endpoint();
        world.make_server(middle, faults, world.make_reply());
        auto& client = world.make_runner(middle);
        world.set_fault_handler(client, faults);
        return world.to_call(client, World::unresolvable);
    });
}

TEST(FastCall, LeavesCapabilitiesToTheGeneralPath) {
    for (Word const extra : {Word{1}, World::no_slot, World::unresolvable}) {
        expect_general([extra](World& world) {
            Pair const pair{world};
            return world.to_call(pair.client, pair.endpoint, {.words = {1}, .caps = {extra}});
        });
    }
}

TEST(FastCall, FindsItsEndpointThroughSeveralNodes) {
    constexpr unsigned top_radix = 4;
    constexpr Word guard = 0x55;
    expect_fast([](World& world) {
        Pair const pair{world};
        auto const node = world.allocate(top_radix + api::slot_bits);
        auto& top = arch::kernel_address(node).as_pointer<Slot>()[3];
        insert_root(top, World::slot(1).cap.with_guard(64 - 8 - top_radix - 8, 0));
        auto const root =
            world.add(Capability::cnode(node, top_radix).with_guard(8, guard)); // then the top one
        remove_slot(pair.client.slot(Tcb::CSpaceRoot));
        World::set_cap(pair.client, Tcb::CSpaceRoot, root);
        auto const cptr = guard << 56 | Word{3} << 52 | pair.endpoint;
        return world.to_call(pair.client, cptr, message_of(4));
    });
}

TEST(FastCall, DoesNotCareWhatElseTheServerIsBoundTo) {
    expect_fast([](World& world) {
        Pair const pair{world};
        auto& bound = World::object<Notification>(world.make_notification());
        bound.bound_tcb = &pair.server;
        pair.server.bound_notification = &bound;
        return world.to_call(pair.client, pair.endpoint, message_of(1));
    });
}

TEST(FastCall, LeavesTheFloatingPointRegistersToTheirOwner) {
    expect_fast([](World& world) {
        Pair const pair{world};
        auto const entry = world.to_call(pair.client, pair.endpoint);
        world.give_fpu(pair.client);
        return entry;
    });
    expect_fast([](World& world) {
        Pair const pair{world};
        auto const entry = world.to_call(pair.client, pair.endpoint);
        world.give_fpu(pair.server);
        return entry;
    });
}

TEST(FastCall, PaysWithASporadicContextToo) {
    expect_fast([](World& world) {
        Pair const pair{world};
        auto& context = *pair.client.sched_context;
        new_refills(context, 4, arch::us_to_ticks(5000), arch::us_to_ticks(20'000), arch::now());
        context.sporadic = true;
        return world.to_call(pair.client, pair.endpoint, message_of(1));
    });
}

TEST(FastCall, EntersAServerWithoutAnAddressSpace) {
    expect_fast([](World& world) {
        Pair const pair{world};
        remove_slot(pair.server.slot(Tcb::VSpaceRoot));
        return world.to_call(pair.client, pair.endpoint);
    });
}

} // namespace
} // namespace kernel
