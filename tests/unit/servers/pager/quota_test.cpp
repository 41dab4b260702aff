// SPDX-License-Identifier: BSD-2-Clause
//
// Limits of a space, and what can be seen of it from outside.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t data = 0x40'0000;

class QuotaTest : public PagerFixture {
protected:
    api::Word space = new_space(7);

    void limit(api::Word pages, api::Word regions = SetQuota::unlimited) {
        EXPECT_TRUE(call(manager, SetQuota{space, pages, regions}));
    }

    Error map(std::uint64_t at, std::uint64_t pages, Access access = Access::ReadWrite) {
        return error_of(call(client(space), Map{at, pages * page_size, access}));
    }

    StopReason stop_reason() { return call(manager, TakeReport{})->reason; }

    [[nodiscard]] std::uint64_t charged() const {
        PageMapper const& pages = find(space)->pages();
        return pages.private_pages() + pages.tables();
    }
};

TEST_F(QuotaTest, PagesUpToTheLimit) {
    limit(13);
    EXPECT_EQ(map(data, 100), Error::None);
    for (unsigned i = 0; i < 10; ++i) { // and three tables
        ASSERT_TRUE(write(space, data + i * page_size, std::byte{1})) << i;
    }
    EXPECT_FALSE(write(space, data + 10 * page_size, std::byte{1}));
    EXPECT_EQ(stop_reason(), StopReason::QuotaExceeded);
    EXPECT_EQ(charged(), 13);
    EXPECT_EQ(call_in_steps(client(space), Unmap{data, page_size}), Error::None);
    EXPECT_TRUE(write(space, data + 10 * page_size, std::byte{1}));
    EXPECT_EQ(charged(), 13);
    expect_balance();
}

TEST_F(QuotaTest, PagesAheadOfTimeDoNotPassIt) {
    while (memory->pool.refill(100, true)) {
    }
    limit(20);
    EXPECT_EQ(map(data, 100), Error::None);
    std::uint64_t written = 0;
    while (write(space, data + written * page_size, std::byte{1})) {
        ++written;
    }
    EXPECT_EQ(stop_reason(), StopReason::QuotaExceeded);
    EXPECT_EQ(written, 17);
    EXPECT_EQ(call_in_steps(client(space), Advise{data, 100 * page_size, Advice::Populate}),
              Error::QuotaExceeded);
    EXPECT_EQ(charged(), 20);
}

/// Who has more than it may keeps it, can use it, and can give it back.
TEST_F(QuotaTest, WhatIsThereStays) {
    EXPECT_EQ(map(data, 40), Error::None);
    for (unsigned i = 0; i < 4; ++i) {
        EXPECT_TRUE(write(space, data + i * page_size, static_cast<std::byte>(i)));
    }
    auto const first = call(manager, CloneSpace{space, 0, 8, Name::of("clone")});
    EXPECT_EQ(call(manager, CloneSpace{space, first->space, 8, {}})->done, 1);
    limit(0);
    fault_count = 0;
    EXPECT_EQ(read(space, data + page_size), std::byte{1}); // its table went, and comes back
    EXPECT_TRUE(write(space, data + page_size, std::byte{9}));
    EXPECT_GT(fault_count, 0);
    EXPECT_EQ(call_in_steps(client(space), Unmap{data + 2 * page_size, page_size}), Error::None);
    EXPECT_FALSE(read(space, data + 20 * page_size));
    EXPECT_EQ(stop_reason(), StopReason::QuotaExceeded);
    EXPECT_FALSE(write(space, data + 20 * page_size, std::byte{1}));
    EXPECT_EQ(stop_reason(), StopReason::QuotaExceeded);
    expect_balance();
}

