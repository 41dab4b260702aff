// SPDX-License-Identifier: BSD-2-Clause
//
// The trace of faults: what is written of each, who may read it, and what is lost when.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

class FaultTraceTest : public PagerFixture {
protected:
    static constexpr std::uint64_t text = 0x40'0000;
    static constexpr std::uint64_t instruction = 0x40'0123; // as vm_fault() has it

    explicit FaultTraceTest(std::vector<Ram> const& ram = {{0x4000'0000, 24}, {0x4100'0000, 22}})
        : PagerFixture{ram} {}

    void SetUp() override { expect_lazy_policy(); }

    Error trace(Tracing tracing) { return error_of(call(inspector, SetTracing{tracing})); }

    TracedFaults::Reply traced(api::Word from = 0) {
        auto const reply = call(inspector, TracedFaults{from});
        EXPECT_TRUE(reply);
        return *reply;
    }

    TracedFault last() {
        auto const reply = traced(traced(~api::Word{0}).behind - 1);
        EXPECT_EQ(reply.count, 1);
        return reply.faults[0];
    }

    std::uint64_t map(std::uint64_t pages, Access access = Access::ReadWrite) {
        auto const reply = call(client(space), Map{0, pages * page_size, access});
        EXPECT_TRUE(reply);
        return reply ? reply->address : 0;
    }

    /// So many faults that show the page of zeroes, each at another page.
    void fault_often(std::uint64_t count) {
        constexpr std::uint64_t at_once = 1000;
        for (std::uint64_t done = 0; done < count; ++done) {
            if (done % at_once == 0) {
                next_ = map(at_once);
                EXPECT_TRUE(
                    call(client(space), Advise{next_, at_once * page_size, Advice::Random}));
            }
            EXPECT_TRUE(read(space, next_ + done % at_once * page_size));
        }
    }

    api::Word const space = new_space(7);

private:
    std::uint64_t next_{0};
};

TEST_F(FaultTraceTest, IsOffAndEmptyAtFirst) {
    EXPECT_TRUE(write(space, map(1), std::byte{1}));
    auto const reply = traced();
    EXPECT_EQ(reply.tracing, Tracing::Off);
    EXPECT_EQ(reply.behind, 0);
    EXPECT_EQ(reply.count, 0);
}

TEST_F(FaultTraceTest, SaysWhoTouchedWhatAndWhere) {
    EXPECT_EQ(trace(Tracing::On), Error::None);
    auto const at = map(2);
    EXPECT_TRUE(write(space, at + page_size + 5, std::byte{1}));
    auto const reply = traced();
    EXPECT_EQ(reply.tracing, Tracing::On);
    ASSERT_EQ(reply.count, 1);
    EXPECT_EQ(reply.behind, 1);
    TracedFault const& fault = reply.faults[0];
    EXPECT_EQ(fault.pid, 7);
    EXPECT_EQ(fault.space, space);
    EXPECT_EQ(fault.address, at + page_size + 5);
    EXPECT_EQ(fault.instruction, instruction);
    EXPECT_EQ(fault.kind, static_cast<std::uint8_t>(FaultKind::Write));
    EXPECT_EQ(fault.resolution, Resolution::Frame);
    EXPECT_EQ(fault.reason, 0);
    EXPECT_EQ(fault.ahead, 0);
}

TEST_F(FaultTraceTest, CountsTimeUpAndInstructionsOfOneFaultEach) {
    EXPECT_EQ(trace(Tracing::On), Error::None);
    fault_often(3);
    auto const reply = traced();
    ASSERT_EQ(reply.count, 3);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(reply.faults[i].instructions, 100); // also where the counter overflows
        EXPECT_TRUE(i == 0 || reply.faults[i].ticks > reply.faults[i - 1].ticks);
    }
}

TEST_F(FaultTraceTest, TellsHowFaultsWereServed) {
    EXPECT_EQ(trace(Tracing::On), Error::None);
    auto const at = map(4);
    EXPECT_TRUE(read(space, at));
    EXPECT_EQ(last().resolution, Resolution::Zero);
    EXPECT_EQ(last().kind, static_cast<std::uint8_t>(FaultKind::Read));
    EXPECT_TRUE(call(manager, MapFile{space, 2 * page_size, 20 * page_size, text, 20 * page_size,
                                      Access::ReadExecute}));
    EXPECT_TRUE(execute(space, text + 3 * page_size));
    EXPECT_EQ(last().resolution, Resolution::File);
    EXPECT_EQ(last().kind, static_cast<std::uint8_t>(FaultKind::Execute));
    EXPECT_EQ(last().ahead, 15);
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(last().resolution, Resolution::Frame);
    EXPECT_TRUE(call(inspector, ProtectPage{7, at, 1}));
    EXPECT_TRUE(write(space, at, std::byte{2}));
    EXPECT_EQ(last().resolution, Resolution::Again);
}

