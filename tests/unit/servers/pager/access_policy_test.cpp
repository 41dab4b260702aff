// SPDX-License-Identifier: BSD-2-Clause
//
// What init forbids a space, and where things come to lie.

#include "pager_fixture.hpp"

#include <set>

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t data = 0x40'0000;

class AccessPolicyTest : public PagerFixture {
protected:
    api::Word space = new_space(7);

    void forbid(api::Word what) { EXPECT_TRUE(call(manager, SetAccessPolicy{space, what})); }

    Error map(Access access) { return error_of(call(client(space), Map{0, page_size, access})); }

    Error protect(std::uint64_t at, Access access) {
        return error_of(call(client(space), Protect{at, page_size, access}));
    }
};

constexpr api::Word new_code = Forbidden::NewCode::set(api::Word{0}, true);
constexpr api::Word shared_writing = Forbidden::SharedWriting::set(api::Word{0}, true);

TEST_F(AccessPolicyTest, ANewSpaceMayDoEverything) {
    EXPECT_EQ(map(Access::ReadExecute), Error::None);
    EXPECT_TRUE(call(client(space), MapShared{data, page_size, Access::ReadWrite}));
}

TEST_F(AccessPolicyTest, NewCodeIsForbidden) {
    EXPECT_TRUE(call(manager, MapFile{space, 0, page_size, data, page_size, Access::ReadExecute}));
    forbid(new_code);
    EXPECT_EQ(map(Access::ReadExecute), Error::PermissionDenied);
    EXPECT_EQ(map(Access::ReadWrite), Error::None);
    EXPECT_TRUE(execute(space, data));
    EXPECT_EQ(protect(data, Access::Read), Error::None);
    EXPECT_EQ(protect(data, Access::ReadExecute), Error::PermissionDenied);
    forbid(0);
    EXPECT_EQ(protect(data, Access::ReadExecute), Error::None);
}

TEST_F(AccessPolicyTest, WritingWhatOthersHaveIsForbidden) {
    auto const other = new_space(8);
    EXPECT_TRUE(call(client(other), MapShared{data, page_size, Access::ReadWrite}));
    auto const token = call(client(other), Share{data, page_size, Access::ReadWrite})->token;
    forbid(shared_writing);
    EXPECT_EQ(error_of(call(client(space), MapShared{data, page_size, Access::ReadWrite})),
              Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(space), Attach{token, data, Access::ReadWrite})),
              Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(space), Attach{token, data, Access::Read})), Error::None);
    EXPECT_EQ(protect(data, Access::ReadWrite), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(space), Share{data, page_size, Access::ReadWrite})),
              Error::PermissionDenied);
    EXPECT_EQ(map(Access::ReadWrite), Error::None);
}

TEST_F(AccessPolicyTest, ACloneMayNoMoreThanItsSource) {
    forbid(new_code | shared_writing);
    auto reply = call(manager, CloneSpace{space, 0, 9, Name::of("clone")});
    while (reply && reply->done == 0) {
        reply = call(manager, CloneSpace{space, reply->space, 9, Name::of("clone")});
    }
    ASSERT_TRUE(reply);
    space = reply->space;
    EXPECT_EQ(map(Access::ReadExecute), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(client(space), MapShared{data, page_size, Access::ReadWrite})),
              Error::PermissionDenied);
}

TEST_F(AccessPolicyTest, EveryErrorIsAnswered) {
    EXPECT_EQ(error_of(call(client(space), SetAccessPolicy{space, 0})), Error::PermissionDenied);
    EXPECT_EQ(error_of(call(manager, SetAccessPolicy{space + 100, 0})), Error::NotFound);
    EXPECT_EQ(error_of(call(manager, SetAccessPolicy{space, Forbidden::all + 1})),
              Error::BadMessage);
}

/// Where a heap and some memory came to lie.
struct Places {
    std::uint64_t heap;
    std::uint64_t memory;

    auto operator<=>(Places const&) const = default;
};

class LayoutTest : public PagerFixture {
protected:
    Places places(api::Word space) {
        auto const heap = call(client(space), Break{0});
        auto const memory = call(client(space), Map{0, page_size, Access::ReadWrite});
        EXPECT_TRUE(heap && memory);
        return {heap->start, memory->address};
    }

    std::vector<Places> layouts(base::Random::Key key) {
        memory->random = base::Random{key};
        memory->randomises_layout = true;
        std::vector<Places> found;
        for (int i = 0; i < 20; ++i) {
            auto const space = new_space(1);
            found.push_back(places(space));
            destroy_space(space);
        }
        return found;
    }
};

TEST_F(LayoutTest, WithoutChanceThingsLieWhereTheyAlwaysDo) {
    EXPECT_EQ(places(new_space(1)), places(new_space(2)));
    EXPECT_EQ(places(new_space(3)).heap, AddressSpace::heap_area.raw());
}

TEST_F(LayoutTest, EachSpaceHasItsOwn) {
    auto const found = layouts({1, 2});
    EXPECT_EQ(std::set(found.begin(), found.end()).size(), found.size());
    for (auto const& [heap, mapped] : found) {
        EXPECT_GE(heap, AddressSpace::heap_area.raw());
        EXPECT_LT(heap, AddressSpace::map_area.raw() - (std::uint64_t{1} << 33));
        EXPECT_GE(mapped, AddressSpace::map_area.raw());
        EXPECT_LT(mapped, user_end.raw() - (std::uint64_t{1} << 40));
    }
}

TEST_F(LayoutTest, TheSameKeyGivesTheSameLayouts) {
    auto const once = layouts({1, 2});
    EXPECT_EQ(once, layouts({1, 2}));
    EXPECT_NE(once, layouts({1, 3}));
}

TEST_F(LayoutTest, TheHeapWorksWhereverItBegins) {
    memory->random = base::Random{{4, 5}};
    memory->randomises_layout = true;
    auto const space = new_space(1);
    auto const heap = call(client(space), Break{0})->start;
    EXPECT_EQ(error_of(call(client(space), Break{heap - 1})), Error::InvalidAddress);
    EXPECT_EQ(call(client(space), Break{heap + 3 * page_size})->end, heap + 3 * page_size);
    EXPECT_TRUE(write(space, heap + 2 * page_size, std::byte{1}));
}

/// What was below the first place is used when there is no room above.
TEST_F(LayoutTest, AllRoomIsUsedInTheEnd) {
    memory->random = base::Random{{6, 7}};
    memory->randomises_layout = true;
    auto const space = new_space(1);
    std::uint64_t const all = user_end - AddressSpace::map_area;
    EXPECT_EQ(call(client(space), Map{0, all, Access::Read})->address,
              AddressSpace::map_area.raw());
    EXPECT_EQ(error_of(call(client(space), Map{0, page_size, Access::Read})), Error::OutOfMemory);
}

TEST_F(LayoutTest, AClonesHeapIsWhereItWas) {
    memory->random = base::Random{{8, 9}};
    memory->randomises_layout = true;
    auto const space = new_space(1);
    auto reply = call(manager, CloneSpace{space, 0, 9, Name::of("clone")});
    while (reply && reply->done == 0) {
        reply = call(manager, CloneSpace{space, reply->space, 9, Name::of("clone")});
    }
    ASSERT_TRUE(reply);
    EXPECT_EQ(call(client(reply->space), Break{0})->start, call(client(space), Break{0})->start);
}

} // namespace

} // namespace pager::test
