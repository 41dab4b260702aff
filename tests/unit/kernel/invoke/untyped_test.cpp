// SPDX-License-Identifier: BSD-2-Clause
//
// Untyped_Retype: each check in its order, where objects come to lie, and preemption.

#include "../cap/cap_fixture.hpp"

#include <cstring>

namespace kernel {
namespace {

using api::ObjectType;

class Retype : public CapTest {
protected:
    Result<> retype_to(Word index, Word depth, Word first, Word number) {
        return call(untyped_slot, api::Invocation::UntypedRetype,
                    {std::to_underlying(ObjectType::Endpoint), 0, index, depth, first, number},
                    {node_slot});
    }
};

TEST_F(Retype, MakesObjectsInAscendingOrder) {
    ASSERT_TRUE(retype(ObjectType::Tcb, 0, first_free, 3));
    for (Word i = 0; i < 3; ++i) {
        EXPECT_TRUE(slot(first_free + i).cap.is(CapKind::Tcb));
        EXPECT_EQ(slot(first_free + i).cap.address(), untyped_at + i * 2048);
    }
    EXPECT_EQ(slot(untyped_slot).cap.watermark(), 3 * 2048u);
    EXPECT_EQ(slot(untyped_slot).next(), &slot(first_free + 2));
}

TEST_F(Retype, AlignsToTheObject) {
    ASSERT_TRUE(retype(ObjectType::Endpoint, 0, first_free));
    ASSERT_TRUE(retype(ObjectType::SmallPage, 0, first_free + 1));
    EXPECT_EQ(slot(first_free + 1).cap.address(), untyped_at + 4096);
}

TEST_F(Retype, EveryTypeHasItsCapability) {
    struct Case {
        ObjectType type;
        Word bits;
        CapKind kind;
    };
    Word at = first_free;
    for (auto const& c :
         {Case{ObjectType::Untyped, 4, CapKind::Untyped}, Case{ObjectType::Tcb, 0, CapKind::Tcb},
          Case{ObjectType::Endpoint, 0, CapKind::Endpoint},
          Case{ObjectType::Notification, 0, CapKind::Notification},
          Case{ObjectType::CNode, 1, CapKind::CNode},
          Case{ObjectType::SchedContext, 7, CapKind::SchedContext},
          Case{ObjectType::Reply, 0, CapKind::Reply}, Case{ObjectType::VSpace, 0, CapKind::VSpace},
          Case{ObjectType::SmallPage, 0, CapKind::Frame},
          Case{ObjectType::LargePage, 0, CapKind::Frame},
          Case{ObjectType::PageTable, 0, CapKind::PageTable}}) {
        slot(untyped_slot).cap = slot(untyped_slot).cap.with_watermark(0);
        ASSERT_TRUE(retype(c.type, c.bits, at)) << static_cast<int>(c.kind);
        EXPECT_TRUE(slot(at++).cap.is(c.kind)) << static_cast<int>(c.kind);
    }
}

TEST_F(Retype, NewObjectsAreZeroWhateverWasThere) {
    auto* const memory = arch::kernel_address(untyped_at).as_pointer<std::uint8_t>();
    std::memset(memory, 0xa5, 8192);
    ASSERT_TRUE(retype(ObjectType::SmallPage, 0, first_free));
    for (std::size_t i = 0; i < 4096; ++i) {
        ASSERT_EQ(memory[i], 0) << i;
    }
    EXPECT_EQ(memory[4096], 0xa5); // nobody's yet
}

TEST_F(Retype, MemoryComesBackWhenAllChildrenAreGone) {
    ASSERT_TRUE(retype(ObjectType::SmallPage, 0, first_free));
    ASSERT_TRUE(cnode(api::Invocation::CNodeDelete, first_free));
    ASSERT_TRUE(retype(ObjectType::LargePage, 0, first_free));
    EXPECT_EQ(slot(first_free).cap.address(), untyped_at);
}

TEST_F(Retype, RefusesOtherLabels) {
    EXPECT_EQ(error_of(call(untyped_slot, api::Invocation::TcbSuspend, {})),
              Failure::illegal_operation());
}

TEST_F(Retype, RefusesShortMessages) {
    EXPECT_EQ(error_of(call(untyped_slot, api::Invocation::UntypedRetype, {1, 0, 0, 0, 3}, {1})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(call(untyped_slot, api::Invocation::UntypedRetype, {1, 0, 0, 0, 3, 1})),
              Failure::truncated_message());
}

TEST_F(Retype, RefusesUnknownTypesAndSizes) {
    EXPECT_EQ(error_of(retype(ObjectType{12}, 0, first_free)), Failure::invalid_argument(0));
    EXPECT_EQ(error_of(retype(ObjectType::Tcb, 64, first_free)), Failure::range(0, 47));
    EXPECT_EQ(error_of(retype(ObjectType::CNode, 43, first_free)), Failure::range(0, 47));
    EXPECT_EQ(error_of(retype(ObjectType::CNode, 0, first_free)), Failure::invalid_argument(1));
    EXPECT_EQ(error_of(retype(ObjectType::Untyped, 3, first_free)), Failure::invalid_argument(1));
    EXPECT_EQ(error_of(retype(ObjectType::SchedContext, 6, first_free)),
              Failure::invalid_argument(1));
}

TEST_F(Retype, RefusesBadDestinations) {
    EXPECT_EQ(error_of(retype_to(untyped_slot, 64, first_free, 1)),
              Failure::failed_lookup(Failure::Lookup::Target, LookupFault::missing_capability(64)));
    EXPECT_EQ(error_of(retype_to(0, 0, 512, 1)), Failure::range(0, 511));
    EXPECT_EQ(error_of(retype_to(0, 0, first_free, 0)), Failure::range(1, 256));
    EXPECT_EQ(error_of(retype_to(0, 0, first_free, 257)), Failure::range(1, 256));
    EXPECT_EQ(error_of(retype_to(0, 0, 510, 3)), Failure::range(1, 2));
    EXPECT_EQ(error_of(retype_to(0, 0, untyped_slot, 2)), Failure::delete_first());
    EXPECT_TRUE(slot(first_free).empty()); // all or nothing
    EXPECT_TRUE(retype_to(node_slot, 64, first_free, 1));
}

TEST_F(Retype, RefusesWhatDoesNotFit) {
    EXPECT_EQ(error_of(retype(ObjectType::LargePage, 0, first_free, 3)),
              Failure::not_enough_memory(base::bit(untyped_bits)));
    ASSERT_TRUE(retype(ObjectType::SmallPage, 0, first_free));
    EXPECT_EQ(error_of(retype(ObjectType::LargePage, 0, first_free + 1, 2)),
              Failure::not_enough_memory(base::bit(untyped_bits) - 4096));
}

TEST_F(Retype, DeviceMemoryHoldsFramesOnlyAndIsNotTouched) {
    slot(untyped_slot).cap = Capability::untyped(untyped_at, untyped_bits, true);
    auto* const memory = arch::kernel_address(untyped_at).as_pointer<std::uint8_t>();
    memory[0] = 0x5a;
    EXPECT_EQ(error_of(retype(ObjectType::Tcb, 0, first_free)), Failure::invalid_argument(1));
    ASSERT_TRUE(retype(ObjectType::SmallPage, 0, first_free));
    EXPECT_TRUE(slot(first_free).cap.frame_is_device());
    EXPECT_EQ(memory[0], 0x5a);
    EXPECT_TRUE(retype(ObjectType::Untyped, 12, first_free + 1));
}

TEST_F(Retype, HugePagesFillDeviceMemoryToo) {
    slot(untyped_slot).cap = Capability::untyped(PhysAddr{base::bit(36)}, 31, true);
    ASSERT_TRUE(retype(ObjectType::HugePage, 0, first_free, 2));
    EXPECT_EQ(slot(first_free + 1).cap.frame_size(), FrameSize::Huge);
    EXPECT_EQ(slot(first_free + 1).cap.address(), PhysAddr{base::bit(36) + base::bit(30)});
}

TEST_F(Retype, IsPreemptedAndContinues) {
    auto* const memory = arch::kernel_address(untyped_at).as_pointer<std::uint8_t>();
    std::memset(memory, 0xa5, base::bit(untyped_bits));
    arch::fake_machine().pending_irqs.push_back(arch::timer_irq);
    unsigned attempts = 1;
    while (!retype(ObjectType::LargePage, 0, first_free, 2)) {
        EXPECT_TRUE(slot(first_free).empty());
        ASSERT_LT(++attempts, 100u);
    }
    EXPECT_GT(attempts, 5u); // 1024 pages, looked up at every 32nd
    for (std::size_t i = 0; i < base::bit(untyped_bits); ++i) {
        ASSERT_EQ(memory[i], 0) << i;
    }
}

TEST_F(Retype, WhatWasZeroedAheadIsRememberedOfAnySize) {
    for (unsigned bits = api::min_untyped_bits; bits <= api::max_untyped_bits; ++bits) {
        auto const cap = Capability::untyped(untyped_at, bits, false);
        auto const granule = base::bit(cap.zeroed_granule_bits());
        EXPECT_LE(granule, std::max(base::bit(16), base::bit(bits) >> 20));
        auto const most = base::bit(bits) - 1;
        EXPECT_EQ(cap.with_zeroed_ahead(most).zeroed_ahead(), most - most % granule) << bits;
    }
}

TEST_F(Retype, WhatWasZeroedAheadIsForgottenWithTheWatermark) {
    arch::fake_machine().pending_irqs.push_back(arch::timer_irq);
    ASSERT_TRUE(error_of(retype(ObjectType::LargePage, 0, first_free)).is_preempted());
    EXPECT_GT(slot(untyped_slot).cap.zeroed_ahead(), 0u);
    arch::fake_machine().pending_irqs.clear();
    ASSERT_TRUE(retype(ObjectType::SmallPage, 0, first_free));
    EXPECT_EQ(slot(untyped_slot).cap.zeroed_ahead(), 0u);
}

} // namespace
} // namespace kernel
