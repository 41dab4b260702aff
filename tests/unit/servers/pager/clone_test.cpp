// SPDX-License-Identifier: BSD-2-Clause
//
// Clones of spaces: they see what was there, and nobody sees what another one writes afterwards.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t data = 0x40'0000;
constexpr std::uint64_t table_span = std::uint64_t{1} << api::large_page_bits;

class CloneTest : public PagerFixture {
protected:
    explicit CloneTest(std::vector<Ram> const& ram = {{0x4000'0000, 25}}) : PagerFixture{ram} {}

    api::Word space = new_space(7);

    void map(api::Word in, std::uint64_t at, std::uint64_t pages,
             Access access = Access::ReadWrite) {
        EXPECT_TRUE(call(client(in), Map{at, pages * page_size, access}));
    }

    static CloneSpace request(api::Word source, api::Word target = 0) {
        return {.source = source, .target = target, .pid = 9, .name = Name::of("clone")};
    }

    /// As often as it takes; `steps` counts.
    api::Word clone(api::Word source) {
        auto reply = call(manager, request(source));
        EXPECT_TRUE(reply);
        for (steps = 1; reply && reply->done == 0; ++steps) {
            reply = call(manager, request(source, reply->space));
            EXPECT_TRUE(reply);
        }
        return reply ? reply->space : 0;
    }

    CopyOnWrite::Reply cow() { return *call(inspector, CopyOnWrite{}); }

    std::string pages(std::uint64_t at) {
        auto const map = call(inspector, PageMap{7, at, 0});
        return std::string{map->pages.view()};
    }
};

TEST_F(CloneTest, SeesWhatWasThereAndSharesIt) {
    map(space, data, 3);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_TRUE(write(space, data + page_size, std::byte{2}));
    auto const before = statistics().anonymous;
    auto const other = clone(space);
    EXPECT_EQ(read(other, data), std::byte{1});
    EXPECT_EQ(read(other, data + page_size), std::byte{2});
    EXPECT_EQ(read(other, data + 2 * page_size), std::byte{0});
    EXPECT_EQ(statistics().anonymous, before);
    EXPECT_EQ(cow().saved_now, 2);
    EXPECT_EQ(cow().cloned, 2);
    EXPECT_EQ(pages(data), "ss.");
    expect_balance();
}

TEST_F(CloneTest, NobodySeesWhatTheOtherWrites) {
    map(space, data, 2);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_TRUE(write(space, data + page_size, std::byte{2}));
    auto const other = clone(space);
    EXPECT_TRUE(write(other, data, std::byte{11}));
    EXPECT_TRUE(write(space, data + page_size, std::byte{12}));
    EXPECT_EQ(read(space, data), std::byte{1});
    EXPECT_EQ(read(other, data + page_size), std::byte{2});
    EXPECT_EQ(read(other, data), std::byte{11});
    EXPECT_EQ(read(space, data + page_size), std::byte{12});
    EXPECT_EQ(cow().breaks, 2);
    EXPECT_EQ(cow().saved_now, 0);
    EXPECT_EQ(statistics().anonymous, 4 * page_size);
    expect_balance();
}

TEST_F(CloneTest, TheLastOneWritesInPlace) {
    map(space, data, 1);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    auto const other = clone(space);
    EXPECT_TRUE(write(other, data, std::byte{2})); // copies
    EXPECT_TRUE(write(space, data, std::byte{3})); // nobody shares it any more
    EXPECT_EQ(cow().breaks, 1);
    EXPECT_EQ(cow().upgrades, 1);
    auto const third = clone(space);
    destroy_space(third);
    EXPECT_TRUE(write(space, data, std::byte{4}));
    EXPECT_EQ(cow().breaks, 1);
    EXPECT_EQ(read(other, data), std::byte{2});
}

TEST_F(CloneTest, APageIsAskedHowManyHaveIt) {
    map(space, data, 2);
    EXPECT_TRUE(write(space, data, std::byte{1}));
    EXPECT_TRUE(write(space, data + page_size, std::byte{2}));
    auto const sharers = [&](api::Word of, std::uint64_t at) {
        auto const reply = call(client(of), Query{at});
        EXPECT_TRUE(reply);
        return reply ? reply->references : 0;
    };
    auto const second = clone(space);
    auto const third = clone(second);
    EXPECT_EQ(sharers(space, data), 3);
    EXPECT_TRUE(write(third, data, std::byte{3})); // for which it gets an array of its own
    EXPECT_EQ(sharers(second, data), 2);
    EXPECT_EQ(sharers(third, data), 1);
    EXPECT_EQ(sharers(space, data + page_size), 3); // named by two arrays, which three have
    destroy_space(space);                           // whose frames they were
    EXPECT_EQ(sharers(third, data + page_size), 2);
    EXPECT_EQ(sharers(second, data), 1);
}

TEST_F(CloneTest, UntouchedMemoryCostsNothingAndIsNotCopied) {
    map(space, data, 1000);
    EXPECT_EQ(read(space, data), std::byte{0});
    auto const other = clone(space);
    EXPECT_EQ(cow().cloned, 0);
    EXPECT_EQ(read(other, data), std::byte{0});
    EXPECT_TRUE(write(other, data, std::byte{1}));
    EXPECT_EQ(read(space, data), std::byte{0});
    EXPECT_EQ(cow().breaks, 0);
}

TEST_F(CloneTest, RegionsAreTheSameButForBuffers) {
    map(space, data, 4, Access::Read);
    EXPECT_TRUE(call(manager, MapStack{space, 0x7fff'f000'0000, 16 * page_size}));
    EXPECT_TRUE(call(manager, MapBuffer{space, 0x7fff'ffff'f000}));
    auto const other = clone(space);
    EXPECT_FALSE(write(other, data, std::byte{1}));
    EXPECT_EQ(call(manager, TakeReport{})->reason, StopReason::Forbidden);
    EXPECT_TRUE(write(other, 0x7fff'efff'fff8, std::byte{1}));
    EXPECT_FALSE(read(other, 0x7fff'ffff'f000));
    EXPECT_EQ(call(manager, TakeReport{})->reason, StopReason::NoRegion);
    EXPECT_TRUE(call(manager, MapBuffer{other, 0x7fff'ffff'f000}));
    EXPECT_TRUE(write(space, 0x7fff'ffff'f000, std::byte{1}));
}

TEST_F(CloneTest, ChangesOfRegionsStayWithWhoMadeThem) {
    map(space, data, 4);
    for (unsigned i = 0; i < 4; ++i) {
        EXPECT_TRUE(write(space, data + i * page_size, std::byte{1}));
    }
    auto const other = clone(space);
    EXPECT_EQ(call_in_steps(client(space), Unmap{data, 2 * page_size}), Error::None);
    EXPECT_EQ(call_in_steps(client(other), Protect{data, 4 * page_size, Access::Read}),
              Error::None);
    EXPECT_EQ(read(other, data), std::byte{1});
    EXPECT_FALSE(write(other, data, std::byte{2}));
    EXPECT_TRUE(write(space, data + 2 * page_size, std::byte{2}));
    EXPECT_EQ(read(other, data + 2 * page_size), std::byte{1});
    expect_balance();
}

TEST_F(CloneTest, FilePagesAreSharedAndWrittenOnesCopied) {
    EXPECT_TRUE(
        call(manager, MapFile{space, 0, 2 * page_size, data, 2 * page_size, Access::ReadWrite}));
    EXPECT_TRUE(write(space, data, std::byte{99}));
    EXPECT_EQ(read(space, data + page_size), archive_byte(page_size));
    auto const other = clone(space);
    EXPECT_EQ(read(other, data), std::byte{99});
    EXPECT_EQ(read(other, data + page_size), archive_byte(page_size));
    EXPECT_TRUE(write(other, data, std::byte{98}));
    EXPECT_TRUE(write(other, data + page_size, std::byte{97}));
    EXPECT_EQ(read(space, data), std::byte{99});
    EXPECT_EQ(read(space, data + page_size), archive_byte(page_size));
}

/// A thread of the source goes on meanwhile. What it maps then is not the clone's: where the clone
/// has no region, it has no page, and memory that it maps there later is new.
TEST_F(CloneTest, WhatTheSourceMapsMeanwhileIsNotSeenWithoutARegion) {
    constexpr std::uint64_t tables = 20;
    constexpr std::uint64_t later = data + 2 * tables * table_span;
    map(space, data, tables * leaf_pages);
    map(space, later + table_span, 1); // so that all regions seem to be known already
    for (std::uint64_t i = 0; i < tables; ++i) {
        EXPECT_TRUE(write(space, data + i * table_span, std::byte{1}));
    }
    auto const other = call(manager, request(space))->space;
    EXPECT_EQ(call(manager, request(space, other))->done, 0);
    map(space, later, 1);
    EXPECT_TRUE(write(space, later, std::byte{42}));
    while (call(manager, request(space, other))->done == 0) {
    }
    expect_balance();
    if (!read(other, later)) {
        map(other, later, 1);
        EXPECT_EQ(read(other, later), std::byte{0});
    }
}

/// Whoever asked may ask again when there is memory.
TEST_F(CloneTest, ARegionThatDidNotFitIsNotLeftOut) {
    constexpr std::uint64_t regions = 3;
    for (std::uint64_t i = 0; i < regions; ++i) {
        map(space, data + 2 * i * page_size, 1);
        EXPECT_TRUE(write(space, data + 2 * i * page_size, std::byte{1}));
    }
    auto const other = call(manager, request(space))->space;
    auto const greedy = new_space(8);
    auto const much = call(client(greedy), Map{0, 64 << 20, Access::ReadWrite})->address;
    for (std::uint64_t at = much; write(greedy, at, std::byte{1}); at += page_size) {
    }
    std::vector<api::Word> lent; // and what clients must leave
    while (auto const block = call(manager, TakeUntyped{12})) {
        lent.push_back(block->id);
    }
    EXPECT_EQ(error_of(call(manager, request(space, other))), Error::OutOfMemory);
    for (api::Word const id : lent) {
        EXPECT_TRUE(call(manager, ReturnUntyped{id}));
    }
    destroy_space(greedy);
    while (call(manager, request(space, other))->done == 0) {
    }
    EXPECT_EQ(find(other)->regions().size(), regions);
    expect_balance();
}

TEST_F(CloneTest, GoesInSteps) {
    constexpr std::uint64_t tables = 100;
    map(space, data, tables * leaf_pages);
    for (std::uint64_t i = 0; i < tables; ++i) {
        EXPECT_TRUE(write(space, data + i * table_span, static_cast<std::byte>(i)));
    }
    auto const other = clone(space);
    EXPECT_GT(steps, tables / 10);
    for (std::uint64_t i = 0; i < tables; ++i) {
        ASSERT_EQ(read(other, data + i * table_span), static_cast<std::byte>(i));
    }
}

TEST_F(CloneTest, Refuses) {
    map(space, data, 1);
    EXPECT_EQ(error_of(call(client(space), request(space))), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(manager, request(99))), Error::NotFound);
    EXPECT_EQ(error_of(call(manager, request(space, 99))), Error::NotFound);
    EXPECT_EQ(error_of(call(manager, request(space, space))), Error::NotFound);
    auto const other = call(manager, request(space))->space;
    EXPECT_TRUE(call(manager, MapBuffer{other, data}));
    EXPECT_EQ(error_of(call(manager, request(space, other))), Error::AlreadyMapped);
    EXPECT_EQ(error_of(call(client(space), CopyOnWrite{})), Error::PermissionDenied);
}

/// Each generation writes a page of its own, and all see their own past.
TEST_F(CloneTest, AHundredGenerations) {
    constexpr std::uint64_t generations = 100;
    map(space, data, generations);
    std::vector<api::Word> spaces{space};
    for (std::uint64_t i = 0; i < generations; ++i) {
        EXPECT_TRUE(write(spaces.back(), data + i * page_size, static_cast<std::byte>(i + 1)));
        spaces.push_back(clone(spaces.back()));
    }
    for (std::uint64_t const which : {0ul, 1ul, 50ul, 99ul, 100ul}) {
        for (std::uint64_t i = 0; i < generations; ++i) {
            auto const expected = i <= which ? static_cast<std::byte>(i + 1) : std::byte{0};
            ASSERT_EQ(read(spaces[which], data + i * page_size),
                      i < generations ? expected : std::byte{0});
        }
    }
    EXPECT_LT(cow().breaks, generations); // only pages that were given ahead of time
    expect_balance();
    for (std::size_t i = 0; i < spaces.size(); i += 2) {
        destroy_space(spaces[i]);
    }
    expect_balance();
    EXPECT_EQ(read(spaces[99], data + 98 * page_size), std::byte{99});
}

TEST_F(CloneTest, WhatRunsOutIsAnsweredAndRolledBack) {
    map(space, data, 64);
    for (unsigned i = 0; i < 64; ++i) {
        EXPECT_TRUE(write(space, data + i * page_size, static_cast<std::byte>(i)));
    }
    for (int fail_at = 0; fail_at < 10; ++fail_at) {
        kernel.fail_retype_in = fail_at;
        auto const reply = call(manager, request(space));
        kernel.fail_retype_in = -1;
        if (reply) {
            destroy_space(reply->space);
        }
        expect_balance();
    }
    auto const other = clone(space);
    kernel.fail_maps = true;
    EXPECT_FALSE(write(other, data, std::byte{1}));
    EXPECT_FALSE(write(space, data, std::byte{1}));
    kernel.fail_maps = false;
    expect_balance();
    EXPECT_TRUE(write(other, data + 5 * page_size, std::byte{1}));
    EXPECT_EQ(read(space, data + 5 * page_size), std::byte{5});
}

class ManySharersTest : public CloneTest {
protected:
    ManySharersTest() : CloneTest{{{0x4000'0000, 29}}} {}
};

TEST_F(ManySharersTest, OfOnePageWriteOneAfterTheOther) {
    constexpr std::size_t sharers = 10'000;
    map(space, data, 1);
    EXPECT_TRUE(write(space, data, std::byte{42}));
    std::vector<api::Word> spaces;
    spaces.reserve(sharers);
    for (std::size_t i = 0; i < sharers; ++i) {
        spaces.push_back(clone(space));
    }
    EXPECT_EQ(statistics().anonymous, page_size);
    EXPECT_EQ(cow().saved_now, sharers);
    for (std::size_t i = 0; i < sharers; i += 7) {
        ASSERT_EQ(read(spaces[i], data), std::byte{42});
        ASSERT_TRUE(write(spaces[i], data, static_cast<std::byte>(i)));
    }
    EXPECT_EQ(read(space, data), std::byte{42});
    expect_balance();
    destroy_space(space);
    EXPECT_EQ(read(spaces[1], data), std::byte{42});
    for (api::Word const other : spaces) {
        destroy_space(other);
    }
    EXPECT_EQ(statistics().anonymous, 0);
    EXPECT_EQ(cow().saved_now, 0);
    EXPECT_EQ(cow().saved_peak, sharers);
}

} // namespace

} // namespace pager::test
