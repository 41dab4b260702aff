// SPDX-License-Identifier: BSD-2-Clause
//
// What programs say about their memory and ask about it: places, the heap, advice, written pages.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t data = 0x40'0000;
constexpr std::uint64_t table_span = std::uint64_t{1} << api::large_page_bits;

class AdviceTest : public PagerFixture {
protected:
    api::Word space = new_space(7);

    void map(std::uint64_t at, std::uint64_t pages, Access access = Access::ReadWrite) {
        EXPECT_TRUE(call(client(space), Map{at, pages * page_size, access}));
    }

    Error advise(std::uint64_t at, std::uint64_t pages, Advice advice) {
        return call_in_steps(client(space), Advise{at, pages * page_size, advice});
    }

    Query::Reply query(std::uint64_t page) {
        auto const reply = call(client(space), Query{page});
        EXPECT_TRUE(reply);
        return *reply;
    }

    /// As often as it takes to get there.
    Result<Break::Reply> set_break(std::uint64_t end) {
        auto reply = call(client(space), Break{end});
        for (steps = 1; reply && end != 0 && reply->end > end; ++steps) {
            reply = call(client(space), Break{end});
        }
        return reply;
    }
};

TEST_F(AdviceTest, AHintIsTakenOrElsePassedBy) {
    auto const hint = [&](std::uint64_t at) {
        return call(client(space), Map{at, 2 * page_size, Access::Read, Placement::Hint});
    };
    EXPECT_EQ(hint(data)->address, data);
    EXPECT_GE(hint(data + page_size)->address, AddressSpace::map_area.raw());
    EXPECT_GE(hint(0)->address, AddressSpace::map_area.raw());
    EXPECT_EQ(error_of(hint(data + 1)), Error::NotAligned);
    EXPECT_EQ(error_of(hint(api::user_top + 1)), Error::InvalidAddress);
    EXPECT_EQ(error_of(call(client(space), Map{0, page_size, Access::Read, Placement{2}})),
              Error::BadMessage);
}

TEST_F(AdviceTest, TheHeapGrowsAndShrinks) {
    auto const start = set_break(0)->start;
    EXPECT_EQ(set_break(0)->end, start);
    EXPECT_FALSE(write(space, start, std::byte{1}));
    EXPECT_EQ(set_break(start + 10)->end, start + 10);
    EXPECT_TRUE(write(space, start + page_size - 1, std::byte{1}));
    EXPECT_EQ(set_break(start + 3 * page_size)->end, start + 3 * page_size);
    EXPECT_EQ(find(space)->regions().size(), 1);
    EXPECT_EQ(query(start).region, RegionKind::Heap);
    EXPECT_TRUE(write(space, start + 2 * page_size, std::byte{2}));
    EXPECT_EQ(set_break(start + page_size)->end, start + page_size);
    EXPECT_EQ(statistics().anonymous, page_size);
    EXPECT_EQ(set_break(start + 3 * page_size)->end, start + 3 * page_size);
    EXPECT_EQ(read(space, start + 2 * page_size), std::byte{0}); // not what was there before
    EXPECT_EQ(read(space, start + page_size - 1), std::byte{1});
    EXPECT_EQ(set_break(start)->end, start);
    EXPECT_EQ(find(space)->regions().size(), 0);
    EXPECT_EQ(find(space)->reserved(), 0);
}

TEST_F(AdviceTest, ABigHeapShrinksInSteps) {
    auto const start = set_break(0)->start;
    constexpr std::uint64_t pages = 1500;
    EXPECT_TRUE(set_break(start + pages * page_size));
    EXPECT_EQ(advise(start, pages, Advice::Populate), Error::None);
    EXPECT_EQ(set_break(start + page_size)->end, start + page_size);
    EXPECT_GT(steps, 2);
    EXPECT_EQ(statistics().anonymous, page_size);
    EXPECT_EQ(find(space)->reserved(), page_size);
    expect_balance();
}

