// SPDX-License-Identifier: BSD-2-Clause
//
// Copies of pages that clones share, for who writes one after the other: how many come along with a
// fault, and who gets none.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t data = 0x40'0000;
constexpr std::uint64_t count = 64;
constexpr api::Word unlimited = SetQuota::unlimited;

constexpr std::uint64_t page(std::uint64_t number) {
    return data + number * page_size;
}

constexpr std::byte mark(std::uint64_t number) {
    return static_cast<std::byte>(number + 1);
}

/// Two spaces share some pages; the first one writes. There are frames in stock.
class CopyAheadTest : public PagerFixture {
protected:
    void SetUp() override {
        expect_lazy_policy();
        EXPECT_TRUE(call(client(space), Map{data, 2 * count * page_size, Access::ReadWrite}));
        for (std::uint64_t i = 0; i < count; ++i) {
            EXPECT_TRUE(write(space, page(i), mark(i)));
        }
        other = clone();
        fill_stock();
        ahead_before = space_faults().ahead;
    }

    void TearDown() override {
        for (std::uint64_t i = 0; other != 0 && i < count; ++i) {
            EXPECT_EQ(read(other, page(i)), mark(i));
        }
        expect_balance();
    }

    api::Word clone() {
        CloneSpace request{.source = space, .target = 0, .pid = 8, .name = Name::of("clone")};
        for (api::Word done = 0; done == 0;) {
            auto const step = call(manager, request);
            EXPECT_TRUE(step);
            request.target = step->space;
            done = step->done;
        }
        return request.target;
    }

    void fill_stock() {
        while (call(inspector, WorkAhead{})->more != 0) {
        }
    }

    FaultCounts const& space_faults() { return find(space)->faults(); }
    std::uint64_t ahead() { return space_faults().ahead - ahead_before; }
    std::uint64_t breaks() { return call(inspector, CopyOnWrite{})->breaks; }
    std::uint64_t upgrades() { return call(inspector, CopyOnWrite{})->upgrades; }

    /// Whether that took a fault. What was there is seen, whoever brought it.
    bool faults_to_write(std::uint64_t number) {
        auto const before = fault_count;
        auto* const byte = access(space, page(number), FaultKind::Write);
        EXPECT_NE(byte, nullptr);
        if (byte != nullptr) {
            EXPECT_EQ(*byte, number < count ? mark(number) : std::byte{0});
            *byte = std::byte{0xee};
        }
        return fault_count != before;
    }

    /// The pages of [first, end) whose writes fault, one after the other.
    std::vector<std::uint64_t> write_all(std::uint64_t first = 0, std::uint64_t end = count) {
        std::vector<std::uint64_t> faulted;
        for (std::uint64_t i = first; i < end; ++i) {
            if (faults_to_write(i)) {
                faulted.push_back(i);
            }
        }
        return faulted;
    }

    using Numbers = std::vector<std::uint64_t>;

    api::Word space = new_space(7);
    api::Word other{0};
    std::uint64_t ahead_before{0};
};

TEST_F(CopyAheadTest, WhoWritesInARowGetsTwiceAsManyWithEachFault) {
    EXPECT_EQ(write_all(), (Numbers{0, 1, 3, 7, 15, 31, 47, 63}));
    EXPECT_EQ(breaks(), count);
    EXPECT_EQ(ahead(), count - 8);
    EXPECT_EQ(call(inspector, CopyOnWrite{})->saved_now, 0);
}

TEST_F(CopyAheadTest, DownwardsToo) {
    Numbers faulted;
    for (std::uint64_t i = count; i-- > 0;) {
        if (faults_to_write(i)) {
            faulted.push_back(i);
        }
    }
    EXPECT_EQ(faulted, (Numbers{63, 62, 60, 56, 48, 32, 16, 0}));
    EXPECT_EQ(breaks(), count);
}

TEST_F(CopyAheadTest, WhoWritesHereAndThereGetsWhatItTouches) {
    Numbers touched;
    for (std::uint64_t i = 0; i < count / 2; ++i) {
        touched.push_back(i * 37 % count); // no two neighbours in a row
    }
    for (std::size_t i = 0; i < touched.size(); ++i) {
        EXPECT_TRUE(faults_to_write(touched[i]));
        EXPECT_EQ(breaks(), i + 1);
    }
    EXPECT_EQ(ahead(), 0);
    EXPECT_EQ(statistics().anonymous, (count + touched.size()) * page_size);
}

