// SPDX-License-Identifier: BSD-2-Clause
//
// What is counted of objects, address spaces and interrupts.

#include <tests/unit/kernel/counters.hpp>
#include <tests/unit/kernel/fixture.hpp>

namespace kernel {
namespace {

using api::Invocation;
using api::ObjectType;

constexpr Word address = 0x40'0000;
constexpr Word depth = 64;

class CountersTest : public KernelTest {
protected:
    CountersTest() {
        auto const at = allocate(AsidPool::size_bits);
        kernel->asids.set_pool(0, arch::kernel_address(at).as_pointer<AsidPool>());
        pool = add(Capability::asid_pool(at, 0));
        assign(space);
        map_tables();
    }

    void assign(Word vspace_slot) {
        EXPECT_EQ(invoke(pool, Invocation::AsidPoolAssign, {}, {vspace_slot}), success());
    }

    void map_tables() {
        for (unsigned level = 0; level < 3; ++level) {
            tables.push_back(make(ObjectType::PageTable));
            EXPECT_EQ(invoke(tables.back(), Invocation::PageTableMap, {address, 0}, {space}),
                      success());
        }
    }

    void map(Word page, Word rights = 3) {
        EXPECT_EQ(invoke(page, Invocation::PageMap, {address, rights, 1}, {space}), success());
    }

    void remove(Word index) {
        EXPECT_EQ(invoke(cnode, Invocation::CNodeDelete, {index, depth}), success());
    }

    /// Into slots that nothing else of this test is in.
    void retype(ObjectType type, Word size_bits, Word number) {
        EXPECT_EQ(invoke(untyped, Invocation::UntypedRetype,
                         {std::to_underlying(type), size_bits, 0, 0, made, number}, {cnode}),
                  success());
    }

    /// What `action` moves.
    Moves moved(auto action) {
        CounterWatch const watch{kernel->core.counters};
        action();
        return watch.moves();
    }

    static constexpr Word made = 200;
    Word pool{no_slot};
    Word space = make(ObjectType::VSpace);
    Word frame = make(ObjectType::SmallPage);
    Word untyped = make(ObjectType::Untyped, 17);
    std::vector<Word> tables;
};

TEST_F(CountersTest, MappingForgetsOnlyWhatWasThere) {
    EXPECT_EQ(moved([&] { map(frame); }), Moves{});
    EXPECT_EQ(moved([&] { map(frame, 2); }), (Moves{{"tlb_pages", 1}}));
    auto const unmap = [&] { EXPECT_EQ(invoke(frame, Invocation::PageUnmap), success()); };
    EXPECT_EQ(moved(unmap), (Moves{{"tlb_pages", 1}}));
    EXPECT_EQ(moved(unmap), Moves{});
    map(frame);
    EXPECT_EQ(moved([&] { remove(frame); }), (Moves{{"tlb_pages", 1}}));
}

TEST_F(CountersTest, ATableTakesTheTranslationsOfItsSpaceAlong) {
    EXPECT_EQ(moved([&] { EXPECT_EQ(invoke(tables[2], Invocation::PageTableUnmap), success()); }),
              (Moves{{"tlb_spaces", 1}}));
}

TEST_F(CountersTest, AsidsInUseComeAndGo) {
    auto const second = make(ObjectType::VSpace);
    auto const before = kernel->core.counters.asids_in_use;
    EXPECT_EQ(moved([&] { assign(second); }), (Moves{{"asids_in_use", 1}}));
    EXPECT_EQ(moved([&] { remove(second); }),
              (Moves{{"asids_in_use", -Word{1}}, {"tlb_spaces", 1}}));
    EXPECT_EQ(kernel->core.counters.asids_in_use, before);
}

TEST_F(CountersTest, APoolTakesItsAsidsAlong) {
    auto const second = make(ObjectType::VSpace);
    assign(second);
    EXPECT_EQ(kernel->core.counters.asids_in_use, 2u);
    EXPECT_EQ(moved([&] { remove(pool); }), (Moves{{"asids_in_use", -Word{2}}, {"tlb_spaces", 2}}));
    EXPECT_EQ(moved([&] { remove(second); }), Moves{}); // it has none any more
}

TEST_F(CountersTest, CacheMaintenanceCountsPages) {
    map(frame);
    auto const clean = [&](Word begin, Word end) {
        EXPECT_EQ(invoke(frame, Invocation::PageCleanData, {begin, end}), success());
    };
    EXPECT_EQ(moved([&] { clean(0, 1); }), (Moves{{"cache_pages", 1}}));
    EXPECT_EQ(moved([&] { clean(0, 4096); }), (Moves{{"cache_pages", 1}}));
}

TEST_F(CountersTest, RetypeCountsObjectsAndWhatItClears) {
    EXPECT_EQ(moved([&] { retype(ObjectType::SmallPage, 0, 3); }),
              (Moves{{"objects_made", 3}, {"bytes_cleared", 3 * 4096}}));
    for (Word index = made; index < made + 3; ++index) {
        remove(index);
    }
    EXPECT_EQ(moved([&] { retype(ObjectType::Endpoint, 0, 1); }),
              (Moves{{"objects_made", 1}, {"bytes_cleared", 16}}));
    remove(made);
    EXPECT_EQ(moved([&] { retype(ObjectType::Untyped, 12, 2); }), (Moves{{"objects_made", 2}}));
}

TEST_F(CountersTest, WhatIsRefusedIsNotCounted) {
    EXPECT_EQ(moved([&] {
                  EXPECT_EQ(invoke(untyped, Invocation::UntypedRetype, {0, 0, 0, 0, made, 0}).error,
                            api::Error::TruncatedMessage);
                  EXPECT_EQ(invoke(frame, Invocation::PageCleanData, {0, 1}).error,
                            api::Error::IllegalOperation); // is not mapped
                  EXPECT_EQ(invoke(pool, Invocation::AsidPoolAssign, {}, {space}).error,
                            api::Error::InvalidCapability);
              }),
              Moves{});
}

TEST_F(CountersTest, AnInterruptedOperationIsCountedAndGoesOn) {
    constexpr Word pages = 32;
    constexpr Word half = pages / 2 * api::page_size; // is remembered as done
    EXPECT_EQ(moved([&] {
                  interrupt_after(pages / 2);
                  call(*root, untyped,
                       {.label = std::to_underlying(Invocation::UntypedRetype),
                        .words = {std::to_underlying(ObjectType::SmallPage), 0, 0, 0, made, pages},
                        .caps = {cnode}});
              }),
              (Moves{{"preemptions", 1}, {"interrupts", 1}, {"bytes_cleared", half}}));
    EXPECT_EQ(moved([&] { trap(*root, api::Syscall::Call); }),
              (Moves{{"objects_made", pages}, {"bytes_cleared", half}}));
}

TEST_F(CountersTest, AnInterruptIsCountedIfThereIsOne) {
    EXPECT_EQ(moved([&] { handle_interrupt(*kernel); }), Moves{});
    arch::fake_machine().pending_irqs.push_back(arch::timer_irq);
    EXPECT_EQ(moved([&] { handle_interrupt(*kernel); }), (Moves{{"interrupts", 1}}));
}

} // namespace
} // namespace kernel
