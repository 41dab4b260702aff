// SPDX-License-Identifier: BSD-2-Clause
//
// The walker notices when slots, lists, objects, address spaces and the kernel's tables disagree.
#include "../invoke/address_space_fixture.hpp"
#include "corruption.hpp"
#include <kernel/object/endpoint.hpp>
#include <kernel/object/frame.hpp>

namespace kernel {
namespace {

using api::Invocation;

class CapabilityChecks : public AddressSpaceTest {
protected:
    static constexpr Word endpoint = 40;
    static constexpr Word badged = 41;
    static constexpr Word other_badge = 42;
    static constexpr Word plain_copy = 43;
    static constexpr Word node = 44;
    static constexpr Word thread = 45;
    static constexpr Word handler = 46;
    static constexpr Word irq_control = 47;
    static constexpr Word inner_untyped = 48;
    static constexpr Word irq = 40;

    CapabilityChecks() {
        make_objects();
        bool const derived =
            mint(badged, 5) && mint(other_badge, 6) && copy_to(plain_copy, badged) &&
            call(irq_control, Invocation::IrqIssueHandler, {irq, handler, 64}, {node_slot}) &&
            call(node, Invocation::CNodeMove, {3, 4, plain_copy, 64}, {node_slot});
        EXPECT_TRUE(derived);
        map_tables();
        EXPECT_TRUE(map());
    }

    void make_objects() {
        insert_root(slot(irq_control), Capability::control(CapKind::IrqControl));
        bool const made = retype(api::ObjectType::Endpoint, 0, endpoint) &&
                          retype(api::ObjectType::CNode, 4, node) &&
                          retype(api::ObjectType::Tcb, 0, thread) &&
                          retype(api::ObjectType::Untyped, 12, inner_untyped);
        EXPECT_TRUE(made);
    }

    Result<> copy_to(Word to, Word from) {
        return call(node_slot, Invocation::CNodeCopy, {to, 64, from, 64, 15}, {node_slot});
    }

    Result<> mint(Word to, Word badge) {
        return call(node_slot, Invocation::CNodeMint, {to, 64, endpoint, 64, 15, badge},
                    {node_slot});
    }

    void noticed(Word index, Capability const& wrong, std::string_view complaint) {
        expect_noticed(*kernel, slot(index).cap, wrong, complaint);
    }

