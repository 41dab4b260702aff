// SPDX-License-Identifier: BSD-2-Clause
//
// Resolution of capability pointers: guards, levels, and each way it can fail.

#include "cap_fixture.hpp"
#include <kernel/cap/lookup.hpp>

namespace kernel {
namespace {

class Lookup : public CapTest {
protected:
    static constexpr auto inner_at = PhysAddr{0x60000};
    static constexpr unsigned inner_radix = 4;

    static Slot& inner(Word index) {
        return arch::kernel_address(inner_at).as_pointer<Slot>()[index];
    }

    static LookupFault fault(Capability const& root, Word cptr, unsigned bits = 64) {
        auto const resolved = resolve(root, cptr, bits);
        EXPECT_FALSE(resolved.has_value());
        return resolved ? LookupFault{} : resolved.error();
    }
};

TEST_F(Lookup, ASlotNumberIsAPointerWithAFullGuard) {
    auto const resolved = resolve(slot(node_slot).cap, untyped_slot, 64);
    ASSERT_TRUE(resolved.has_value());
    EXPECT_EQ(resolved->slot, &slot(untyped_slot));
    EXPECT_EQ(resolved->bits_left, 0u);
}

TEST_F(Lookup, OnlyACNodeIsARoot) {
    EXPECT_EQ(fault(slot(untyped_slot).cap, 1), LookupFault::invalid_root());
    EXPECT_EQ(fault({}, 1), LookupFault::invalid_root());
}

TEST_F(Lookup, AWrongGuardSaysWhatItFound) {
    EXPECT_EQ(fault(slot(node_slot).cap, Word{1} << 20),
              LookupFault::guard_mismatch(64, 0, 64 - radix));
    EXPECT_EQ(fault(slot(node_slot).cap, 1, 20), LookupFault::guard_mismatch(20, 0, 64 - radix));
}

TEST_F(Lookup, TooFewBitsForTheRadix) {
    auto const root = Capability::cnode(node_at, radix);
    EXPECT_EQ(fault(root, 1, radix - 1), LookupFault::depth_mismatch(radix - 1, radix));
}

TEST_F(Lookup, TwoLevels) {
    insert_root(slot(first_free), Capability::cnode(inner_at, inner_radix, 2, 0b10));
    insert_root(inner(5), Capability::tcb(PhysAddr{0x80000}));
    auto const root = Capability::cnode(node_at, radix);
    auto const cptr = (first_free << (2 + inner_radix)) | (Word{0b10} << inner_radix) | 5;
    auto const resolved = resolve(root, cptr, radix + 2 + inner_radix);
    ASSERT_TRUE(resolved.has_value());
    EXPECT_EQ(resolved->slot, &inner(5));
    // One bit of the guard wrong: the inner level says so.
    EXPECT_EQ(fault(root, cptr ^ (Word{1} << inner_radix), radix + 2 + inner_radix),
              LookupFault::guard_mismatch(2 + inner_radix, 0b10, 2));
}

TEST_F(Lookup, BitsLeftOverMatterOnlyToArguments) {
    auto const root = Capability::cnode(node_at, radix);
    auto const cptr = untyped_slot << 3;
    auto const resolved = resolve(root, cptr, radix + 3);
    ASSERT_TRUE(resolved.has_value());
    EXPECT_EQ(resolved->bits_left, 3u);
    auto const argument = lookup_argument(root, cptr, radix + 3, Failure::Lookup::Source);
    EXPECT_EQ(argument.error(),
              Failure::failed_lookup(Failure::Lookup::Source, LookupFault::depth_mismatch(3, 0)));
}

TEST_F(Lookup, ADepthIsFromOneTo64) {
    for (Word const depth : {Word{0}, Word{65}, ~Word{0}}) {
        EXPECT_EQ(lookup_argument(slot(node_slot).cap, 1, depth, Failure::Lookup::Target).error(),
                  Failure::range(1, 64));
    }
}

TEST_F(Lookup, AnOccupiedSlotIsNoDestination) {
    auto const& root = slot(node_slot).cap;
    EXPECT_EQ(lookup_empty_slot(root, untyped_slot, 64).error(), Failure::delete_first());
    EXPECT_EQ(*lookup_empty_slot(root, first_free, 64), &slot(first_free));
}

TEST_F(Lookup, AThreadWithoutCSpaceFindsNothing) {
    EXPECT_EQ(lookup_slot(*caller, 1).error(), LookupFault::invalid_root());
}

} // namespace
} // namespace kernel
