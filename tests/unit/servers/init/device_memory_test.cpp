// SPDX-License-Identifier: BSD-2-Clause

#include "fake_kernel.hpp"
#include <init/device_memory.hpp>

#include <gtest/gtest.h>
#include <map>

namespace {

using base::PhysAddr;

/// Follows untypeds as the kernel would, to know where each page lies.
class DeviceMemoryTest : public testing::Test {
protected:
    DeviceMemoryTest() {
        info.root_cnode_bits = 13;
        info.empty = {.start = 100, .end = 8192};
        kernel.answer([this](init_test::Invocation const& call) { return retype(call); });
    }

    sys::Result<sys::RegisterWords> retype(init_test::Invocation const& call) {
        if (call.label == api::Invocation::UntypedRetype) {
            bool const page = call.words[0] == static_cast<api::Word>(api::ObjectType::SmallPage);
            auto const size = base::bit(page ? 12 : static_cast<unsigned>(call.words[1]));
            for (api::Word i = 0; i < call.words[5]; ++i) {
                auto& from = start[call.object];
                start[api::CPtr{call.words[4] + i}] = from;
                from += size;
            }
        }
        return sys::RegisterWords{};
    }

    /// A device untyped whose records come from the test, as the fake maps nothing.
    struct Pages {
        sys::Result<std::span<std::byte>> new_page() { return std::span{bytes}; }
        alignas(64) std::array<std::byte, 4096> bytes{};
    };

    /// Room for a few records, and for more once there is memory again.
    struct FewPages {
        sys::Result<std::span<std::byte>> new_page() {
            if (pages.empty()) {
                return base::fail(sys::Error{.code = api::Error::NotEnoughMemory});
            }
            auto const page = pages.front();
            pages = pages.subspan(1);
            return page;
        }

        alignas(64) std::array<std::byte, 4096> bytes{};
        std::array<std::span<std::byte>, 2> all{std::span{bytes}.first(256),
                                                std::span{bytes}.subspan(256)};
        std::span<std::span<std::byte>> pages{std::span{all}.first(1)};
    };

    init_test::FakeKernel kernel;
    api::BootInfo info{};
    std::map<api::CPtr, api::Word> start;
};

TEST_F(DeviceMemoryTest, FindsAPageInTheMiddleAndKeepsTheRest) {
    init::ObjectFactory factory{info};
    Pages pages;
    init::BasicDeviceMemory<Pages> devices{factory, pages};
    start[api::CPtr{20}] = 0xfe00'0000;
    ASSERT_TRUE(devices.add(sys::Untyped{api::CPtr{20}}, PhysAddr{0xfe00'0000}, 24));

    auto const uart = devices.take_page(PhysAddr{0xfe20'1000});
    ASSERT_TRUE(uart);
    EXPECT_EQ(start[uart->cptr()], 0xfe20'1000u);
    auto const power = devices.take_page(PhysAddr{0xfe10'0000});
    ASSERT_TRUE(power) << "in what was cut off before";
    EXPECT_EQ(start[power->cptr()], 0xfe10'0000u);
    auto const next = devices.take_page(PhysAddr{0xfe20'0000});
    ASSERT_TRUE(next);
    EXPECT_EQ(start[next->cptr()], 0xfe20'0000u);
}

TEST_F(DeviceMemoryTest, GivesAPageOnceOnly) {
    init::ObjectFactory factory{info};
    Pages pages;
    init::BasicDeviceMemory<Pages> devices{factory, pages};
    ASSERT_TRUE(devices.add(sys::Untyped{api::CPtr{20}}, PhysAddr{0x900'0000}, 13));
    EXPECT_TRUE(devices.take_page(PhysAddr{0x900'0000}));
    EXPECT_FALSE(devices.take_page(PhysAddr{0x900'0000}));
    EXPECT_TRUE(devices.take_page(PhysAddr{0x900'1000}));
    EXPECT_FALSE(devices.take_page(PhysAddr{0x900'2000})) << "behind the end";
}

TEST_F(DeviceMemoryTest, LosesNothingWhereMemoryRunsOut) {
    init::ObjectFactory factory{info};
    FewPages pages;
    init::BasicDeviceMemory<FewPages> devices{factory, pages};
    start[api::CPtr{20}] = 0xfe00'0000;
    ASSERT_TRUE(devices.add(sys::Untyped{api::CPtr{20}}, PhysAddr{0xfe00'0000}, 24));
    EXPECT_EQ(devices.lend(PhysAddr{0xfeff'f000}, 12).error(), api::Error::NotEnoughMemory);
    pages.pages = std::span{pages.all}.last(1);
    auto const last = devices.lend(PhysAddr{0xfeff'f000}, 12);
    ASSERT_TRUE(last);
    EXPECT_EQ(start[last->cptr()], 0xfeff'f000u);
}

TEST_F(DeviceMemoryTest, LendsTheSameAgain) {
    init::ObjectFactory factory{info};
    Pages pages;
    init::BasicDeviceMemory<Pages> devices{factory, pages};
    start[api::CPtr{20}] = 0xfe00'0000;
    ASSERT_TRUE(devices.add(sys::Untyped{api::CPtr{20}}, PhysAddr{0xfe00'0000}, 24));
    auto const timer = devices.lend(PhysAddr{0xfe00'3000}, 12);
    ASSERT_TRUE(timer);
    EXPECT_EQ(start[timer->cptr()], 0xfe00'3000u);
    auto const calls = kernel.calls().size();
    EXPECT_EQ(devices.lend(PhysAddr{0xfe00'3000}, 12)->cptr(), timer->cptr());
    EXPECT_EQ(kernel.calls().size(), calls);
    auto const ethernet = devices.lend(PhysAddr{0xfe58'0000}, 16);
    ASSERT_TRUE(ethernet);
    EXPECT_EQ(start[ethernet->cptr()], 0xfe58'0000u);
    EXPECT_TRUE(devices.take_page(PhysAddr{0xfe00'2000})) << "beside it";
    auto const error = [&](api::Word address, unsigned bits) {
        return devices.lend(PhysAddr{address}, bits).error();
    };
    EXPECT_EQ(error(0xfe00'2000, 12), api::Error::FailedLookup) << "somebody took it for good";
    EXPECT_EQ(error(0xfe00'0000, 16), api::Error::FailedLookup) << "cut by now";
    EXPECT_EQ(error(0x1000, 12), api::Error::FailedLookup) << "no device";
}

} // namespace
