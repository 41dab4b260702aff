// SPDX-License-Identifier: BSD-2-Clause
//
// Clients that take all they can, by every way there is: they are refused or stopped, the pager
// goes on, and what others need is still there.

#include "pager_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr std::uint64_t table_span = std::uint64_t{1} << api::large_page_bits; // what a table maps

class ParkedPagesTest : public PagerFixture {
protected:
    ParkedPagesTest() : PagerFixture{{{0x4000'0000, 26}}} {}

    api::Word greedy = new_space(7);
};

/// Each page comes back with a table of its own, and all the records of these would have to come
/// out of one reserve.
TEST_F(ParkedPagesTest, FarApartComeBackWhenTouched) {
    constexpr std::uint64_t count = 5000;
    auto const at = call(client(greedy), Map{0, count * table_span, Access::ReadWrite})->address;
    for (std::uint64_t i = 0; i < count; ++i) {
        ASSERT_TRUE(write(greedy, at + i * table_span, static_cast<std::byte>(i)));
    }
    EXPECT_TRUE(call(client(greedy), Protect{at, count * table_span, Access::None}));
    EXPECT_TRUE(call(client(greedy), Protect{at, count * table_span, Access::ReadWrite}));
    for (std::uint64_t i = 0; i < count; ++i) {
        ASSERT_EQ(read(greedy, at + i * table_span), static_cast<std::byte>(i));
    }
}

} // namespace

} // namespace pager::test
