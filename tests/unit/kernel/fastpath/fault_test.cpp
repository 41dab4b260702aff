// SPDX-License-Identifier: BSD-2-Clause
//
// Page faults, and the answers to faults, on both paths.

#include "both_paths.hpp"

namespace kernel {
namespace {

constexpr std::uint8_t low = 50;
constexpr std::uint8_t middle = 100;
constexpr std::uint8_t high = 150;

/// A thread with a handler that waits for its faults.
struct Patient {
    explicit Patient(World& world, std::uint8_t handler_priority = high,
                     Rights rights = Rights::Write | Rights::GrantReply)
        : endpoint{world.make_endpoint()}, reply{world.make_reply()},
          handler{world.make_server(handler_priority, endpoint, reply)},
          thread{world.make_runner(middle)} {
        world.set_fault_handler(thread, world.mint(endpoint, 66, rights));
    }

    Word endpoint;
    Word reply;
    Tcb& handler;
    Tcb& thread;
};

TEST(FastFault, TellsTheHandlerThatWaits) {
    for (std::uint8_t const handler : {low, middle, high}) {
        SCOPED_TRACE(handler);
        expect_fast([handler](World& world) {
            Patient const patient{world, handler};
            return world.to_fault(patient.thread);
        });
    }
}

TEST(FastFault, NeedsNoBuffers) {
    expect_fast([](World& world) {
        Patient const patient{world};
        World::take_buffer(patient.thread);
        World::take_buffer(patient.handler);
        return world.to_fault(patient.thread);
    });
}

TEST(FastFault, ForgetsAnEarlierFault) {
    expect_fast([](World& world) {
        Patient const patient{world};
        world.enter(world.to_call(patient.thread, World::unresolvable));
        world.enter(world.to_reply_receive(patient.handler, patient.endpoint, patient.reply));
        return world.to_fault(patient.thread);
    });
}

TEST(FastFault, RunsTheHandlerOnlyIfItRanksHighest) {
    auto const fault_with = [](std::uint8_t handler, std::uint8_t other) {
        return [handler, other](World& world) {
            Patient const patient{world, handler};
            world.make_runner(other);
            return world.to_fault(patient.thread);
        };
    };
    expect_fast(fault_with(high, middle));
    expect_fast(fault_with(low, low));
    expect_general(fault_with(low, low + 1));
}

TEST(FastFault, NeedsAHandlerThatMayBeCalled) {
    expect_general([](World& world) { return world.to_fault(world.make_runner(middle)); });
    auto const with = [](Rights rights) {
        return [rights](World& world) {
            Patient const patient{world, high, rights};
            return world.to_fault(patient.thread);
        };
    };
    expect_fast(with(Rights::Write | Rights::Grant));
    expect_general(with(Rights::Write));
}

TEST(FastFault, NeedsAHandlerThatWaitsWithoutTimeOfItsOwn) {
    expect_general([](World& world) {
        Patient const patient{world};
        World::lend(patient.handler, world.make_sched_context());
        return world.to_fault(patient.thread);
    });
    expect_general([](World& world) {
        auto& thread = world.make_runner(middle);
        world.set_fault_handler(thread, world.make_endpoint());
        return world.to_fault(thread);
    });
}

TEST(FastFault, LeavesTheFloatingPointRegistersToTheirOwner) {
    expect_fast([](World& world) {
        Patient const patient{world};
        auto const entry = world.to_fault(patient.thread);
        world.give_fpu(patient.thread);
        return entry;
    });
}

// ---- answers -----------------------------------------------------------------------------------

/// The handler works on a fault of the thread.
using MakeFault = void (*)(World& world, Patient const& patient);

Scenario answered(MakeFault make_fault, Said const& said) {
    return [make_fault, said](World& world) {
        Patient const patient{world};
        make_fault(world, patient);
        return world.to_reply_receive(patient.handler, patient.endpoint, patient.reply, said);
    };
}

void vm_fault(World& world, Patient const& patient) {
    world.enter(world.to_fault(patient.thread));
}

void cap_fault(World& world, Patient const& patient) {
    world.enter(world.to_call(patient.thread, World::unresolvable, message_of(2)));
}

/// The send phase is over, and is done again.
void receive_fault(World& world, Patient const& patient) {
    world.enter(world.to_reply_receive(patient.thread, World::unresolvable, World::no_slot));
}

void unknown_syscall(World& world, Patient const& patient) {
    auto const entry = world.to_yield(patient.thread);
    static_cast<void>(entry);
    world.enter(Entry{api::Syscall{-77}});
}

void user_exception(World& world, Patient const& patient) {
    static_cast<void>(world.to_fault(patient.thread));
    handle_user_exception(*world.kernel, 0x10, 0x20);
}

TEST(FastReplyToFault, ResumesWhateverTheAnswerSays) {
    for (auto const fault : {vm_fault, cap_fault, receive_fault}) {
        for (std::size_t const length : {0, 4, 5, 120}) {
            for (Word const label : {0, 1}) {
                expect_fast(answered(fault, message_of(length, label)));
            }
        }
    }
}

TEST(FastReplyToFault, NeedsNoBuffers) {
    expect_fast([](World& world) {
        Patient const patient{world};
        vm_fault(world, patient);
        World::take_buffer(patient.handler);
        World::take_buffer(patient.thread);
        return world.to_reply_receive(patient.handler, patient.endpoint, patient.reply,
                                      message_of(9));
    });
}

TEST(FastReplyToFault, LeavesCapabilitiesToTheGeneralPath) {
    for (auto const fault : {vm_fault, cap_fault}) {
        expect_general(answered(fault, {.caps = {World::unresolvable}}));
        expect_general(answered(fault, {.caps = {World::no_slot}}));
    }
}

TEST(FastReplyToFault, LeavesAnswersThatMayChangeRegistersToTheGeneralPath) {
    for (auto const fault : {unknown_syscall, user_exception}) {
        expect_general(answered(fault, {}));
        expect_general(answered(fault, message_of(3)));
        expect_general(answered(fault, message_of(0, 1)));
    }
}

TEST(FastReplyToFault, RunsTheThreadOnlyIfItRanksHighest) {
    auto const with_other = [](std::uint8_t other) {
        return [other](World& world) {
            Patient const patient{world};
            vm_fault(world, patient);
            world.make_runner(other);
            return world.to_reply_receive(patient.handler, patient.endpoint, patient.reply);
        };
    };
    expect_fast(with_other(middle));
    expect_general(with_other(middle + 1));
}

} // namespace
} // namespace kernel
