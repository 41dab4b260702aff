// SPDX-License-Identifier: BSD-2-Clause
//
// Rights masks, badges, guards, and what copies of each kind are.

#include <kernel/cap/derivation.hpp>
#include <kernel/cap/transform.hpp>

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr auto somewhere = PhysAddr{0x4000};

Capability frame(FrameRights rights) {
    return Capability::frame(somewhere, FrameSize::Small, false, rights);
}

TEST(Transform, MasksNarrowEndpointRights) {
    auto const cap = Capability::endpoint(somewhere, Rights::All);
    EXPECT_EQ(cap.restricted_to(Rights::Read).rights(), Rights::Read);
    EXPECT_EQ(cap.restricted_to(Rights::Read).restricted_to(Rights::All).rights(), Rights::Read);
    EXPECT_EQ(cap.restricted_to(Rights{~Word{0}}).rights(), Rights::All);
}

TEST(Transform, MasksNarrowReplies) {
    auto const cap = Capability::reply(somewhere, true);
    EXPECT_TRUE(cap.restricted_to(Rights::Grant).reply_can_grant());
    EXPECT_FALSE(cap.restricted_to(Rights::ReadWrite).reply_can_grant());
}

TEST(Transform, MasksNarrowFrames) {
    using enum FrameRights;
    struct Case {
        FrameRights before;
        Rights mask;
        FrameRights after;
    };
    for (auto const& c :
         {Case{ReadWrite, Rights::ReadWrite, ReadWrite}, Case{ReadWrite, Rights::Read, ReadOnly},
          Case{ReadWrite, Rights::Write, KernelOnly}, Case{ReadWrite, Rights::None, KernelOnly},
          Case{ReadOnly, Rights::ReadWrite, ReadOnly}, Case{ReadOnly, Rights::Write, KernelOnly},
          Case{KernelOnly, Rights::ReadWrite, KernelOnly}}) {
        EXPECT_EQ(frame(c.before).restricted_to(c.mask).frame_rights(), c.after);
    }
}

TEST(Transform, OnlyUnbadgedCapabilitiesTakeABadge) {
    auto const cap = Capability::endpoint(somewhere, Rights::All);
    auto const badged = with_data(cap, 5, Badging::Allowed);
    EXPECT_EQ(badged.badge(), Badge{5});
    EXPECT_TRUE(with_data(badged, 6, Badging::Allowed).is_null());
    EXPECT_TRUE(with_data(badged, 0, Badging::Allowed).is_null());
    EXPECT_TRUE(with_data(cap, 5, Badging::Preserve).is_null());
}

TEST(Transform, GuardsMustFitBesideTheRadix) {
    auto const cap = Capability::cnode(somewhere, 5);
    auto const guarded = with_data(cap, 59, Badging::Allowed);
    EXPECT_EQ(guarded.guard_size(), 59u);
    EXPECT_EQ(guarded.radix(), 5u);
    EXPECT_TRUE(with_data(cap, 60, Badging::Allowed).is_null());
    // The guard value is cut to its size: 4 bits of 0x3f.
    auto const cut = with_data(cap, (Word{0x3f} << 6) | 4, Badging::Preserve);
    EXPECT_EQ(cut.guard(), 0xfu);
}

TEST(Transform, CopiesOfControlAreNull) {
    Slot slot;
    slot.cap = Capability::control(CapKind::IrqControl);
    EXPECT_TRUE(derive(slot, slot.cap)->is_null());
    slot.cap = Capability::zombie(somewhere, CapKind::Tcb, 0, 5);
    EXPECT_TRUE(derive(slot, slot.cap)->is_null());
}

TEST(Transform, AnUntypedWithChildrenIsNotCopied) {
    std::array<Slot, 2> slots;
    insert_root(slots[0], Capability::untyped(somewhere, 14, false));
    EXPECT_TRUE(derive(slots[0], slots[0].cap).has_value());
    insert_child(slots[0], slots[1], Capability::tcb(somewhere));
    EXPECT_EQ(derive(slots[0], slots[0].cap).error(), Failure::revoke_first());
}

TEST(Transform, TablesAreCopiedOnlyWhenMapped) {
    Slot slot;
    slot.cap = Capability::page_table(somewhere);
    EXPECT_EQ(derive(slot, slot.cap).error(), Failure::illegal_operation());
    slot.cap = slot.cap.with_mapping({3, base::UserAddr{0x200000}});
    EXPECT_EQ(*derive(slot, slot.cap), slot.cap);
}

TEST(Transform, ACopyOfAFrameIsNotMapped) {
    Slot slot;
    slot.cap = frame(FrameRights::ReadWrite).with_mapping({3, base::UserAddr{0x200000}});
    EXPECT_FALSE(derive(slot, slot.cap)->mapping().exists());
}

} // namespace
} // namespace kernel