    /// Both directions, so that the lists are whole.
    static void link(Slot* before, Slot* after) {
        if (before != nullptr) {
            before->set_next(after);
        }
        if (after != nullptr) {
            after->set_prev(before);
        }
    }
};

TEST_F(CapabilityChecks, ListsAreWhole) {
    auto& middle = slot(endpoint);
    auto* const before = middle.prev();
    auto* const after = middle.next();
    ASSERT_TRUE(before != nullptr && after != nullptr);
    expect_noticed_while(
        *kernel, [&] { after->set_prev(before); }, [&] { after->set_prev(&middle); },
        "a list of capabilities is torn");
    expect_noticed_while(
        *kernel, [&] { link(before, after); },
        [&] {
            link(before, &middle);
            link(&middle, after);
        },
        "a capability is in a list or a place, but not in both");
    expect_noticed_while(
        *kernel, [&] { slot(unused).set_next(&middle); }, [&] { slot(unused).clear_links(); },
        "an empty slot is in a list");
    noticed(endpoint, Capability{}, "a list of capabilities is in disorder");
}

TEST_F(CapabilityChecks, ListsAreInOrder) {
    auto& first = slot(node);
    auto& second = slot(endpoint); // made earlier: lower in memory, later in the list
    auto const first_cap = first.cap;
    auto const second_cap = second.cap;
    expect_noticed_while(
        *kernel, [&] { swap_slots(first, first_cap, second, second_cap); },
        [&] { swap_slots(first, first_cap, second, second_cap); },
        "a list of capabilities is in disorder");
    noticed(handler, Capability::smc(), "a list of capabilities is in disorder");
}

TEST_F(CapabilityChecks, FamiliesOfBadges) {
    expect_noticed_while(
        *kernel, [&] { slot(badged).set_first_badged(false); },
        [&] { slot(badged).set_first_badged(true); }, "a family of badges has no beginning");
}

TEST_F(CapabilityChecks, Untypeds) {
    auto const cap = slot(untyped_slot).cap;
    noticed(untyped_slot, cap.with_watermark(0x1000),
            "a child is beyond the watermark of its untyped");
    noticed(untyped_slot, cap.with_watermark(base::bit(untyped_bits) + 16),
            "a watermark is beyond the end of its untyped");
    auto& untyped = slot(untyped_slot);
    auto const set_revocable = [&](bool value) {
        untyped.set_links(untyped.prev(), untyped.next(), value, untyped.first_badged());
    };
    expect_noticed_while(
        *kernel, [&] { set_revocable(false); }, [&] { set_revocable(true); },
        "an untyped could not be revoked");
}

TEST_F(CapabilityChecks, CapabilitiesFitTheirObjects) {
    noticed(pool, Capability::asid_pool(pool_at + 16, 0), "an object is not aligned to its size");
    noticed(node, slot(node).cap.with_guard(63, 0), "a CNode translates more than a word");
    noticed(node, Capability::zombie(slot(node).cap.address(), CapKind::CNode, 4, 17),
            "a zombie is larger than its object");
    noticed(node, Capability::zombie(slot(node).cap.address(), CapKind::CNode, 4, 3),
            "an emptied slot of a zombie is not empty");
}

TEST_F(CapabilityChecks, ThreadsHoldWhatTheirSlotsSay) {
    auto& held = slot(thread).cap.object<Tcb>().slot(Tcb::VSpaceRoot);
    insert_derived(slot(vspace), held, slot(vspace).cap);
    auto const right = held.cap;
    expect_noticed(*kernel, held.cap, Capability::endpoint(right.address(), api::Rights::All),
                   "a slot of a thread holds something else than it should");
    remove_slot(held);
}

TEST_F(CapabilityChecks, EveryObjectIsKnown) {
    auto& made = slot(thread).cap.object<Tcb>();
    expect_noticed_while(
        *kernel, [&] { kernel->threads.remove(made); }, [&] { kernel->threads.push_back(made); },
        "threads without capabilities, or the reverse");
    expect_noticed_while(
        *kernel, [&] { kernel->irqs.set_state(irq + 1, IrqState::Signal); },
        [&] { kernel->irqs.set_state(irq + 1, IrqState::Inactive); },
        "an interrupt is in use that nobody handles");
    expect_noticed_while(
        *kernel, [&] { kernel->irqs.set_state(irq, IrqState::Inactive); },
        [&] { kernel->irqs.set_state(irq, IrqState::Signal); },
        "a handler is of an idle interrupt");
    expect_noticed(*kernel, kernel->irqs.slot(irq).cap, Capability::smc(),
                   "an interrupt signals what is no notification");
}

TEST_F(CapabilityChecks, AddressSpaces) {
    static AsidPool stray{};
    Word const stray_base = base::bit(api::asid_pool_index_bits);
    expect_noticed_while(
        *kernel, [&] { kernel->asids.set_pool(stray_base, &stray); },
        [&] { kernel->asids.set_pool(stray_base, nullptr); },
        "an ASID pool without a capability is used");
    expect_noticed_while(
        *kernel, [&] { kernel->asids.set(7, slot(other_vspace).cap.address()); },
        [&] { kernel->asids.set(7, PhysAddr{}); }, "an ASID is that of no VSpace capability");
}

TEST_F(CapabilityChecks, TablesAndPages) {
    auto& entry = walk().entry;
    expect_noticed_while(
        *kernel, [&] { slot(frame).cap = slot(frame).cap.with_mapping({}); },
        [&] { slot(frame).cap = slot(frame).cap.with_mapping({asid, base::UserAddr{address}}); },
        "memory without a capability is mapped");
    auto const right = entry;
    auto const stray = arch::PageTableEntry::leaf(large_at, arch::last_level,
                                                  {.access = arch::Access::UserWrite,
                                                   .type = arch::MemoryType::Normal,
                                                   .user_execute = false});
    expect_noticed(*kernel, entry, stray, "memory without a capability is mapped");
    expect_noticed(*kernel, walk(address + 4096).entry, right,
                   "memory without a capability is mapped");
    auto const table = slot(tables + 2).cap;
    noticed(tables + 2, table.with_mapping({}), "an entry leads to a table without a capability");
}

TEST_F(CapabilityChecks, WhatIsNestedTooDeeplyIsNotCountedButTheRestIsChecked) {
    constexpr Word first = 100;
    constexpr Word depth = 20;
    ASSERT_TRUE(retype(api::ObjectType::CNode, 2, first, depth));
    for (Word i = depth - 1; i > 0; --i) {
        auto* const outer = &slot(first + i - 1).cap.object<Slot>();
        move_slot(slot(first + i), outer[3], slot(first + i).cap);
    }
    noticed(untyped_slot, slot(untyped_slot).cap.with_watermark(0x1000),
            "a child is beyond the watermark of its untyped");
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, first));
    EXPECT_EQ(find_contradiction(*kernel), "");
}

TEST_F(CapabilityChecks, WhatBecameStaleIsNoContradiction) {
    ASSERT_TRUE(copy_frame());
    ASSERT_TRUE(map(copy)); // in the place of the first
    EXPECT_EQ(find_contradiction(*kernel), "");
    ASSERT_TRUE(unmap());
    EXPECT_EQ(find_contradiction(*kernel), "");
    ASSERT_TRUE(map());
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, tables + 1));
    EXPECT_EQ(find_contradiction(*kernel), "");
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, pool));
    EXPECT_EQ(find_contradiction(*kernel), "");
    ASSERT_TRUE(cnode(Invocation::CNodeRevoke, untyped_slot));
    EXPECT_EQ(find_contradiction(*kernel), "");
}

} // namespace
} // namespace kernel