TEST_F(QuotaTest, RegionsUpToTheLimit) {
    limit(SetQuota::unlimited, 3);
    EXPECT_EQ(map(data, 10), Error::None);
    EXPECT_EQ(map(data + 20 * page_size, 1), Error::None);
    EXPECT_EQ(map(data + 40 * page_size, 1), Error::None);
    EXPECT_EQ(map(data + 60 * page_size, 1), Error::QuotaExceeded);
    EXPECT_EQ(call_in_steps(client(space), Unmap{data + page_size, page_size}),
              Error::QuotaExceeded);
    EXPECT_EQ(call_in_steps(client(space), Protect{data + page_size, page_size, Access::Read}),
              Error::QuotaExceeded);
    for (Advice const advice : {Advice::Random, Advice::Lock}) {
        EXPECT_EQ(call_in_steps(client(space), Advise{data + page_size, page_size, advice}),
                  Error::QuotaExceeded);
    }
    EXPECT_EQ(call_in_steps(client(space), Advise{data, 10 * page_size, Advice::Random}),
              Error::None); // that cuts nothing
    EXPECT_EQ(call_in_steps(client(space), Unmap{data + 20 * page_size, page_size}), Error::None);
    EXPECT_EQ(call_in_steps(client(space), Unmap{data + page_size, page_size}), Error::None);
}

/// A region more for each end that is cut.
TEST_F(QuotaTest, WhatIsCutCountsEndByEnd) {
    struct Range {
        std::uint64_t page, pages;
        api::Word cuts;
    };
    auto const protect = [&](Range const& range, Access access) {
        return call_in_steps(
            client(space), Protect{data + range.page * page_size, range.pages * page_size, access});
    };
    auto const advise = [&](Range const& range, Advice advice) {
        return call_in_steps(
            client(space), Advise{data + range.page * page_size, range.pages * page_size, advice});
    };
    auto const leave_room = [&](api::Word room) {
        limit(SetQuota::unlimited);
        EXPECT_EQ(protect({0, 10, 0}, Access::ReadWrite), Error::None);
        EXPECT_EQ(protect({10, 10, 0}, Access::Read), Error::None);
        EXPECT_EQ(advise({0, 20, 0}, Advice::Normal), Error::None);
        EXPECT_EQ(find(space)->regions().size(), 2);
        limit(SetQuota::unlimited, 2 + room);
    };
    EXPECT_EQ(map(data, 20), Error::None);
    for (Range const range :
         {Range{0, 10, 0}, {0, 4, 1}, {4, 6, 1}, {4, 4, 2}, {0, 15, 1}, {4, 16, 1}, {4, 11, 2}}) {
        for (api::Word room = 0; room <= 2; ++room) {
            SCOPED_TRACE(testing::Message() << range.page << ' ' << range.pages << ' ' << room);
            Error const expected = room < range.cuts ? Error::QuotaExceeded : Error::None;
            leave_room(room);
            EXPECT_EQ(protect(range, Access::None), expected);
            leave_room(room);
            EXPECT_EQ(advise(range, Advice::Random), expected);
        }
    }
}

TEST_F(QuotaTest, OnlyInitSetsIt) {
    EXPECT_EQ(error_of(call(client(space), SetQuota{space, 1, 1})), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(manager, SetQuota{99, 1, 1})), Error::NotFound);
}

class InspectionTest : public QuotaTest {};

TEST_F(InspectionTest, TheBooksBalanceAndAMistakeIsNamed) {
    EXPECT_EQ(call(inspector, Check{})->discrepancy.view(), "");
    ++memory->zero_mapped;
    EXPECT_EQ(call(inspector, Check{})->discrepancy.view(), "mappings of the zero page differ");
    --memory->zero_mapped;
    EXPECT_EQ(error_of(call(client(space), Check{})), Error::PermissionDenied);
}

