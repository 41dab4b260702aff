// SPDX-License-Identifier: BSD-2-Clause
//
// A kernel with threads, for tests that go through its entries: what a thread does is a system
// call with its registers, as on the machine. All threads share one CNode, so that a slot's number
// is a capability pointer.
#pragma once

#include <api/invocation.hpp>
#include <api/syscall.hpp>
#include <arch/fake.hpp>
#include <arch/timer.hpp>
#include <kernel/cap/deletion.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/debug/invariants.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/create.hpp>
#include <kernel/object/endpoint.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/notification.hpp>
#include <kernel/object/reply.hpp>
#include <kernel/sched/accounting.hpp>
#include <kernel/sched/budget.hpp>
#include <kernel/syscall/entry.hpp>

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <ostream>
#include <vector>

namespace kernel {

/// What a thread sends. Capabilities are named by their slots.
struct Said {
    Word label{0};
    std::vector<Word> words{};
    std::vector<Word> caps{};
};

/// What an invocation answered.
struct Answered {
    api::Error error;
    std::vector<Word> words;

    friend bool operator==(Answered const&, Answered const&) = default;

    // NOLINTNEXTLINE(readability-identifier-naming): the name that GoogleTest looks for
    friend void PrintTo(Answered const& answered, std::ostream* out) {
        *out << "error " << std::to_underlying(answered.error);
        for (Word const word : answered.words) {
            *out << ' ' << word;
        }
    }
};

class KernelTest : public testing::Test {
protected:
    static constexpr unsigned radix = 8;
    static constexpr Word no_slot = 0; // stays empty: a null capability
    static constexpr Word unresolvable = 1000;
    static constexpr std::uint8_t root_priority = 200;

    KernelTest() {
        arch::reset_fake_machine();
        arch::fake_machine().now = 1'000'000;
        kernel->boot_slots = {&slot(0), base::bit(radix)};
        insert_root(slot(cnode), Capability::cnode(node_at, radix, 64 - radix));
        insert_root(slot(vspace), Capability::vspace(allocate(12)).with_mapping({.asid = 1}));
        root = &make_thread(root_priority);
        root->max_controlled_priority = 255;
        start_scheduling(*kernel, *root);
    }

    ~KernelTest() override {
        schedule(*kernel);
        EXPECT_EQ(find_contradiction(*kernel), "");
    }

    // ---- making things ---------------------------------------------------------------------

    static Slot& slot(Word index) {
        return arch::kernel_address(node_at).as_pointer<Slot>()[index];
    }

    PhysAddr allocate(unsigned bits) {
        next_memory_ = next_memory_.aligned_up(bits);
        return std::exchange(next_memory_, next_memory_ + base::bit(bits));
    }

    /// The slot that it is in from now on.
    Word add(Capability const& cap) {
        insert_root(slot(next_slot_), cap);
        return next_slot_++;
    }

    /// A copy of what is in `source`, derived from it.
    Word add_copy(Word source, Capability const& cap) {
        insert_derived(slot(source), slot(next_slot_), cap);
        return next_slot_++;
    }

    Word make(api::ObjectType type, unsigned size_bits = 0) {
        auto const at = allocate(api::object_size_bits(type, size_bits));
        return add(make_object(*kernel, type, at, size_bits, false));
    }

    Word make_endpoint() { return make(api::ObjectType::Endpoint); }
    Word make_notification() { return make(api::ObjectType::Notification); }
    Word make_reply() { return make(api::ObjectType::Reply); }

    /// With a round-robin budget of 10 ms, if `budget_us` does not say otherwise.
    Word make_sched_context(Word budget_us = 10'000, Word period_us = 0, unsigned size_bits = 8) {
        auto const index = make(api::ObjectType::SchedContext, size_bits);
        new_refills(object<SchedContext>(index), 10, arch::us_to_ticks(budget_us),
                    arch::us_to_ticks(period_us), arch::fake_machine().now);
        return index;
    }

    template <typename T>
    static T& object(Word index) {
        return slot(index).cap.object<T>();
    }

    static void set_cap(Tcb& thread, Tcb::SlotIndex index, Word source) {
        insert_derived(slot(source), thread.slot(index), slot(source).cap);
    }

    /// Inactive, without a scheduling context.
    Tcb& make_passive_thread(std::uint8_t priority) {
        auto const index = make(api::ObjectType::Tcb);
        auto& thread = object<Tcb>(index);
        auto const frame = make(api::ObjectType::SmallPage);
        thread.priority = priority;
        set_cap(thread, Tcb::CSpaceRoot, cnode);
        set_cap(thread, Tcb::VSpaceRoot, vspace);
        set_cap(thread, Tcb::IpcBufferFrame, frame);
        slot_of_[&thread] = index;
        return thread;
    }

    /// Running (in the ready queue, but for the first one), with a context of its own.
    Tcb& make_thread(std::uint8_t priority) {
        auto& thread = make_passive_thread(priority);
        lend(thread, make_sched_context());
        thread.state = ThreadState::Running;
        if (kernel->core.current != nullptr) {
            kernel->core.scheduler.enqueue_last(thread);
        }
        return thread;
    }

    /// As deleting the last capability to it does.
    void end(Tcb& thread) {
        finalise(*kernel, thread);
        for (auto& held : thread.slots) {
            if (!held.empty()) {
                remove_slot(held);
            }
        }
        remove_slot(slot(slot_of(thread)));
    }