TEST_F(AdviceTest, TheHeapStaysInItsRoom) {
    auto const start = set_break(0)->start;
    EXPECT_EQ(error_of(set_break(start - 1)), Error::InvalidAddress);
    EXPECT_EQ(error_of(set_break(AddressSpace::map_area.raw() + 1)), Error::InvalidAddress);
    map(start + 5 * page_size, 1);
    EXPECT_EQ(error_of(set_break(start + 6 * page_size)), Error::AlreadyMapped);
    EXPECT_EQ(set_break(0)->end, start);
    EXPECT_TRUE(set_break(start + 5 * page_size));
}

TEST_F(AdviceTest, PopulatedMemoryDoesNotFault) {
    map(data, 200);
    EXPECT_EQ(advise(data, 200, Advice::Populate), Error::None);
    EXPECT_GT(steps, 2);
    for (std::uint64_t i = 0; i < 200; ++i) {
        ASSERT_TRUE(write(space, data + i * page_size, std::byte{1}));
    }
    EXPECT_EQ(fault_count, 0);
    EXPECT_EQ(statistics().anonymous, 200 * page_size);
}

TEST_F(AdviceTest, PopulateCopiesWhatIsShared) {
    map(data, 2);
    EXPECT_EQ(read(space, data), std::byte{0}); // the page of zeroes is replaced
    EXPECT_TRUE(call(
        manager, MapFile{space, 0, page_size, data + 2 * page_size, page_size, Access::ReadWrite}));
    EXPECT_EQ(advise(data, 3, Advice::Populate), Error::None);
    EXPECT_EQ(statistics().anonymous, 3 * page_size);
    fault_count = 0;
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_TRUE(write(space, data + 2 * page_size, std::byte{1}));
    EXPECT_EQ(read(space, data + 2 * page_size + 1), archive_byte(1));
    EXPECT_EQ(fault_count, 0);
}

TEST_F(AdviceTest, WillNeedMapsOnlyWhatIsInMemory) {
    EXPECT_TRUE(
        call(manager, MapFile{space, 0, 20 * page_size, data, 24 * page_size, Access::Read}));
    EXPECT_EQ(advise(data, 24, Advice::WillNeed), Error::None);
    EXPECT_EQ(statistics().file_mapped, 20 * page_size);
    EXPECT_EQ(statistics().anonymous, 0);
    EXPECT_EQ(statistics().zero_mapped, 0);
    EXPECT_EQ(read(space, data + 19 * page_size), archive_byte(19 * page_size));
    EXPECT_EQ(fault_count, 0);
}

TEST_F(AdviceTest, WhatIsNotNeededIsGoneAtOnce) {
    map(data, 3);
    EXPECT_TRUE(call(
        manager, MapFile{space, 0, page_size, data + 3 * page_size, page_size, Access::ReadWrite}));
    for (std::uint64_t i = 0; i < 4; ++i) {
        EXPECT_TRUE(write(space, data + i * page_size, std::byte{9}));
    }
    EXPECT_EQ(advise(data, 1, Advice::DontNeed), Error::None);
    EXPECT_EQ(advise(data + 3 * page_size, 1, Advice::Free), Error::None);
    EXPECT_EQ(statistics().anonymous, 2 * page_size);
    EXPECT_EQ(read(space, data), std::byte{0});
    EXPECT_EQ(read(space, data + page_size), std::byte{9});
    EXPECT_EQ(read(space, data + 3 * page_size), archive_byte(0));
    EXPECT_EQ(find(space)->reserved(), 4 * page_size);
}

TEST_F(AdviceTest, LockedMemoryIsThereAndStays) {
    map(data, 4);
    EXPECT_EQ(advise(data + page_size, 2, Advice::Lock), Error::None);
    EXPECT_EQ(statistics().anonymous, 2 * page_size);
    EXPECT_EQ(query(data).is_locked, 0);
    EXPECT_EQ(query(data + page_size).is_locked, 1);
    EXPECT_EQ(advise(data, 4, Advice::DontNeed), Error::PermissionDenied);
    EXPECT_EQ(statistics().anonymous, 2 * page_size);
    EXPECT_EQ(advise(data, 4, Advice::Unlock), Error::None);
    EXPECT_EQ(find(space)->regions().size(), 1);
    EXPECT_EQ(advise(data, 4, Advice::DontNeed), Error::None);
    EXPECT_EQ(statistics().anonymous, 0);
}

