// SPDX-License-Identifier: BSD-2-Clause
//
// Who descends from whom, after every way a capability can come into a slot.

#include <kernel/cap/derivation.hpp>

#include <array>
#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr auto endpoint_at = PhysAddr{0x1000};

Capability endpoint(Word badge = 0) {
    return Capability::endpoint(endpoint_at, Rights::All, Badge{badge});
}

class Derivation : public testing::Test {
protected:
    std::array<Slot, 8> slots;
};

TEST_F(Derivation, AnEmptySlotIsAllZeroAndAlone) {
    EXPECT_TRUE(slots[0].empty());
    EXPECT_EQ(slots[0].next(), nullptr);
    EXPECT_EQ(slots[0].prev(), nullptr);
}

TEST_F(Derivation, ACopyIsAChildOfTheOriginal) {
    insert_root(slots[0], endpoint());
    insert_derived(slots[0], slots[1], endpoint());
    EXPECT_TRUE(has_children(slots[0]));
    EXPECT_FALSE(has_children(slots[1]));
    EXPECT_FALSE(is_final(slots[0]));
    EXPECT_FALSE(is_final(slots[1]));
}

TEST_F(Derivation, ACopyOfACopyIsASiblingAndRevokesNothing) {
    insert_root(slots[0], endpoint());
    insert_derived(slots[0], slots[1], endpoint());
    insert_derived(slots[1], slots[2], endpoint());
    EXPECT_FALSE(has_children(slots[1]));
    EXPECT_TRUE(is_descendant(slots[0], slots[2]));
}

TEST_F(Derivation, ABadgedFamilyIsRevocableOnItsOwn) {
    insert_root(slots[0], endpoint());
    insert_derived(slots[0], slots[1], endpoint(7));
    insert_derived(slots[1], slots[2], endpoint(7));
    EXPECT_TRUE(has_children(slots[1]));
    EXPECT_TRUE(is_descendant(slots[0], slots[1]));
    EXPECT_TRUE(is_descendant(slots[0], slots[2]));
}

TEST_F(Derivation, FamiliesWithTheSameBadgeStaySeparate) {
    insert_root(slots[0], endpoint());
    insert_derived(slots[0], slots[1], endpoint(7)); // list: 0 1
    insert_derived(slots[0], slots[2], endpoint(7)); // list: 0 2 1
    EXPECT_FALSE(has_children(slots[2]));
    insert_derived(slots[1], slots[3], endpoint(7)); // list: 0 2 1 3
    remove_slot(slots[1]);                           // 3 now stands for its family
    EXPECT_TRUE(slots[3].first_badged());
    EXPECT_FALSE(has_children(slots[2]));
}

TEST_F(Derivation, MintingTheSameBadgeIsAPlainCopy) {
    insert_root(slots[0], endpoint());
    insert_derived(slots[0], slots[1], endpoint(0));
    EXPECT_FALSE(slots[1].revocable());
}

TEST_F(Derivation, DeletingTheOriginalLeavesCopiesThatRevokeNothing) {
    insert_root(slots[0], endpoint());
    insert_derived(slots[0], slots[1], endpoint());
    insert_derived(slots[0], slots[2], endpoint());
    remove_slot(slots[0]);
    EXPECT_FALSE(has_children(slots[1]));
    EXPECT_FALSE(has_children(slots[2]));
    EXPECT_FALSE(is_final(slots[1]));
    remove_slot(slots[1]);
    EXPECT_TRUE(is_final(slots[2]));
}

TEST_F(Derivation, AnUntypedOwnsWhatIsMadeInIt) {
    insert_root(slots[0], Capability::untyped(PhysAddr{0x1000}, 12, false));
    insert_child(slots[0], slots[1], endpoint());
    insert_child(slots[0], slots[2], Capability::tcb(PhysAddr{0x1800}));
    EXPECT_EQ(slots[0].next(), &slots[2]); // the last made comes first
    EXPECT_TRUE(is_descendant(slots[0], slots[1]));
    EXPECT_TRUE(is_descendant(slots[0], slots[2]));
    remove_slot(slots[2]);
    remove_slot(slots[1]);
    EXPECT_FALSE(has_children(slots[0]));
}

TEST_F(Derivation, AnUntypedDoesNotOwnItsNeighbour) {
    insert_root(slots[0], Capability::untyped(PhysAddr{0x1000}, 12, false));
    insert_child(slots[0], slots[1], Capability::tcb(PhysAddr{0x2000}));
    EXPECT_FALSE(is_descendant(slots[0], slots[1]));
}