    static void lend(Tcb& thread, Word context) {
        auto& sched_context = object<SchedContext>(context);
        thread.sched_context = &sched_context;
        sched_context.tcb = &thread;
    }

    Word slot_of(Tcb const& thread) { return slot_of_.at(&thread); }

    // ---- doing things ----------------------------------------------------------------------

    Tcb& current() { return *kernel->core.current; }

    void advance_us(Word us) { arch::fake_machine().now += arch::us_to_ticks(us); }

    /// So many steps of a long operation from now the kernel will find an interrupt.
    void interrupt_after(unsigned steps) {
        kernel->core.work_units = config::work_units_per_preemption_check - steps;
        arch::fake_machine().pending_irqs.push_back(arch::timer_irq);
    }

    /// Makes `thread`, which can run, the one that does the next thing.
    void become(Tcb& thread) {
        auto& core = kernel->core;
        schedule(*kernel);
        if (&thread == core.current) {
            return;
        }
        ASSERT_TRUE(schedulable(thread));
        if (schedulable(*core.current)) {
            core.scheduler.enqueue_first(*core.current);
        }
        core.scheduler.withdraw(thread);
        core.scheduler.decided();
        commit_time(*kernel);
        core.current = &thread;
        core.sched_context = thread.sched_context;
        program_timer(*kernel);
        thread.context.next_ip = next_ip;
    }

    static constexpr Word next_ip = 0x1004;
    static constexpr Word fault_ip = 0x1000;

    void trap(Tcb& thread, api::Syscall number) {
        become(thread);
        thread.context.next_ip = next_ip;
        thread.context.fault_ip = fault_ip;
        thread.context.x[7] = static_cast<Word>(number);
        handle_syscall(*kernel, static_cast<std::int64_t>(number));
        ASSERT_EQ(find_contradiction(*kernel), "");
    }

    static void say(Tcb& thread, Said const& said) {
        auto* const buffer = thread.ipc_buffer(Tcb::BufferUse::Send);
        for (std::size_t i = 0; i < said.words.size(); ++i) {
            if (i < api::register_message_words) {
                thread.context.set_message_word(i, said.words[i]);
            } else if (buffer != nullptr) {
                buffer->words[i] = said.words[i];
            }
        }
        for (std::size_t i = 0; i < said.caps.size(); ++i) {
            buffer->caps_or_badges[i] = said.caps[i];
        }
        thread.context.set_message_info(
            api::MessageInfo::make(said.label, said.words.size(), said.caps.size()));
    }

    void send(Tcb& thread, Word cptr, Said const& said = {},
              api::Syscall number = api::Syscall::Send) {
        become(thread);
        say(thread, said);
        thread.context.x[0] = cptr;
        trap(thread, number);
    }

    void call(Tcb& thread, Word cptr, Said const& said = {}) {
        send(thread, cptr, said, api::Syscall::Call);
    }

    void receive(Tcb& thread, Word cptr, Word reply = no_slot,
                 api::Syscall number = api::Syscall::Recv) {
        become(thread);
        thread.context.x[0] = cptr;
        thread.context.x[6] = reply;
        trap(thread, number);
    }

    void wait(Tcb& thread, Word cptr) { receive(thread, cptr, 0, api::Syscall::Wait); }

    void reply_receive(Tcb& thread, Word cptr, Word reply, Said const& said = {}) {
        become(thread);
        say(thread, said);
        receive(thread, cptr, reply, api::Syscall::ReplyRecv);
    }

    /// A Call by `thread` on a kernel object, which answers at once.
    Answered invoke_by(Tcb& thread, Word cptr, api::Invocation label,
                       std::vector<Word> const& words = {}, std::vector<Word> const& caps = {}) {
        call(thread, cptr, {std::to_underlying(label), words, caps});
        return {api::Error{label_of(thread)}, words_of(thread)};
    }

    Answered invoke(Word cptr, api::Invocation label, std::vector<Word> const& words = {},
                    std::vector<Word> const& caps = {}) {
        return invoke_by(*root, cptr, label, words, caps);
    }

    static Answered success(std::vector<Word> words = {}) {
        return {api::Error::None, std::move(words)};
    }

    // ---- looking at things -----------------------------------------------------------------

    static Word badge_of(Tcb const& thread) { return thread.context.x[0]; }
    static Word label_of(Tcb const& thread) { return thread.context.message_info().label(); }

    static std::vector<Word> words_of(Tcb& thread) {
        auto const length = thread.context.message_info().length();
        auto const* const buffer = thread.ipc_buffer(Tcb::BufferUse::Receive);
        std::vector<Word> words;
        words.reserve(length);
        for (std::size_t i = 0; i < length; ++i) {
            words.push_back(i < api::register_message_words ? thread.context.message_word(i)
                                                            : buffer->words[i]);
        }
        return words;
    }

    std::unique_ptr<KernelState> kernel = std::make_unique<KernelState>();
    static constexpr Word cnode = 1;
    static constexpr Word vspace = 2;
    Tcb* root{nullptr}; // the current thread, until something else is done

private:
    static constexpr auto node_at = PhysAddr{0x2000};
    PhysAddr next_memory_{0x10000};
    Word next_slot_{3};
    std::map<Tcb const*, Word> slot_of_;
};

} // namespace kernel