TEST_F(AdviceTest, RandomAccessBringsNoNeighbours) {
    EXPECT_TRUE(
        call(manager, MapFile{space, 0, 32 * page_size, data, 32 * page_size, Access::Read}));
    EXPECT_EQ(advise(data, 32, Advice::Random), Error::None);
    EXPECT_TRUE(read(space, data + 5 * page_size));
    EXPECT_EQ(statistics().file_mapped, page_size);
    EXPECT_EQ(advise(data, 32, Advice::Normal), Error::None);
    EXPECT_TRUE(read(space, data + 6 * page_size));
    EXPECT_EQ(statistics().file_mapped, 16 * page_size);
}

TEST_F(AdviceTest, SequentialAccessIsMetOnTheWay) {
    map(data, 64);
    EXPECT_EQ(advise(data, 64, Advice::Sequential), Error::None);
    EXPECT_TRUE(memory->pool.refill(100, true));
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_TRUE(write(space, data + page_size, std::byte{1}));
    EXPECT_EQ(fault_count, 1);
}

TEST_F(AdviceTest, AdviceIsRefused) {
    map(data, 2);
    EXPECT_TRUE(call(manager, MapBuffer{space, data + 2 * page_size}));
    EXPECT_EQ(advise(data, 2, Advice{99}), Error::BadMessage);
    EXPECT_EQ(advise(data, 4, Advice::Normal), Error::RegionNotFound);
    EXPECT_EQ(advise(data + 1, 1, Advice::Normal), Error::NotAligned);
    EXPECT_EQ(advise(data, 0, Advice::Normal), Error::InvalidSize);
    EXPECT_EQ(advise(data, 3, Advice::DontNeed), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(99), Advise{data, page_size, Advice::Normal})),
              Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(99), Break{0})), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(99), Query{data})), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(99), Written{data, page_size})), Error::PermissionDenied);
}