TEST_F(CopyAheadTest, WhoSaysSoGetsMoreFromTheFirstOnOrNone) {
    EXPECT_TRUE(call(client(space), Advise{data, 32 * page_size, Advice::Sequential}));
    EXPECT_TRUE(call(client(space), Advise{page(32), 32 * page_size, Advice::Random}));
    EXPECT_EQ(write_all(0, 32), (Numbers{0, 4, 12, 28}));
    EXPECT_EQ(write_all(32, 64).size(), 32);
}

TEST_F(CopyAheadTest, PagesThatWereReadBeforeComeToo) {
    for (std::uint64_t i = 0; i < count; ++i) {
        EXPECT_EQ(read(space, page(i)), mark(i));
    }
    EXPECT_EQ(write_all(), (Numbers{0, 1, 3, 7, 15, 31, 47, 63}));
    EXPECT_EQ(breaks(), count);
}

/// Of those that are its own already one is writable, and one will be.
TEST_F(CopyAheadTest, ThoseThatNobodySharesAnyMoreAreNotCopied) {
    EXPECT_TRUE(write(other, page(10), mark(10))); // has a copy: nobody else has this one now
    EXPECT_TRUE(faults_to_write(12));
    *access(space, page(12), FaultKind::Write) = mark(12);
    EXPECT_EQ(write_all(0, 15), (Numbers{0, 1, 3, 7}));
    EXPECT_EQ(upgrades(), 1);
    EXPECT_EQ(breaks(), 1 + 14); // the other's, and all but the one that was upgraded
    EXPECT_EQ(ahead(), 15 - 1 - 4);
}

/// Whether it is shared, or nobody else has it any more.
TEST_F(CopyAheadTest, NoPageComesAlongThatIsProtectedToBeSeen) {
    EXPECT_TRUE(call(inspector, ProtectPage{7, page(2), 1}));
    EXPECT_EQ(write_all(0, 4), (Numbers{0, 1, 2, 3}));
    EXPECT_TRUE(write(other, page(12), mark(12))); // has a copy
    EXPECT_TRUE(call(inspector, ProtectPage{7, page(12), 1}));
    EXPECT_EQ(write_all(10, 14), (Numbers{10, 11, 12, 13}));
    EXPECT_TRUE(call(inspector, ProtectPage{7, page(21), 1}));
    EXPECT_TRUE(faults_to_write(23));
    EXPECT_TRUE(faults_to_write(22));
    EXPECT_TRUE(faults_to_write(21)); // nor downwards
}

/// That ends with the next write, or when it is said.
TEST_F(CopyAheadTest, AProtectedPageComesAlongAgainLater) {
    EXPECT_TRUE(call(inspector, ProtectPage{7, page(2), 1}));
    EXPECT_TRUE(call(inspector, ProtectPage{7, page(2), 0}));
    EXPECT_EQ(write_all(0, 4), (Numbers{0, 1, 3}));
}

TEST_F(CopyAheadTest, ZeroPagesAreNotCopied) {
    EXPECT_EQ(read(space, page(count)), std::byte{0});
    EXPECT_EQ(write_all(0, count + 2), (Numbers{0, 1, 3, 7, 15, 31, 47, 63, 64, 65}));
    EXPECT_EQ(breaks(), count);
}

TEST_F(CopyAheadTest, ASpaceMayGetFewerOrNone) {
    EXPECT_TRUE(call(inspector, SetGrowth{7, Growth::unlimited, Growth::unlimited, 2}));
    EXPECT_EQ(write_all(0, 16), (Numbers{0, 1, 3, 6, 9, 12, 15}));
    EXPECT_TRUE(call(inspector, SetGrowth{7, Growth::unlimited, Growth::unlimited, 0}));
    EXPECT_EQ(write_all(32, 48).size(), 16);
}

