// SPDX-License-Identifier: BSD-2-Clause
//
// Long operations that are interrupted: by whom, who pays, and what if the operation has ended the
// thread that asked for it, or the context that pays.

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Invocation;

class PreemptionTest : public KernelTest {
protected:
    static constexpr unsigned node_radix = 6;
    static constexpr Word node_size = Word{1} << node_radix;

    void interrupt_at_the_next_look() {
        arch::fake_machine().pending_irqs.push_back(arch::timer_irq);
    }

    Word slot_of_context(SchedContext const& context) {
        for (Word index = 0; index < base::bit(radix); ++index) {
            if (slot(index).cap.as<SchedContext>() == &context) {
                return index;
            }
        }
        ADD_FAILURE() << "nobody has a capability to it";
        return no_slot;
    }

    /// A CNode full of copies of an endpoint; it is emptied from its end.
    Word full_node() {
        auto const node = make(api::ObjectType::CNode, node_radix);
        for (Word index = 0; index < node_size; ++index) {
            insert_derived(slot(endpoint), inside(node, index), slot(endpoint).cap);
        }
        return node;
    }

    static Slot& inside(Word node, Word index) { return (&slot(node).cap.object<Slot>())[index]; }

    /// In place of a copy: the last capability to an object.
    void put_into(Word node, Word index, Word from) {
        auto& place = inside(node, index);
        remove_slot(place);
        move_slot(slot(from), place, slot(from).cap);
    }

    void ask_to_delete(Word node) {
        call(*root, cnode,
             {.label = std::to_underlying(Invocation::CNodeDelete), .words = {node, 64}});
    }

    Word endpoint = make_endpoint();
    Tcb& other = make_thread(root_priority);
};

TEST_F(PreemptionTest, AnInterruptStopsTheOperationAndTheCallerGoesOnLater) {
    auto const node = full_node();
    interrupt_at_the_next_look();
    ask_to_delete(node);
    EXPECT_TRUE(slot(node).cap.is(CapKind::Zombie));
    EXPECT_EQ(&current(), root); // nobody was woken
    EXPECT_EQ(root->state, ThreadState::Running);
    EXPECT_EQ(root->context.next_ip, fault_ip); // the same system call once more
    while (!slot(node).empty()) {
        ask_to_delete(node);
    }
    EXPECT_EQ(label_of(*root), 0u);
    EXPECT_FALSE(has_children(slot(endpoint)));
}

TEST_F(PreemptionTest, TheEndOfTheBudgetStopsTheOperationToo) {
    auto const node = full_node();
    arch::fake_machine().ticks_per_look = arch::us_to_ticks(6000); // of 10 000
    ask_to_delete(node);
    EXPECT_TRUE(slot(node).cap.is(CapKind::Zombie));
    EXPECT_EQ(root->state, ThreadState::Restart);
    EXPECT_EQ(&current(), &other); // its slice is over
    EXPECT_TRUE(root->in_ready_queue);
    EXPECT_EQ(root->sched_context->consumed, arch::us_to_ticks(12'000));

    arch::fake_machine().ticks_per_look = 0;
    ask_to_delete(node);
    EXPECT_TRUE(slot(node).empty());
}

TEST_F(PreemptionTest, WhoEndsItselfStillPays) {
    auto const& context = *root->sched_context;
    auto const thread = slot_of(*root);
    kernel->core.work_units = config::work_units_per_preemption_check - 1;
    advance_us(304);
    interrupt_at_the_next_look();
    ask_to_delete(thread);
    EXPECT_TRUE(slot(thread).cap.is(CapKind::Zombie));
    EXPECT_EQ(root->state, ThreadState::Inactive);
    EXPECT_EQ(context.tcb, nullptr);
    EXPECT_EQ(context.consumed, arch::us_to_ticks(304));
    EXPECT_EQ(&current(), &other);
    EXPECT_EQ(other.sched_context->consumed, 0u);
    EXPECT_EQ(invoke_by(other, cnode, Invocation::CNodeDelete, {thread, 64}), success());
    EXPECT_TRUE(slot(thread).empty());
}

TEST_F(PreemptionTest, WithoutItsContextAnOperationStopsAtTheNextLookAndNobodyPays) {
    auto const node = full_node();
    auto const& context = *root->sched_context;
    put_into(node, node_size - 1, slot_of_context(context));
    advance_us(304);
    ask_to_delete(node); // there is no interrupt
    EXPECT_TRUE(slot(node).cap.is(CapKind::Zombie));
    EXPECT_EQ(root->sched_context, nullptr);
    EXPECT_EQ(root->state, ThreadState::Restart); // for when it gets another one
    EXPECT_EQ(context.consumed, 0u);
    EXPECT_EQ(kernel->core.consumed, 0u);
    EXPECT_EQ(&current(), &other);
    EXPECT_EQ(other.sched_context->consumed, 0u);
}

} // namespace
} // namespace kernel
