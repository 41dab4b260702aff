// SPDX-License-Identifier: BSD-2-Clause
//
// VSpace_MapFrames: what Page_Map does for each, every refusal, and nothing done when refused.

#include "address_space_fixture.hpp"

namespace kernel {
namespace {

using api::Invocation;
using arch::Access;

class MapFramesTest : public AddressSpaceTest {
protected:
    static constexpr Word frames = 40;
    static constexpr Word count = 4;

    struct Run {
        Word first{frames};
        Word number{count};
        Word where{address};
        Word rights{read_write};
        Word attributes{cacheable};
        Word space{vspace};
    };

    MapFramesTest() {
        map_tables();
        EXPECT_TRUE(retype(api::ObjectType::SmallPage, 0, frames, count));
    }

    Result<> map_run(Run const& run) {
        return call(run.space, Invocation::VSpaceMapFrames,
                    {0, 0, run.first, run.number, run.where, run.rights, run.attributes},
                    {node_slot});
    }

    Result<> map_run() { return map_run(Run{}); }

    static Word page(Word index) { return address + index * api::page_size; }

    [[nodiscard]] bool is_mapped(Word index) const {
        auto const position = walk(page(index));
        return position.entry.is_leaf(position.level);
    }

    /// Refused, and then no frame is mapped that was not before.
    Failure refusal(Run const& run) {
        std::array<Capability, count> before;
        for (Word i = 0; i < count; ++i) {
            before[i] = slot(frames + i).cap;
        }
        auto const failure = error_of(map_run(run));
        for (Word i = 0; i < count; ++i) {
            EXPECT_EQ(slot(frames + i).cap, before[i]);
            EXPECT_EQ(is_mapped(i), before[i].mapping().exists());
        }
        return failure;
    }
};

TEST_F(MapFramesTest, MapsEachInItsPlace) {
    ASSERT_TRUE(map_run());
    for (Word i = 0; i < count; ++i) {
        auto const [entry, level] = walk(page(i));
        EXPECT_EQ(level, 3u);
        EXPECT_EQ(entry.address(), slot(frames + i).cap.address());
        EXPECT_EQ(entry.access(), Access::UserWrite);
        EXPECT_EQ(entry.type(), arch::MemoryType::Normal);
        EXPECT_TRUE(entry.user_executable());
        EXPECT_EQ(slot(frames + i).cap.mapping(), (Mapping{asid, base::UserAddr{page(i)}}));
    }
    EXPECT_FALSE(walk(page(count)).entry.valid());
    EXPECT_TRUE(arch::fake_machine().flushed_pages.empty());
}

TEST_F(MapFramesTest, TakesThoseThatAreNamed) {
    ASSERT_TRUE(map_run({.first = frames + 1, .number = 2, .where = page(1)}));
    EXPECT_FALSE(is_mapped(0));
    EXPECT_TRUE(is_mapped(1));
    EXPECT_TRUE(is_mapped(2));
    EXPECT_FALSE(is_mapped(3));
}

TEST_F(MapFramesTest, FindsTheNodeInASlotOfTheRoot) {
    ASSERT_TRUE(call(node_slot, Invocation::CNodeMint, {unused, 64, node_slot, 64, 0, 0},
                     {node_slot})); // without a guard
    auto const run = [&](Word index, Word depth) {
        return call(vspace, Invocation::VSpaceMapFrames,
                    {index, depth, frames, count, address, read_write, cacheable}, {node_slot});
    };
    EXPECT_EQ(error_of(run(frame, 64)),
              Failure::failed_lookup(Failure::Lookup::Source, LookupFault::missing_capability(64)));
    EXPECT_EQ(error_of(run(unused, 65)), Failure::range(1, 64));
    ASSERT_TRUE(run(unused, 64));
    EXPECT_TRUE(is_mapped(3));
}

TEST_F(MapFramesTest, RightsAreThoseOfEachCapabilityAndTheRequest) {
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, frames + 1));
    ASSERT_TRUE(call(node_slot, Invocation::CNodeCopy,
                     {frames + 1, 64, frame, 64, Rights::Read.bits()}, {node_slot}));
    ASSERT_TRUE(map_run({.attributes = api::page_execute_never}));
    EXPECT_EQ(walk(page(0)).entry.access(), Access::UserWrite);
    EXPECT_EQ(walk(page(1)).entry.access(), Access::UserRead);
    EXPECT_EQ(walk(page(2)).entry.type(), arch::MemoryType::Device);
    EXPECT_FALSE(walk(page(2)).entry.user_executable());
    ASSERT_TRUE(map_run({.rights = Rights::Read.bits()}));
    EXPECT_EQ(walk(page(0)).entry.access(), Access::UserRead);
}

