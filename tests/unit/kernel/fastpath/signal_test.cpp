// SPDX-License-Identifier: BSD-2-Clause
//
// Signals on both paths.

#include "both_paths.hpp"
#include <kernel/ipc/signal.hpp>
#include <kernel/sched/binding.hpp>

namespace kernel {
namespace {

using api::Syscall;

constexpr std::uint8_t low = 50;
constexpr std::uint8_t middle = 100;
constexpr std::uint8_t high = 150;

TEST(FastSignal, IsRememberedIfNobodyWaits) {
    for (auto const number : {Syscall::Send, Syscall::NBSend}) {
        for (Word const badge : {Word{0}, Word{1}, ~Word{0}}) {
            expect_fast([=](World& world) {
                auto const note = world.make_notification();
                return world.to_send(world.make_runner(middle), world.mint(note, badge), number);
            });
        }
    }
}

TEST(FastSignal, AddsItsBitsToThoseThatAreThere) {
    for (Word const former : {Word{0}, Word{0b0110}}) {
        expect_fast([former](World& world) {
            auto const note = world.make_notification();
            World::object<Notification>(note).remember(Badge{former});
            return world.to_send(world.make_runner(middle), world.mint(note, 0b0011));
        });
    }
}

TEST(FastSignal, NeedsTheRightToSignal) {
    expect_general([](World& world) {
        auto const weak = world.mint(world.make_notification(), 1, Rights::Read);
        return world.to_send(world.make_runner(middle), weak);
    });
}

TEST(FastSignal, IsOfNotificationsOnly) {
    for (auto const number : {Syscall::Send, Syscall::NBSend}) {
        expect_general([number](World& world) {
            return world.to_send(world.make_runner(middle), world.make_endpoint(), number);
        });
        expect_general([number](World& world) {
            auto const endpoint = world.make_endpoint();
            world.make_server(high, endpoint, world.make_reply());
            return world.to_send(world.make_runner(middle), endpoint, number);
        });
        expect_general([number](World& world) {
            return world.to_send(world.make_runner(middle), World::unresolvable, number);
        });
        expect_general([number](World& world) {
            return world.to_send(world.make_runner(middle), World::no_slot, number);
        });
    }
}

TEST(FastSignal, LooksAtExtraCapabilitiesOnTheGeneralPath) {
    for (Word const extra : {World::no_slot, World::unresolvable}) {
        expect_general([extra](World& world) {
            auto const note = world.make_notification();
            auto& sender = world.make_runner(middle);
            auto const entry = world.to_send(sender, note, Syscall::Send);
            sender.ipc_buffer(Tcb::BufferUse::Receive)->caps_or_badges[0] = extra;
            sender.context.set_message_info(api::MessageInfo::make(0, 0, 1));
            return entry;
        });
    }
}

TEST(FastSignal, RunsAWaiterThatRanksHigher) {
    for (auto const number : {Syscall::Send, Syscall::NBSend}) {
        expect_fast([number](World& world) {
            auto const note = world.make_notification();
            world.make_waiter(high, note);
            auto& sender = world.make_runner(middle);
            world.make_runner(middle);
            world.make_runner(low);
            return world.to_send(sender, world.mint(note, 9), number);
        });
    }
}

TEST(FastSignal, LeavesOthersToWait) {
    expect_fast([](World& world) {
        auto const note = world.make_notification();
        world.make_waiter(middle, note);
        world.make_waiter(high, note);
        world.make_waiter(high + 1, note);
        return world.to_send(world.make_runner(middle), world.mint(note, 9));
    });
}

TEST(FastSignal, LeavesWaitersThatDoNotRunAtOnceToTheGeneralPath) {
    for (std::uint8_t const waiter : {low, middle}) {
        expect_general([waiter](World& world) {
            auto const note = world.make_notification();
            world.make_waiter(waiter, note);
            return world.to_send(world.make_runner(middle), world.mint(note, 9));
        });
    }
}

TEST(FastSignal, NeedsRoundRobinOnBothSides) {
    auto const make_sporadic = [](SchedContext& context, bool is_sporadic) {
        new_refills(context, 4, arch::us_to_ticks(5000), arch::us_to_ticks(20'000), arch::now());
        context.sporadic = is_sporadic;
    };
    for (bool const is_sporadic : {false, true}) {
        expect_general([=](World& world) {
            auto const note = world.make_notification();
            make_sporadic(*world.make_waiter(high, note).sched_context, is_sporadic);
            return world.to_send(world.make_runner(middle), note);
        });
        expect_general([=](World& world) {
            auto const note = world.make_notification();
            world.make_waiter(high, note);
            auto& sender = world.make_runner(middle);
            make_sporadic(*sender.sched_context, is_sporadic);
            return world.to_send(sender, note);
        });
    }
}

TEST(FastSignal, LeavesWaitersWithoutTimeToTheGeneralPath) {
    for (bool const notification_lends : {false, true}) {
        expect_general([=](World& world) {
            auto const note = world.make_notification();
            auto& waiter = world.make_waiter(high, note);
            unbind_thread(*world.kernel, *waiter.sched_context);
            if (notification_lends) {
                bind(World::object<SchedContext>(world.make_sched_context()),
                     World::object<Notification>(note));
            }
            return world.to_send(world.make_runner(middle), world.mint(note, 3));
        });
    }
}

TEST(FastSignal, LeavesWaitersWithUnconfiguredTimeToTheGeneralPath) {
    expect_general([](World& world) {
        auto const note = world.make_notification();
        world.make_waiter(high, note).sched_context->refill_capacity = 0;
        return world.to_send(world.make_runner(middle), world.mint(note, 3));
    });
}

/// Receives on an endpoint, with a notification bound to it.
Tcb& make_bound_receiver(World& world, Word note) {
    auto& receiver = world.make_server(high, world.make_endpoint(), world.make_reply());
    World::lend(receiver, world.make_sched_context());
    bind_notification(World::object<Notification>(note), receiver);
    return receiver;
}

TEST(FastSignal, LeavesTheBoundThreadToTheGeneralPathIfItReceives) {
    expect_general([](World& world) {
        auto const note = world.make_notification();
        make_bound_receiver(world, note);
        return world.to_send(world.make_runner(middle), world.mint(note, 3));
    });
}

TEST(FastSignal, IsRememberedIfTheBoundThreadDoesSomethingElse) {
    expect_fast([](World& world) {
        auto const note = world.make_notification();
        bind_notification(World::object<Notification>(note), world.make_runner(low));
        return world.to_send(world.make_runner(middle), world.mint(note, 3));
    });
    expect_fast([](World& world) { // which has been signalled before it came to receive
        auto const note = world.make_notification();
        make_bound_receiver(world, note);
        World::object<Notification>(note).remember(Badge{4});
        return world.to_send(world.make_runner(middle), world.mint(note, 3));
    });
}

TEST(FastSignal, LeavesTheFloatingPointRegistersToTheirOwner) {
    for (bool const is_waiters : {false, true}) {
        expect_fast([is_waiters](World& world) {
            auto const note = world.make_notification();
            auto& waiter = world.make_waiter(high, note);
            auto& sender = world.make_runner(middle);
            auto const entry = world.to_send(sender, note);
            world.give_fpu(is_waiters ? waiter : sender);
            return entry;
        });
    }
}

} // namespace
} // namespace kernel
