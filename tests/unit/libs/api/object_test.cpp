// SPDX-License-Identifier: BSD-2-Clause

#include <api/object.hpp>

#include <gtest/gtest.h>

namespace api {
namespace {

TEST(ObjectSize, IsGivenForObjectsThatHaveNoneOfTheirOwn) {
    EXPECT_EQ(object_size_bits(ObjectType::Untyped, 21), 21u);
    EXPECT_EQ(object_size_bits(ObjectType::SchedContext, 7), 7u);
    EXPECT_EQ(object_size_bits(ObjectType::CNode, 5), 10u) << "slots of 32 bytes";
}

TEST(ObjectSize, OfAllOthersIsFixed) {
    for (unsigned const ignored : {0u, 40u}) {
        EXPECT_EQ(object_size_bits(ObjectType::Tcb, ignored), 11u);
        EXPECT_EQ(object_size_bits(ObjectType::Endpoint, ignored), 4u);
        EXPECT_EQ(object_size_bits(ObjectType::Notification, ignored), 6u);
        EXPECT_EQ(object_size_bits(ObjectType::Reply, ignored), 5u);
        EXPECT_EQ(object_size_bits(ObjectType::SmallPage, ignored), 12u);
        EXPECT_EQ(object_size_bits(ObjectType::LargePage, ignored), 21u);
        EXPECT_EQ(object_size_bits(ObjectType::HugePage, ignored), 30u);
        EXPECT_EQ(object_size_bits(ObjectType::PageTable, ignored), 12u);
        EXPECT_EQ(object_size_bits(ObjectType::VSpace, ignored), 12u);
    }
}

} // namespace
} // namespace api