TEST_F(MapFramesTest, ReplacesWhatWasThere) {
    ASSERT_TRUE(map(frame, page(1)));
    ASSERT_TRUE(map(frames + 2, page(2)));
    arch::fake_machine().flushed_pages.clear();
    ASSERT_TRUE(map_run());
    EXPECT_EQ(walk(page(1)).entry.address(), slot(frames + 1).cap.address());
    using Flushed = std::pair<Asid, base::UserAddr>;
    EXPECT_EQ(arch::fake_machine().flushed_pages,
              (std::vector{Flushed{asid, base::UserAddr{page(1)}},
                           Flushed{asid, base::UserAddr{page(2)}}}));
    ASSERT_TRUE(unmap()); // what was replaced harms nobody
    EXPECT_TRUE(is_mapped(1));
}

TEST_F(MapFramesTest, RefusesShortMessages) {
    constexpr auto label = Invocation::VSpaceMapFrames;
    EXPECT_EQ(error_of(call(vspace, label, {0, 0, frames, count, address, read_write, cacheable})),
              Failure::truncated_message());
    EXPECT_EQ(
        error_of(call(vspace, label, {0, 0, frames, count, address, read_write}, {node_slot})),
        Failure::truncated_message());
    EXPECT_EQ(error_of(call(frame, label, {0, 0, frames, count, address, read_write, cacheable},
                            {node_slot})),
              Failure::illegal_operation()); // of a frame
}

TEST_F(MapFramesTest, RefusesASpaceWithoutANumber) {
    EXPECT_EQ(refusal({.space = other_vspace}), Failure::invalid_capability(0));
    kernel->asids.set(asid, slot(other_vspace).cap.address());
    EXPECT_EQ(refusal({}), Failure::invalid_capability(0));
    kernel->asids.set(asid, PhysAddr{});
    EXPECT_EQ(refusal({}), no_such_space());
}

TEST_F(MapFramesTest, RefusesAWindowThatIsNone) {
    constexpr Word slots = base::bit(radix);
    EXPECT_EQ(error_of(call(vspace, Invocation::VSpaceMapFrames,
                            {0, 0, frames, count, address, read_write, cacheable}, {frame})),
              Failure::failed_lookup(Failure::Lookup::Source, LookupFault::missing_capability(0)));
    EXPECT_EQ(refusal({.first = slots}), Failure::range(0, slots - 1));
    EXPECT_EQ(refusal({.number = 0}), Failure::range(1, api::map_frames_limit));
    EXPECT_EQ(refusal({.number = api::map_frames_limit + 1}),
              Failure::range(1, api::map_frames_limit));
    EXPECT_EQ(refusal({.first = slots - 3, .number = 4}), Failure::range(1, 3));
}

TEST_F(MapFramesTest, RefusesAllIfOneIsNoSmallFrame) {
    EXPECT_EQ(refusal({.number = count + 1}), Failure::invalid_capability(1)); // an empty slot
    ASSERT_TRUE(cnode(Invocation::CNodeDelete, frames + 3));
    insert_root(slot(frames + 3),
                Capability::frame(large_at, FrameSize::Large, false, FrameRights::ReadWrite));
    EXPECT_EQ(refusal({}), Failure::invalid_capability(1));
}

TEST_F(MapFramesTest, RefusesAllIfOneIsMappedElsewhere) {
    ASSERT_TRUE(assign(other_vspace));
    ASSERT_TRUE(map(frames + 2, page(3)));
    EXPECT_EQ(error_of(map_run()), Failure::invalid_argument(4));
    EXPECT_FALSE(is_mapped(0));
    EXPECT_EQ(walk(page(3)).entry.address(), slot(frames + 2).cap.address());
    EXPECT_EQ(error_of(map_run({.space = other_vspace})), Failure::invalid_capability(1));
}

TEST_F(MapFramesTest, RefusesWrongAddresses) {
    EXPECT_EQ(refusal({.where = address + 1}), Failure::alignment());
    EXPECT_EQ(refusal({.where = api::user_top + 1}), Failure::invalid_argument(4));
    EXPECT_EQ(refusal({.where = api::user_top + 1 - 2 * api::page_size}),
              Failure::invalid_argument(4)); // its end is behind
    EXPECT_EQ(refusal({.where = ~Word{0} - 0xfff}), Failure::invalid_argument(4));
    EXPECT_EQ(refusal({.where = Word{1} << 40}), missing(39));
    EXPECT_EQ(refusal({.where = Word{4} << 21}), missing(21));
}

TEST_F(MapFramesTest, StaysInOneTable) {
    constexpr Word end = address + base::bit(api::large_page_bits);
    EXPECT_EQ(refusal({.where = end - 3 * api::page_size}), Failure::range(1, 3));
    EXPECT_TRUE(map_run({.where = end - 4 * api::page_size}));
}

TEST_F(MapFramesTest, MapsAsManyAsTheLimit) {
    constexpr Word many = 100;
    ASSERT_TRUE(retype(api::ObjectType::SmallPage, 0, many, api::map_frames_limit));
    ASSERT_TRUE(map_run({.first = many, .number = api::map_frames_limit}));
    EXPECT_TRUE(is_mapped(api::map_frames_limit - 1));
}

} // namespace
} // namespace kernel