TEST_F(FaultTraceTest, TellsWhoCopiesAndWhoIsTheLast) {
    auto const at = map(4);
    EXPECT_TRUE(write(space, at, std::byte{1}));
    auto const clone = call(manager, CloneSpace{space, 0, 8, Name::of("clone")});
    ASSERT_TRUE(clone);
    for (api::Word done = 0; done == 0;) {
        auto const step = call(manager, CloneSpace{space, clone->space, 8, {}});
        ASSERT_TRUE(step);
        done = step->done;
    }
    EXPECT_EQ(trace(Tracing::On), Error::None);
    EXPECT_TRUE(write(clone->space, at, std::byte{2}));
    EXPECT_EQ(last().resolution, Resolution::Copy);
    EXPECT_EQ(last().pid, 8);
    EXPECT_TRUE(write(space, at, std::byte{3}));
    EXPECT_EQ(last().resolution, Resolution::Upgrade);
    EXPECT_EQ(last().pid, 7);
}

TEST_F(FaultTraceTest, TellsWhoIsTheFirstInSharedMemory) {
    constexpr std::uint64_t size = 4 * page_size;
    auto const memory = call(client(space), MapShared{0, size, Access::ReadWrite});
    ASSERT_TRUE(memory);
    auto const offer = call(client(space), Share{memory->address, size, Access::Read});
    ASSERT_TRUE(offer);
    api::Word const other = new_space(8);
    auto const part = call(client(other), Attach{offer->token, 0, Access::Read});
    ASSERT_TRUE(part);
    EXPECT_EQ(trace(Tracing::On), Error::None);
    for (std::uint64_t page = 0; page < size; page += page_size) {
        EXPECT_TRUE(write(space, memory->address + page, std::byte{1}));
        EXPECT_EQ(last().resolution, Resolution::Frame);
    }
    EXPECT_TRUE(read(other, part->address));
    EXPECT_EQ(last().resolution, Resolution::Again);
    EXPECT_EQ(last().ahead, 3);
    auto const lazy = call(inspector, LazyStatistics{8});
    ASSERT_TRUE(lazy);
    EXPECT_EQ(lazy->faults, 1);
    EXPECT_EQ(lazy->again, 1); // the others are ahead
    EXPECT_EQ(lazy->ahead, 3);
}

TEST_F(FaultTraceTest, TellsWhyAClientIsStopped) {
    EXPECT_EQ(trace(Tracing::On), Error::None);
    auto const at = map(1, Access::Read);
    EXPECT_FALSE(write(space, at, std::byte{1}));
    EXPECT_EQ(last().resolution, Resolution::Refused);
    EXPECT_EQ(last().reason, static_cast<std::uint16_t>(StopReason::Forbidden));
    EXPECT_FALSE(read(space, 0x100)); // although its first report has not been taken yet
    EXPECT_EQ(last().reason, static_cast<std::uint16_t>(StopReason::NoRegion));
    EXPECT_TRUE(read(space, at));
    EXPECT_EQ(last().resolution, Resolution::Zero);
    EXPECT_EQ(last().reason, 0);
    EXPECT_TRUE(call(manager, TakeReport{}));
}

TEST_F(FaultTraceTest, IsReadFromAnyPlaceOn) {
    EXPECT_EQ(trace(Tracing::On), Error::None);
    fault_often(50);
    auto const all = traced();
    EXPECT_EQ(all.first, 0);
    EXPECT_EQ(all.behind, 50);
    EXPECT_EQ(all.count, TracedFaults::max_faults);
    auto const rest = traced(45);
    EXPECT_EQ(rest.first, 45);
    EXPECT_EQ(rest.count, 5);
    EXPECT_EQ(rest.faults[0].address, all.faults[0].address + 45 * page_size);
    for (api::Word const from : {api::Word{50}, ~api::Word{0}}) {
        auto const none = traced(from);
        EXPECT_EQ(none.first, 50);
        EXPECT_EQ(none.count, 0);
    }
}

