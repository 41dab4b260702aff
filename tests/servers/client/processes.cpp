// SPDX-License-Identifier: BSD-2-Clause
//
// Other programs: what they find in their memory, how they are stopped, and that nothing is left of
// them however they end.

#include "lists.hpp"
#include "memory.hpp"
#include "system.hpp"

namespace test {

namespace {

namespace process = client::process;
using ipc::process::State;

void programs_without_rights() {
    expect_good("subject rights");
}

/// Two children each, and these likewise; every one checks all its memory twice.
void a_tree_of_forks() {
    expect_good("forks tree 5");
}

void a_storm_of_forks() {
    expect_good("forks storm 100");
}

void three_hundred_share_a_page() {
    expect_good("forks share 300");
}

void clones_of_much_memory() {
    expect_good("subject clones");
}

void shared_memory() {
    expect_good("subject shares");
}

void ranges_files_and_stacks() {
    expect_good("subject ranges");
}

void deep_stacks() {
    expect_good("subject stack 8");
    expect_good("subject stack 1000");
    expect_good("subject stack 7000");
}

void stacks_that_are_too_deep() {
    expect_stopped("subject stack 9000");
    expect_stopped("misbehave stack");
}

void who_does_what_nobody_may_is_stopped() {
    for (auto const* const command : {"misbehave null", "misbehave text", "misbehave execute",
                                      "misbehave wild", "misbehave privileged"}) {
        expect_stopped(command);
    }
}

/// The board's clock has one at a time, whoever that is and however it ends.
void a_device_has_one_driver() {
    expect_good("hwclock");
    auto const driver = must(process::spawn("hwclock 1000000"));
    expect_good("subject busy 30"); // it has it by now
    expect_equal(run("hwclock").code, 1);
    expect_success(process::kill(driver));
    expect(must(process::wait(driver)).state == State::Killed);
    expect_good("hwclock");
}

/// Children go on when their parent has ended, and end by themselves. What is started last runs
/// first, until its time is used up: so only a program that takes long gives the others time.
void wait_for_orphans() {
    constexpr Word behind_the_servers = 3;
    for (Word round = 0; round < 100; ++round) {
        auto const self = own_space().pid;
        if (must(process::next(behind_the_servers)).pid == self && !process::next(self)) {
            return;
        }
        expect_good("subject busy 8");
    }
    give_up("orphans do not end", Location::current());
}

void who_ends_with_memory_leaves_nothing() {
    expect_good("subject hoard exit");
    expect_stopped("subject hoard fault");
    expect_stopped("subject hoard jump");
    wait_for_orphans();
}

/// Before its first instruction, or in the middle of whatever it does.
void who_is_killed_leaves_nothing() {
    for (auto const* const victim : {"subject requests", "forks storm 1000000", "spin"}) {
        for (auto const* const meanwhile :
             {"subject busy 1", "subject busy 8", "subject busy 13"}) {
            auto const pid = must(process::spawn(victim));
            expect_good(meanwhile);
            expect_success(process::kill(pid));
            expect(must(process::wait(pid)).state == State::Killed);
            wait_for_orphans();
        }
    }
}

constexpr Test tests[]{
    {"programs without rights", programs_without_rights},
    {"a tree of forks", a_tree_of_forks},
    {"a storm of forks", a_storm_of_forks},
    {"three hundred share a page", three_hundred_share_a_page},
    {"clones of much memory", clones_of_much_memory},
    {"shared memory", shared_memory},
    {"ranges, files and stacks", ranges_files_and_stacks},
    {"deep stacks", deep_stacks},
    {"stacks that are too deep", stacks_that_are_too_deep},
    {"who does what nobody may is stopped", who_does_what_nobody_may_is_stopped},
    {"a device has one driver", a_device_has_one_driver},
    {"who ends with memory leaves nothing", who_ends_with_memory_leaves_nothing},
    {"who is killed leaves nothing", who_is_killed_leaves_nothing},
};

} // namespace

Tests const process_tests = tests;

} // namespace test
