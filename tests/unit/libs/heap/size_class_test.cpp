// SPDX-License-Identifier: BSD-2-Clause

#include <heap/size_class.hpp>

#include <gtest/gtest.h>

namespace {

using namespace heap;

TEST(SizeClass, IsTheSmallestWithRoom) {
    for (std::size_t size = 1; size <= largest_object; ++size) {
        auto const number = size_class::of(size);
        ASSERT_LT(number, size_class::count);
        ASSERT_GE(size_class::stride(number), size + sizeof(BlockHeader)) << size;
        if (number > 0) {
            ASSERT_LT(size_class::stride(number - 1), size + sizeof(BlockHeader)) << size;
        }
    }
}

TEST(SizeClass, StridesAreGranulesAndCloseToEachOther) {
    for (std::size_t number = 0; number < size_class::count; ++number) {
        auto const stride = size_class::stride(number);
        EXPECT_EQ(stride % granule, 0U);
        if (number > 0) {
            auto const step = stride - size_class::stride(number - 1);
            EXPECT_GT(step, 0U);
            EXPECT_LE(step, std::max(granule, stride / 5));
        }
    }
}

} // namespace
