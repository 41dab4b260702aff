// SPDX-License-Identifier: BSD-2-Clause
//
// VSpace invocations: cache maintenance by address.

#include "address_space_fixture.hpp"

namespace kernel {
namespace {

using api::Invocation;

class VSpaceTest : public AddressSpaceTest {
protected:
    VSpaceTest() {
        map_tables();
        EXPECT_TRUE(map());
    }

    Result<> maintain(Invocation what, Word start, Word end, Word space = vspace) {
        return call(space, what, {start, end});
    }
};

constexpr auto clean = Invocation::VSpaceCleanData;

TEST_F(VSpaceTest, WorksInsideOnePage) {
    ASSERT_TRUE(maintain(clean, address + 8, address + api::page_size));
    ASSERT_EQ(arch::fake_machine().maintained.size(), 1u);
    EXPECT_EQ(arch::fake_machine().maintained[0].begin, base::UserAddr{address + 8});
    EXPECT_EQ(arch::fake_machine().maintained[0].size, api::page_size - 8);
}

TEST_F(VSpaceTest, DoesNothingWhereNothingIs) {
    EXPECT_TRUE(maintain(clean, address + 0x1000, address + 0x3000));
    EXPECT_TRUE(arch::fake_machine().maintained.empty());
}

TEST_F(VSpaceTest, AnswersEachError) {
    EXPECT_EQ(error_of(call(vspace, clean, {address})), Failure::truncated_message());
    EXPECT_EQ(error_of(maintain(clean, address, address)), Failure::invalid_argument(1));
    EXPECT_EQ(error_of(maintain(clean, address, api::user_top + 1)), Failure::illegal_operation());
    EXPECT_EQ(error_of(maintain(clean, address, address + 1, other_vspace)),
              Failure::invalid_capability(0));
    EXPECT_EQ(error_of(maintain(clean, address + 8, address + 0x1001)),
              Failure::range(address + 8, address + 0xfff));
    EXPECT_EQ(error_of(maintain(Invocation::PageCleanData, address, address + 1)),
              Failure::illegal_operation());
    kernel->asids.set(asid, PhysAddr{});
    EXPECT_EQ(error_of(maintain(clean, address, address + 1)), no_such_space());
}

TEST_F(VSpaceTest, InvalidatingNeedsTheRightToWrite) {
    EXPECT_TRUE(maintain(Invocation::VSpaceInvalidateData, address, address + 64));
    ASSERT_TRUE(map(frame, address, Rights::Read.bits()));
    EXPECT_EQ(error_of(maintain(Invocation::VSpaceInvalidateData, address, address + 64)),
              Failure::illegal_operation());
    EXPECT_TRUE(maintain(Invocation::VSpaceUnifyInstruction, address, address + 64));
}

} // namespace
} // namespace kernel
