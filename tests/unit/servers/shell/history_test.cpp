// SPDX-License-Identifier: BSD-2-Clause

#include <shell/history.hpp>

#include <gtest/gtest.h>
#include <string>

namespace shell {
namespace {

TEST(History, KeepsLinesNewestFirst) {
    History history;
    history.add("one");
    history.add("two");
    ASSERT_EQ(history.count(), 2u);
    EXPECT_EQ(history.line(0), "two");
    EXPECT_EQ(history.line(1), "one");
}

TEST(History, SkipsEmptyLinesAndRepetitions) {
    History history;
    history.add("");
    history.add("one");
    history.add("one");
    EXPECT_EQ(history.count(), 1u);
    history.add("two");
    history.add("one");
    EXPECT_EQ(history.count(), 3u);
}

TEST(History, DropsTheOldestWhenFull) {
    History history;
    for (int i = 0; i < 1000; ++i) {
        history.add(std::to_string(i) + std::string(100, 'x'));
    }
    EXPECT_LT(history.count(), 1000u);
    EXPECT_GT(history.count(), 100u);
    for (std::size_t age = 0; age < history.count(); ++age) {
        EXPECT_EQ(history.line(age), std::to_string(999 - age) + std::string(100, 'x'));
    }
}

TEST(History, RefusesALineBeyondMeasure) {
    History history;
    history.add(std::string(History::capacity, 'x'));
    EXPECT_EQ(history.count(), 0u);
}

} // namespace
} // namespace shell