TEST_F(Derivation, CopyingAnUntypedClosesTheOriginal) {
    auto const untyped = Capability::untyped(PhysAddr{0x1000}, 12, false);
    insert_root(slots[0], untyped);
    insert_derived(slots[0], slots[1], untyped);
    EXPECT_EQ(slots[0].cap.watermark(), 0x1000u);
    EXPECT_EQ(slots[1].cap.watermark(), 0u);
    EXPECT_TRUE(has_children(slots[0]));
    EXPECT_FALSE(has_children(slots[1]));
}

TEST_F(Derivation, MovingKeepsThePlaceAndTheFlags) {
    insert_root(slots[0], endpoint());
    insert_derived(slots[0], slots[1], endpoint(3));
    insert_derived(slots[1], slots[2], endpoint(3));
    move_slot(slots[1], slots[4], slots[1].cap);
    EXPECT_TRUE(slots[1].empty());
    EXPECT_EQ(slots[0].next(), &slots[4]);
    EXPECT_EQ(slots[4].next(), &slots[2]);
    EXPECT_EQ(slots[2].prev(), &slots[4]);
    EXPECT_TRUE(slots[4].revocable());
    EXPECT_TRUE(has_children(slots[4]));
}

TEST_F(Derivation, NeighboursCanBeSwapped) {
    insert_root(slots[0], endpoint());
    insert_derived(slots[0], slots[1], endpoint(3));
    insert_derived(slots[1], slots[2], endpoint(3));
    auto const first = slots[1].cap;
    auto const second = slots[2].cap;
    swap_slots(slots[1], second, slots[2], first);
    EXPECT_EQ(slots[0].next(), &slots[2]); // list: 0 2 1
    EXPECT_EQ(slots[2].next(), &slots[1]);
    EXPECT_EQ(slots[1].prev(), &slots[2]);
    EXPECT_EQ(slots[1].next(), nullptr);
    EXPECT_TRUE(slots[2].revocable());
    EXPECT_FALSE(slots[1].revocable());
}

TEST_F(Derivation, AnEmptySlotCanBeSwapped) {
    insert_root(slots[0], endpoint());
    auto const cap = slots[0].cap;
    swap_slots(slots[0], {}, slots[1], cap);
    EXPECT_TRUE(slots[0].empty());
    EXPECT_EQ(slots[1].cap, cap);
    EXPECT_TRUE(slots[1].revocable());
}

TEST_F(Derivation, HandlersDescendFromInterruptControl) {
    insert_root(slots[0], Capability::control(CapKind::IrqControl));
    insert_derived(slots[0], slots[1], Capability::irq_handler(33));
    insert_derived(slots[1], slots[2], Capability::irq_handler(33));
    EXPECT_TRUE(is_descendant(slots[0], slots[1]));
    EXPECT_TRUE(has_children(slots[1]));
    EXPECT_FALSE(same_region(Capability::irq_handler(33), Capability::irq_handler(34)));
}

TEST_F(Derivation, FramesAreTheSameObjectOnlyIfAllOfThemIs) {
    auto const small =
        Capability::frame(PhysAddr{0x200000}, FrameSize::Small, false, FrameRights::ReadWrite);
    auto const large =
        Capability::frame(PhysAddr{0x200000}, FrameSize::Large, false, FrameRights::ReadWrite);
    EXPECT_TRUE(same_region(large, small));
    EXPECT_FALSE(same_object(large, small));
    EXPECT_TRUE(same_object(small, small.with_mapping({1, base::UserAddr{0x5000}})));
}

TEST_F(Derivation, AZombieLiesInTheMemoryOfItsContainer) {
    auto const untyped = Capability::untyped(PhysAddr{0x1000}, 12, false);
    EXPECT_TRUE(same_region(untyped, Capability::zombie(PhysAddr{0x1000}, CapKind::CNode, 7, 3)));
    EXPECT_FALSE(same_region(untyped, Capability::zombie(PhysAddr{0x2000}, CapKind::CNode, 7, 3)));
    EXPECT_TRUE(same_region(untyped, Capability::zombie(PhysAddr{0x1800}, CapKind::Tcb, 0, 5)));
}

} // namespace
} // namespace kernel