TEST_F(FaultTraceTest, StopsAndGoesOnBehindWhatIsThere) {
    EXPECT_EQ(trace(Tracing::On), Error::None);
    fault_often(2);
    EXPECT_EQ(trace(Tracing::Off), Error::None);
    fault_often(5);
    EXPECT_EQ(traced().tracing, Tracing::Off);
    EXPECT_EQ(traced().count, 2);
    EXPECT_EQ(trace(Tracing::On), Error::None);
    fault_often(1);
    EXPECT_EQ(traced().count, 3);
}

TEST_F(FaultTraceTest, ForgetsTheOldestFirst) {
    EXPECT_EQ(trace(Tracing::On), Error::None);
    constexpr std::uint64_t often = 3000; // 20 MiB have a ring of 5 pages with 85 faults each
    fault_often(often);
    auto from = traced().first;
    EXPECT_EQ(from, often - often % 85 - 4 * 85);
    EXPECT_EQ(traced(from - 1).first, from);
    std::uint64_t seen = 0;
    auto address = traced(from).faults[0].address;
    while (auto const count = traced(from).count) {
        auto const reply = traced(from);
        ASSERT_EQ(reply.first, from);
        for (auto const& fault : reply.view()) {
            bool const is_next_mapping = (from + seen) % 1000 == 0;
            ASSERT_TRUE(is_next_mapping || fault.address == address) << seen;
            address = fault.address + page_size;
        }
        seen += count;
        from += count;
        address = traced(from).faults[0].address;
    }
    EXPECT_EQ(from, often);
}

TEST_F(FaultTraceTest, GivesItsMemoryBack) {
    constexpr std::uint64_t pages = 5; // a 1024th of 20 MiB
    EXPECT_EQ(trace(Tracing::On), Error::None);
    fault_often(1000);
    auto const traced_until = traced().behind;
    EXPECT_EQ(traced_until, 1000);
    auto const before = statistics();
    EXPECT_EQ(trace(Tracing::Clear), Error::None);
    EXPECT_EQ(before.pager, statistics().pager + pages * page_size);
    EXPECT_EQ(statistics().free, before.free + pages * page_size);
    EXPECT_EQ(traced().tracing, Tracing::Off);
    EXPECT_EQ(traced().count, 0);
    EXPECT_EQ(traced().behind, traced_until);
    EXPECT_EQ(trace(Tracing::On), Error::None);
    fault_often(1);
    EXPECT_EQ(traced().first, traced_until);
    EXPECT_EQ(traced().count, 1);
    EXPECT_EQ(trace(Tracing::Clear), Error::None);
    EXPECT_EQ(trace(Tracing::Clear), Error::None);
}

TEST_F(FaultTraceTest, IsForWhoMayInspect) {
    EXPECT_EQ(error_of(call(client(space), SetTracing{Tracing::On})), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(manager, TracedFaults{0})), Error::PermissionDenied);
    EXPECT_EQ(trace(Tracing{3}), Error::BadMessage);
    EXPECT_EQ(trace(Tracing{~api::Word{0}}), Error::BadMessage);
}

class ShortOfMemoryTest : public FaultTraceTest {
protected:
    ShortOfMemoryTest() : FaultTraceTest{{{0x4000'0000, 21}}} {}
};

TEST_F(ShortOfMemoryTest, DoesWithoutMorePagesWhenMemoryIsShort) {
    EXPECT_EQ(trace(Tracing::On), Error::None);
    auto const at = map(1000);
    std::uint64_t faults = 0;
    while (write(space, at + faults * page_size, std::byte{1})) {
        ++faults;
    }
    EXPECT_EQ(last().resolution, Resolution::Refused);
    EXPECT_EQ(last().reason, static_cast<std::uint16_t>(StopReason::OutOfMemory));
    EXPECT_EQ(trace(Tracing::Clear), Error::None);
    std::vector<api::Word> lent; // clients must leave more than the trace
    while (auto const untyped = call(manager, TakeUntyped{16})) {
        lent.push_back(untyped->id);
    }
    EXPECT_EQ(trace(Tracing::On), Error::OutOfMemory);
    EXPECT_EQ(traced().tracing, Tracing::Off);
    for (api::Word const id : lent) {
        EXPECT_TRUE(call(manager, ReturnUntyped{id}));
    }
    EXPECT_EQ(trace(Tracing::On), Error::None);
    EXPECT_TRUE(call(manager, TakeReport{}));
}

} // namespace

} // namespace pager::test
