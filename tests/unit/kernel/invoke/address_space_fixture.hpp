// SPDX-License-Identifier: BSD-2-Clause
//
// An address space with an ASID, and memory to map into it.
#pragma once

#include "../cap/cap_fixture.hpp"
#include <kernel/object/vspace.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel {

class AddressSpaceTest : public CapTest {
protected:
    static constexpr Word vspace = 10;
    static constexpr Word frame = 11;
    static constexpr Word large_frame = 12;
    static constexpr Word tables = 13; // three of them
    static constexpr Word pool = 16;
    static constexpr Word asid_control = 17;
    static constexpr Word other_vspace = 18;
    static constexpr Word copy = 19;
    static constexpr Word unused = 30;

    static constexpr Asid asid = 1;
    static constexpr Word address = 0x40'0000;
    static constexpr Word read_write = 3;
    static constexpr Word cacheable = 1;
    static constexpr auto pool_at = PhysAddr{0x80000};
    static constexpr auto large_at = PhysAddr{0x80'0000};
    static constexpr auto target = Failure::Lookup::Target;

    AddressSpaceTest() {
        kernel->asids.set_pool(0, arch::kernel_address(pool_at).as_pointer<AsidPool>());
        insert_root(slot(pool), Capability::asid_pool(pool_at, 0));
        insert_root(slot(asid_control), Capability::control(CapKind::AsidControl));
        EXPECT_TRUE(retype(api::ObjectType::VSpace, 0, vspace));
        EXPECT_TRUE(retype(api::ObjectType::SmallPage, 0, frame));
        EXPECT_TRUE(retype(api::ObjectType::PageTable, 0, tables, 3));
        EXPECT_TRUE(retype(api::ObjectType::VSpace, 0, other_vspace));
        insert_root(slot(large_frame),
                    Capability::frame(large_at, FrameSize::Large, false, FrameRights::ReadWrite));
        EXPECT_TRUE(assign(vspace));
    }

    Result<> assign(Word vspace_slot, Word pool_slot = pool) {
        return call(pool_slot, api::Invocation::AsidPoolAssign, {}, {vspace_slot});
    }

    Result<> map_table(Word table, Word where = address, Word space = vspace) {
        return call(table, api::Invocation::PageTableMap, {where, 0}, {space});
    }

    void map_tables() {
        for (Word table = tables; table < tables + 3; ++table) {
            ASSERT_TRUE(map_table(table));
        }
    }

    Result<> map(Word page = frame, Word where = address, Word rights = read_write,
                 Word attributes = cacheable, Word space = vspace) {
        return call(page, api::Invocation::PageMap, {where, rights, attributes}, {space});
    }

    Result<> unmap(Word page = frame) { return call(page, api::Invocation::PageUnmap, {}); }

    Result<> copy_frame(Word rights = read_write) {
        return call(node_slot, api::Invocation::CNodeCopy, {copy, 64, frame, 64, rights},
                    {node_slot});
    }

    [[nodiscard]] PageTable::Position walk(Word where = address) const {
        return slot(vspace).cap.object<VSpace>().root.walk(base::UserAddr{where});
    }

    static Failure missing(Word bits_left) {
        return Failure::failed_lookup(target, LookupFault::missing_capability(bits_left));
    }

    static Failure no_such_space() {
        return Failure::failed_lookup(target, LookupFault::invalid_root());
    }
};

} // namespace kernel