TEST_F(CopyAheadTest, OnlyWithinTheQuota) {
    EXPECT_TRUE(faults_to_write(0)); // its tables are there again
    auto const tables = find(space)->pages().tables();
    EXPECT_TRUE(call(manager, SetQuota{space, count + tables + 2, unlimited}));
    EXPECT_EQ(write_all(1, 7), (Numbers{1, 3, 6})); // two more than it has
    EXPECT_TRUE(call(manager, SetQuota{space, count + tables, unlimited}));
    EXPECT_EQ(write_all(30, 40).size(), 10);
    EXPECT_TRUE(call(manager, SetQuota{space, 1, unlimited})); // less than it has already
    EXPECT_EQ(write_all(50, 60).size(), 10);
}

TEST_F(CopyAheadTest, OnlyWhatIsInStock) {
    constexpr std::uint64_t left = 10;
    api::Word const greedy = new_space(9);
    auto const all = statistics().zeroed;
    auto const at = call(client(greedy), Map{0, all * page_size, Access::ReadWrite})->address;
    for (std::uint64_t i = 0; statistics().zeroed > left; ++i) {
        EXPECT_TRUE(write(greedy, at + i * 37 % all * page_size, std::byte{1}));
    }
    EXPECT_EQ(write_all(0, left), (Numbers{0, 1, 3, 7})); // 1, 2, 4: three are left
    EXPECT_EQ(statistics().zeroed, 0);
    EXPECT_EQ(breaks(), left);
}

/// A copy, one that is upgraded, two copies: three calls of the kernel. Whichever fails, the page
/// that was touched is there, and what is not has taken nothing.
TEST_F(CopyAheadTest, WhereMemoryRunsOutTheRestIsLeftOut) {
    EXPECT_TRUE(faults_to_write(count - 1)); // so that there is a table
    EXPECT_TRUE(call(client(space), Advise{data, count * page_size, Advice::Sequential}));
    struct {
        std::uint64_t breaks, upgrades, ahead;
    } constexpr expected[]{{1, 0, 0}, {1, 0, 0}, {1, 1, 1}, {3, 1, 3}};
    for (int refused = 0; refused < 4; ++refused) {
        auto const first = static_cast<std::uint64_t>(refused) * 16;
        EXPECT_TRUE(write(other, page(first + 1), mark(first + 1)));
        fill_stock(); // and the reserve: what is refused is of the run itself
        auto const frames = statistics().anonymous;
        auto const before = *call(inspector, CopyOnWrite{});
        auto const came = ahead();
        kernel.fail_call_in = refused;
        EXPECT_TRUE(send_fault(space, page(first), FaultKind::Write));
        kernel.fail_call_in = -1;
        expect_balance();
        EXPECT_EQ(breaks() - before.breaks, expected[refused].breaks);
        EXPECT_EQ(upgrades() - before.upgrades, expected[refused].upgrades);
        EXPECT_EQ(ahead() - came, expected[refused].ahead);
        EXPECT_EQ(statistics().anonymous - frames, expected[refused].breaks * page_size);
        EXPECT_EQ(before.saved_now - call(inspector, CopyOnWrite{})->saved_now,
                  expected[refused].breaks);
    }
    kernel.fail_maps = true;
    EXPECT_FALSE(send_fault(space, page(count - 2), FaultKind::Write));
    kernel.fail_maps = false;
    expect_balance();
    EXPECT_TRUE(faults_to_write(count - 2));
}

TEST_F(CopyAheadTest, TheLastCloneCopiesNothing) {
    destroy_space(std::exchange(other, 0));
    write_all();
    EXPECT_EQ(breaks(), 0);
    EXPECT_EQ(statistics().anonymous, count * page_size);
}

TEST_F(CopyAheadTest, TheTraceSaysHowManyCame) {
    EXPECT_TRUE(call(inspector, SetTracing{Tracing::On}));
    write_all(0, 15);
    auto const traced = call(inspector, TracedFaults{0});
    ASSERT_TRUE(traced);
    ASSERT_EQ(traced->count, 4);
    for (unsigned i = 0; i < 4; ++i) {
        EXPECT_EQ(traced->faults[i].resolution, Resolution::Copy);
        EXPECT_EQ(traced->faults[i].ahead, (1u << i) - 1);
    }
    EXPECT_EQ(call(inspector, LazyStatistics{7})->copies, 4);
}

} // namespace

} // namespace pager::test