TEST_F(InspectionTest, HowPagesCame) {
    expect_lazy_policy();
    EXPECT_EQ(map(data, 100), Error::None);
    EXPECT_TRUE(call(manager, MapFile{space, 0, 20 * page_size, data + 200 * page_size,
                                      20 * page_size, Access::Read}));
    EXPECT_TRUE(write(space, data + 50 * page_size, std::byte{1}));
    EXPECT_TRUE(read(space, data));
    EXPECT_TRUE(read(space, data + 200 * page_size));
    EXPECT_TRUE(send_fault(space, data + 50 * page_size, FaultKind::Write));
    auto const lazy = call(inspector, LazyStatistics{7});
    EXPECT_EQ(lazy->reserved, 120);
    EXPECT_EQ(lazy->resident, 1 + 1 + 16);
    EXPECT_EQ(lazy->faults, 4);
    EXPECT_EQ(lazy->zero, 1);
    EXPECT_EQ(lazy->frames, 1);
    EXPECT_EQ(lazy->file, 1);
    EXPECT_EQ(lazy->ahead, 15);
    EXPECT_EQ(lazy->again, 1);
    EXPECT_EQ(lazy->copies, 0);
    EXPECT_EQ(error_of(call(inspector, LazyStatistics{99})), Error::NotFound);
    EXPECT_EQ(error_of(call(client(space), LazyStatistics{7})), Error::PermissionDenied);
}

TEST_F(InspectionTest, TablesOfAnEmptyPlaceGoWhenThereIsTime) {
    EXPECT_EQ(map(data, 1), Error::None);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_EQ(call_in_steps(client(space), Unmap{data, page_size}), Error::None);
    EXPECT_GT(statistics().page_tables, 0); // the next page often comes to the same place
    while (call(inspector, WorkAhead{})->more != 0) {
    }
    EXPECT_EQ(statistics().page_tables, 0);
    expect_balance();
}

TEST_F(InspectionTest, TheStockIsToldAndHowBigItIsToBe) {
    EXPECT_EQ(statistics().zeroed_wanted, statistics().total / 8 * 5 / page_size);
    auto const before = statistics().zeroed;
    while (call(inspector, WorkAhead{})->more != 0) {
    }
    auto const ready = statistics().zeroed;
    EXPECT_GT(ready, before);
    EXPECT_GE(ready, statistics().zeroed_wanted);
    EXPECT_EQ(map(data, 1), Error::None);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_EQ(statistics().zeroed, ready - 1);
}

/// Whoever else asks for work ahead does not make the pager forget that its worker sleeps.
TEST_F(InspectionTest, TheWorkerIsWokenWhenHalfTheStockIsGone) {
    auto const work_ahead = [&] { return call(inspector, WorkAhead{})->more != 0; };
    while (work_ahead()) {
    }
    EXPECT_EQ(map(data, 2500), Error::None);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_EQ(kernel.wakes, 0);
    EXPECT_TRUE(work_ahead());
    for (std::uint64_t i = 1; i < 2500; ++i) {
        ASSERT_TRUE(write(space, data + i * page_size, std::byte{1}));
    }
    EXPECT_EQ(kernel.wakes, 1);
    EXPECT_EQ(error_of(call(client(space), WorkAhead{})), Error::PermissionDenied);
}

TEST_F(InspectionTest, APageIsProtectedUntilItIsWritten) {
    EXPECT_EQ(map(data, 2), Error::None);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_TRUE(call(inspector, ProtectPage{7, data + 5, 1}));
    fault_count = 0;
    EXPECT_TRUE(write(space, data, std::byte{2}));
    EXPECT_EQ(fault_count, 1);
    EXPECT_TRUE(call(inspector, ProtectPage{7, data, 1}));
    EXPECT_TRUE(call(inspector, ProtectPage{7, data, 0}));
    EXPECT_TRUE(write(space, data, std::byte{3}));
    EXPECT_EQ(fault_count, 1);
    EXPECT_TRUE(call(client(space), Protect{data, page_size, Access::None}));
    EXPECT_TRUE(call(inspector, ProtectPage{7, data, 1})); // no access at all is as good
    EXPECT_TRUE(call(inspector, ProtectPage{7, data, 0}));
    EXPECT_FALSE(read(space, data));
    EXPECT_EQ(error_of(call(inspector, ProtectPage{7, data + page_size, 1})), Error::NotFound);
    EXPECT_EQ(error_of(call(inspector, ProtectPage{7, 0x1000, 1})), Error::NotFound);
    EXPECT_EQ(error_of(call(inspector, ProtectPage{99, data, 1})), Error::NotFound);
    EXPECT_EQ(error_of(call(client(space), ProtectPage{7, data, 1})), Error::PermissionDenied);
}

} // namespace

} // namespace pager::test
