// SPDX-License-Identifier: BSD-2-Clause
//
// ASID pools: making and assigning, and the end of pools and address spaces.

#include "address_space_fixture.hpp"
#include <kernel/object/switch.hpp>

namespace kernel {
namespace {

using api::Invocation;
using api::ObjectType;

class AsidTest : public AddressSpaceTest {
protected:
    static constexpr Word pool_memory = 31;
    static constexpr Word new_pool = 32;

    AsidTest() { EXPECT_TRUE(retype(ObjectType::Untyped, AsidPool::size_bits, pool_memory)); }

    Result<> make_pool(Word memory = pool_memory, Word where = new_pool) {
        return call(asid_control, Invocation::AsidControlMakePool, {where, 64},
                    {memory, node_slot});
    }
};

TEST_F(AsidTest, PoolTakesTheLowestFreeNumber) {
    ASSERT_TRUE(make_pool());
    EXPECT_EQ(slot(new_pool).cap.asid_base(), 512u);
    EXPECT_TRUE(is_descendant(slot(pool_memory), slot(new_pool)));
    EXPECT_EQ(slot(pool_memory).cap.watermark(), base::bit(AsidPool::size_bits));
    ASSERT_TRUE(assign(other_vspace, new_pool));
    EXPECT_EQ(slot(other_vspace).cap.mapping().asid, 512u);

    ASSERT_TRUE(cnode(Invocation::CNodeDelete, new_pool));
    ASSERT_TRUE(make_pool());
    EXPECT_EQ(slot(new_pool).cap.asid_base(), 512u);
}

TEST_F(AsidTest, MakePoolAnswersEachError) {
    EXPECT_EQ(error_of(call(asid_control, Invocation::AsidPoolAssign, {})),
              Failure::illegal_operation());
    EXPECT_EQ(error_of(call(asid_control, Invocation::AsidControlMakePool, {new_pool, 64},
                            {pool_memory})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(call(asid_control, Invocation::AsidControlMakePool, {new_pool},
                            {pool_memory, node_slot})),
              Failure::truncated_message());
    EXPECT_EQ(error_of(make_pool(frame)), Failure::invalid_capability(1));
    EXPECT_EQ(error_of(make_pool(untyped_slot)), Failure::invalid_capability(1));
    insert_root(slot(40), Capability::untyped(PhysAddr{0x1000}, AsidPool::size_bits, true));
    EXPECT_EQ(error_of(make_pool(40)), Failure::invalid_capability(1));
    EXPECT_EQ(error_of(make_pool(pool_memory, frame)), Failure::delete_first());
    ASSERT_TRUE(make_pool());
    EXPECT_EQ(error_of(make_pool(pool_memory, 33)), Failure::revoke_first());
}

TEST_F(AsidTest, NoMorePoolsThanNumbers) {
    auto* const taken = kernel->asids.pool(0);
    for (Word first = 0; first < 65536; first += 512) {
        kernel->asids.set_pool(first, taken);
    }
    EXPECT_EQ(error_of(make_pool()), Failure::delete_first());
}

TEST_F(AsidTest, AssignAnswersEachError) {
    EXPECT_EQ(error_of(call(pool, Invocation::AsidPoolAssign, {})), Failure::truncated_message());
    EXPECT_EQ(error_of(assign(frame)), Failure::invalid_capability(1));
    EXPECT_EQ(error_of(assign(vspace)), Failure::invalid_capability(1)); // has one
    EXPECT_EQ(error_of(call(pool, Invocation::AsidControlMakePool, {}, {other_vspace})),
              Failure::illegal_operation());
    auto* const mine = kernel->asids.pool(0);
    kernel->asids.set_pool(0, nullptr);
    EXPECT_EQ(error_of(assign(other_vspace)), no_such_space());
    AsidPool other{};
    kernel->asids.set_pool(0, &other);
    EXPECT_EQ(error_of(assign(other_vspace)), Failure::invalid_capability(0));
    kernel->asids.set_pool(0, mine);
    mine->roots.fill(PhysAddr{0x1000});
    EXPECT_EQ(error_of(assign(other_vspace)), Failure::delete_first());
}

TEST_F(AsidTest, AsidZeroIsNeverAssigned) {
    EXPECT_EQ(slot(vspace).cap.mapping().asid, 1u);
    ASSERT_TRUE(assign(other_vspace));
    EXPECT_EQ(slot(other_vspace).cap.mapping().asid, 2u);
}

TEST_F(AsidTest, DeletingASpaceFreesItsAsid) {
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, vspace));
    EXPECT_EQ(arch::fake_machine().flushed_asids, std::vector<std::uint16_t>{asid});
    ASSERT_TRUE(assign(other_vspace));
    EXPECT_EQ(slot(other_vspace).cap.mapping().asid, asid);
}

TEST_F(AsidTest, DeletingAPoolEndsItsSpaces) {
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, pool));
    EXPECT_EQ(arch::fake_machine().flushed_asids, std::vector<std::uint16_t>{asid});
    EXPECT_EQ(error_of(map_table(tables)), no_such_space());
    EXPECT_TRUE(cnode(Invocation::CNodeDelete, vspace));
}

TEST_F(AsidTest, DeletingAPoolWhoseNumbersAreAnothersEndsNobodysSpaces) {
    AsidPool other{};
    other.roots[asid] = slot(other_vspace).cap.address();
    kernel->asids.set_pool(0, &other);
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, pool));
    EXPECT_EQ(kernel->asids.pool(0), &other);
    EXPECT_TRUE(arch::fake_machine().flushed_asids.empty());
}

TEST_F(AsidTest, ThreadOfADeletedSpaceRunsInTheEmptyOne) {
    insert_derived(slot(vspace), caller->slot(Tcb::VSpaceRoot), slot(vspace).cap);
    switch_to(*kernel, *caller);
    EXPECT_EQ(arch::fake_machine().root, slot(vspace).cap.address());
    EXPECT_EQ(arch::fake_machine().asid, asid);
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, pool));
    EXPECT_EQ(arch::fake_machine().root, PhysAddr{});
    EXPECT_EQ(arch::fake_machine().asid, 0u);
}

} // namespace
} // namespace kernel
