// SPDX-License-Identifier: BSD-2-Clause

#include "fake_kernel.hpp"
#include <init/untyped_allocator.hpp>

#include <gtest/gtest.h>

namespace {

using api::ObjectType;

class UntypedAllocatorTest : public testing::Test {
protected:
    /// The untyped that the last object was made from.
    [[nodiscard]] api::Word source() const {
        return static_cast<api::Word>(kernel.calls().back().object);
    }

    init_test::FakeKernel kernel;
    init::UntypedAllocator allocator;
};

constexpr sys::SlotRange anywhere{.root = api::CPtr{2}, .first = 100};

TEST_F(UntypedAllocatorTest, HasNothingAtFirst) {
    auto const made = allocator.make(ObjectType::Endpoint, 0, anywhere);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), api::Error::NotEnoughMemory);
    EXPECT_TRUE(kernel.calls().empty());
}

TEST_F(UntypedAllocatorTest, TakesFromTheFullestThatFits) {
    allocator.add(sys::Untyped{api::CPtr{10}}, 20);
    allocator.add(sys::Untyped{api::CPtr{11}}, 12);
    ASSERT_TRUE(allocator.make(ObjectType::Tcb, 0, anywhere));
    EXPECT_EQ(source(), 11u);
    ASSERT_TRUE(allocator.make(ObjectType::SmallPage, 0, anywhere)) << "no whole page left in 11";
    EXPECT_EQ(source(), 10u);
    ASSERT_TRUE(allocator.make(ObjectType::Tcb, 0, anywhere));
    EXPECT_EQ(source(), 11u);
}

TEST_F(UntypedAllocatorTest, CountsTheGapsThatAlignmentLeaves) {
    allocator.add(sys::Untyped{api::CPtr{10}}, 13);
    ASSERT_TRUE(allocator.make(ObjectType::Endpoint, 0, anywhere));
    ASSERT_TRUE(allocator.make(ObjectType::SmallPage, 0, anywhere)) << "at 4096, not at 16";
    EXPECT_EQ(allocator.free_bytes(), 0u);
    EXPECT_FALSE(allocator.make(ObjectType::Endpoint, 0, anywhere));
}

TEST_F(UntypedAllocatorTest, AllObjectsOfOneRequestComeFromOneUntyped) {
    allocator.add(sys::Untyped{api::CPtr{10}}, 12);
    allocator.add(sys::Untyped{api::CPtr{11}}, 12);
    auto two_pages = anywhere;
    two_pages.count = 2;
    EXPECT_FALSE(allocator.make(ObjectType::SmallPage, 0, two_pages));
}

TEST_F(UntypedAllocatorTest, UsesNothingWhenTheKernelRefuses) {
    allocator.add(sys::Untyped{api::CPtr{10}}, 12);
    kernel.answer([](auto const&) -> sys::Result<sys::RegisterWords> {
        return base::fail(init_test::refused(api::Error::DeleteFirst));
    });
    auto const made = allocator.make(ObjectType::SmallPage, 0, anywhere);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), api::Error::DeleteFirst);
    EXPECT_EQ(allocator.free_bytes(), 4096u);
}

} // namespace
