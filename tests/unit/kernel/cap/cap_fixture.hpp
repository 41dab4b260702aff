// SPDX-License-Identifier: BSD-2-Clause
//
// A kernel without threads to run, one CNode and one untyped: enough to invoke what only moves
// capabilities about.
#pragma once

#include <arch/fake.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/budget.hpp>

#include <gtest/gtest.h>
#include <initializer_list>
#include <memory>
#include <new>

namespace kernel {

class CapTest : public testing::Test {
protected:
    static constexpr unsigned radix = 9;
    static constexpr auto node_at = PhysAddr{0x40000};
    static constexpr auto untyped_at = PhysAddr{0x400000};
    static constexpr unsigned untyped_bits = 22;

    /// Of the slots of the CNode. Slot 0 stays empty.
    static constexpr Word node_slot = 1;
    static constexpr Word untyped_slot = 2;
    static constexpr Word first_free = 3;

    CapTest() {
        arch::reset_fake_machine();
        kernel->boot_slots = {&slot(0), base::bit(radix)};
        kernel->core.current = caller.get();
        kernel->core.sched_context = &time.context;
        new_refills(time.context, min_refills, Ticks{1} << 40, 0, 0);
        caller->state = ThreadState::Restart;
        insert_root(slot(node_slot), Capability::cnode(node_at, radix, 64 - radix));
        insert_root(slot(untyped_slot), Capability::untyped(untyped_at, untyped_bits, false));
    }

    static Slot& slot(Word index) {
        return arch::kernel_address(node_at).as_pointer<Slot>()[index];
    }

    /// Invokes the capability in `invoked`; the extra capabilities are in the slots `caps`.
    Result<> call(Word invoked, api::Invocation label, std::initializer_list<Word> words,
                  std::initializer_list<Word> caps = {}) {
        std::size_t count = 0;
        for (Word const word : words) {
            if (count < api::register_message_words) {
                caller->context.set_message_word(count, word);
            }
            buffer.words[count++] = word;
        }
        std::array<Slot*, api::max_extra_caps> extra{};
        std::size_t extra_count = 0;
        for (Word const cap : caps) {
            extra[extra_count++] = &slot(cap);
        }
        Invocation invocation{.caller = *caller,
                              .slot = slot(invoked),
                              .label = std::to_underlying(label),
                              .args = {*caller, &buffer, count},
                              .caps = extra,
                              .cap_count = extra_count,
                              .phase = SendPhase::of_call()};
        Answer answer;
        auto const result = invoke(*kernel, invocation, answer);
        if (result || !result.error().is_preempted()) {
            caller->progress = 0; // as the send phase does
        }
        return result;
    }

    Result<> retype(api::ObjectType type, Word size_bits, Word first, Word number = 1) {
        return call(untyped_slot, api::Invocation::UntypedRetype,
                    {std::to_underlying(type), size_bits, 0, 0, first, number}, {node_slot});
    }

    Result<> cnode(api::Invocation label, Word index) {
        return call(node_slot, label, {index, 64});
    }

    /// The error of a failed result; a success is a test failure.
    static Failure error_of(Result<> const& result) {
        EXPECT_FALSE(result.has_value());
        return result ? Failure::preempted() : result.error();
    }

    struct {
        SchedContext context; // pays for long operations
        std::array<Refill, min_refills> refills;
    } time{};
    std::unique_ptr<KernelState> kernel = std::make_unique<KernelState>();
    std::unique_ptr<Tcb> caller = std::make_unique<Tcb>();
    api::IpcBuffer buffer{};
};

} // namespace kernel