TEST_F(AdviceTest, PopulateRunsOutOfMemoryWithoutHarm) {
    map(data, 20'000);
    EXPECT_EQ(advise(data, 20'000, Advice::Populate), Error::OutOfMemory);
    EXPECT_GT(statistics().anonymous, statistics().total / 2);
    expect_balance();
    EXPECT_EQ(advise(data, 20'000, Advice::DontNeed), Error::None);
    EXPECT_EQ(statistics().anonymous, 0);
}

TEST_F(AdviceTest, AQueryTellsAboutThePage) {
    map(data, 2);
    EXPECT_EQ(query(data).page, PageKind::Absent);
    EXPECT_EQ(query(data).is_mapped, 0);
    EXPECT_EQ(read(space, data), std::byte{0});
    EXPECT_EQ(query(data).page, PageKind::Zero);
    EXPECT_EQ(query(data).is_mapped, 1);
    EXPECT_EQ(query(data).is_writable, 0);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_EQ(query(data).page, PageKind::Private);
    EXPECT_EQ(query(data).is_writable, 1);
    EXPECT_EQ(query(data).references, 1);
    EXPECT_EQ(call_in_steps(client(space), Protect{data, page_size, Access::None}), Error::None);
    EXPECT_EQ(query(data).page, PageKind::Private);
    EXPECT_EQ(query(data).is_mapped, 0);
    EXPECT_EQ(query(data).access, Access::None);
    EXPECT_TRUE(call(manager, MapBuffer{space, data + 2 * page_size}));
    EXPECT_EQ(query(data + 2 * page_size).page, PageKind::Buffer);
    EXPECT_EQ(error_of(call(client(space), Query{data - page_size})), Error::RegionNotFound);
    EXPECT_EQ(error_of(call(client(space), Query{data + 1})), Error::NotAligned);
    EXPECT_EQ(error_of(call(client(space), Query{0})), Error::InvalidAddress);
}

TEST_F(AdviceTest, WrittenPagesAreToldOnce) {
    auto const written = [&](std::uint64_t pages) {
        return call(client(space), Written{data, pages * page_size});
    };
    map(data, 64);
    EXPECT_TRUE(write(space, data + 3 * page_size, std::byte{1}));
    EXPECT_TRUE(write(space, data + 40 * page_size, std::byte{1}));
    EXPECT_EQ(read(space, data + 5 * page_size), std::byte{0});
    EXPECT_EQ(written(64)->pages, base::bit(3) | base::bit(40));
    EXPECT_EQ(written(64)->pages, 0);
    EXPECT_EQ(read(space, data + 3 * page_size), std::byte{1});
    EXPECT_EQ(written(64)->pages, 0);
    EXPECT_TRUE(write(space, data + 3 * page_size, std::byte{2}));
    EXPECT_EQ(written(64)->pages, base::bit(3));
    EXPECT_EQ(error_of(written(65)), Error::InvalidSize);
    EXPECT_EQ(error_of(written(0)), Error::InvalidSize);
    EXPECT_EQ(error_of(call(client(space), Written{data + 60 * page_size, 8 * page_size})),
              Error::RegionNotFound);
}

TEST_F(AdviceTest, GuardsAndBuffersAreNeverSaidToBeWritten) {
    EXPECT_TRUE(call(manager, MapStack{space, 0x7000'0000, page_size}));
    EXPECT_TRUE(call(manager, MapBuffer{space, 0x7000'0000}));
    EXPECT_TRUE(write(space, 0x7000'0000 - page_size, std::byte{1}));
    auto const reply = call(client(space), Written{0x7000'0000 - 3 * page_size, 4 * page_size});
    EXPECT_EQ(reply->pages, base::bit(2)); // guard, guard, stack, buffer
}

TEST_F(AdviceTest, AStreamDownwardsIsMetToo) {
    expect_lazy_policy();
    constexpr std::uint64_t pages = 64;
    map(data, pages);
    while (memory->pool.refill(100, true)) {
    }
    for (std::uint64_t i = pages; i-- > 0;) {
        ASSERT_TRUE(write(space, data + i * page_size, std::byte{1}));
    }
    EXPECT_LT(fault_count, 12);
    EXPECT_EQ(statistics().anonymous, pages * page_size);
}

/// The capabilities that showed zeroes before may be anywhere by now, and must not take away what
/// others show.
TEST_F(AdviceTest, ZeroesCanBeShownAtTheSamePlaceAgain) {
    constexpr std::uint64_t pages = 700;
    map(data, pages);
    for (unsigned round = 0; round < 4; ++round) {
        for (std::uint64_t i = 0; i < pages; ++i) {
            ASSERT_EQ(read(space, data + i * page_size), std::byte{0});
        }
        fault_count = 0;
        for (std::uint64_t i = 0; i < pages; ++i) {
            ASSERT_EQ(read(space, data + i * page_size), std::byte{0});
        }
        EXPECT_EQ(fault_count, 0);
        EXPECT_TRUE(write(space, data + round * page_size, std::byte{1}));
        EXPECT_EQ(advise(data, pages, Advice::DontNeed), Error::None);
    }
}

TEST_F(AdviceTest, ManyTablesProtectedAtOnce) {
    map(data, 4 * leaf_pages);
    EXPECT_EQ(advise(data, 4 * leaf_pages, Advice::Populate), Error::None);
    EXPECT_EQ(call_in_steps(client(space), Protect{data, 4 * table_span, Access::Read}),
              Error::None);
    EXPECT_FALSE(write(space, data + table_span, std::byte{1}));
    EXPECT_EQ(read(space, data + table_span), std::byte{0});
    EXPECT_EQ(call_in_steps(client(space), Protect{data, 4 * table_span, Access::ReadWrite}),
              Error::None);
    EXPECT_TRUE(write(space, data + table_span, std::byte{1}));
    EXPECT_EQ(statistics().anonymous, 4 * leaf_pages * page_size);
    expect_balance();
}

} // namespace

} // namespace pager::test
