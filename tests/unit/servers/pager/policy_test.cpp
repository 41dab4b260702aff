// SPDX-License-Identifier: BSD-2-Clause
//
// Policies: that bad advice does no harm, and what the one that is built in advises.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

/// Advises what is wrong wherever it can.
class Foolish final : public policy::Policy {
public:
    [[nodiscard]] std::string_view name() const override { return "foolish"; }

    [[nodiscard]] policy::ZeroFill fill_zeroes(policy::Touch const&) const override {
        return policy::ZeroFill::SharedPage; // even for writes
    }

    [[nodiscard]] policy::Neighbours map_around(policy::Touch const&, policy::Content,
                                                std::uint32_t) const override {
        return {.before = 0xffff'ffff, .behind = 0xffff'ffff};
    }

    [[nodiscard]] std::uint64_t keep_free(policy::Demand const&) const override {
        return ~std::uint64_t{0};
    }
};

/// A frame at the first touch, and no page that was not asked for.
class Plain final : public policy::Policy {
public:
    [[nodiscard]] std::string_view name() const override { return "plain"; }

    [[nodiscard]] policy::ZeroFill fill_zeroes(policy::Touch const&) const override {
        return policy::ZeroFill::OwnFrame;
    }

    [[nodiscard]] policy::Neighbours map_around(policy::Touch const&, policy::Content,
                                                std::uint32_t) const override {
        return {};
    }
    [[nodiscard]] std::uint64_t keep_free(policy::Demand const&) const override { return 0; }
};

Foolish const foolish;
Plain const plain;

class FoolishPolicyTest : public PagerFixture {
protected:
    FoolishPolicyTest() : PagerFixture{{{0x4000'0000, 24}}, foolish} {}
};

TEST_F(FoolishPolicyTest, WritesGetFramesAllTheSame) {
    auto const space = new_space();
    auto const at = call(client(space), Map{0, page_size, Access::ReadWrite})->address;
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(statistics().anonymous, page_size);
    EXPECT_EQ(find(space)->faults().refused_advice, 2); // and so many neighbours
}

TEST_F(FoolishPolicyTest, NeighboursStayInTheRegionAndAreFew) {
    auto const space = new_space();
    EXPECT_TRUE(
        call(manager, MapFile{space, 0, 30 * page_size, 0x40'0000, 30 * page_size, Access::Read}));
    EXPECT_TRUE(read(space, 0x40'0000 + 20 * page_size));
    EXPECT_EQ(statistics().file_mapped, (policy::max_neighbours + 1) * page_size);
    EXPECT_EQ(find(space)->faults().refused_advice, 1);
}

TEST_F(FoolishPolicyTest, AnEighthIsTheMostThatIsKeptFree) {
    auto const space = new_space();
    auto const at = call(client(space), Map{0, 1u << 25, Access::ReadWrite})->address;
    std::uint64_t pages = 0;
    while (write(space, at + pages * page_size, std::byte{1})) {
        ++pages;
    }
    EXPECT_EQ(call(manager, TakeReport{})->reason, StopReason::OutOfMemory);
    auto const now = statistics();
    EXPECT_LE(now.free, now.total / 8 + 2 * group_frames * page_size);
    EXPECT_GT(now.free, now.total / 9);
    EXPECT_TRUE(call(manager, CreateSpace{})); // what it is kept for
}

class PlainPolicyTest : public PagerFixture {
protected:
    PlainPolicyTest() : PagerFixture{{{0x4000'0000, 24}}, plain} {}
};

TEST_F(PlainPolicyTest, AReadGetsAFrameAndTheWriteNoFault) {
    auto const space = new_space();
    auto const at = call(client(space), Map{0, page_size, Access::ReadWrite})->address;
    EXPECT_EQ(read(space, at), std::byte{0});
    EXPECT_TRUE(write(space, at, std::byte{1}));
    EXPECT_EQ(fault_count, 1);
}

TEST_F(PlainPolicyTest, OnePageForOneFault) {
    auto const space = new_space();
    EXPECT_TRUE(
        call(manager, MapFile{space, 0, 9 * page_size, 0x40'0000, 9 * page_size, Access::Read}));
    EXPECT_TRUE(read(space, 0x40'0000));
    EXPECT_EQ(statistics().file_mapped, page_size);
}

TEST(SelectedPolicy, GivesSoundAdvice) {
    auto const& policy = policy::selected();
    EXPECT_FALSE(policy.name().empty());
    for (std::uint64_t page = 0; page < 40; ++page) {
        policy::Touch const touch{.space = SpaceNumber{1},
                                  .region = RegionKind::File,
                                  .access = Access::ReadWrite,
                                  .kind = FaultKind::Write,
                                  .page = page,
                                  .pages = 40};
        EXPECT_EQ(policy.fill_zeroes(touch), policy::ZeroFill::OwnFrame);
        for (auto const content : {policy::Content::Zeroes, policy::Content::File,
                                   policy::Content::Frame, policy::Content::Shared}) {
            auto const around = policy.map_around(touch, content, static_cast<unsigned>(page % 5));
            EXPECT_LE(around.before, page);
            EXPECT_LE(around.before + around.behind, policy::max_neighbours);
            EXPECT_LT(page + around.behind, 40);
        }
    }
    constexpr std::uint64_t total = 1u << 30;
    auto const keep_free = [&](std::uint64_t held) {
        return policy.keep_free({.space = SpaceNumber{1}, .held = held, .total = total});
    };
    EXPECT_GT(keep_free(0), 0);
    EXPECT_LE(keep_free(total), total / 8);
    EXPECT_LT(keep_free(0), keep_free(total)); // who has little may still get something
}

} // namespace

} // namespace pager::test
