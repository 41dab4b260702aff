// SPDX-License-Identifier: BSD-2-Clause
//
// Programs that drive devices, as the table says.

#include "process_service_fixture.hpp"
#include <board.hpp>

namespace init_test {
namespace {

using ipc::process::MapDevice;

class DeviceGrantTest : public ProcessServiceTest {
protected:
    DeviceGrantTest() { EXPECT_TRUE(devices.add(untyped, Board::clock, api::page_bits + 2)); }

    ipc::Result<MapDevice::Reply> map(init::Pid pid, std::string_view name = Board::clock_name) {
        return *ask(pid, MapDevice{.name = ipc::Text<ipc::process::max_name>::of(name)});
    }

    static constexpr sys::Untyped untyped{api::CPtr{30}};
};

TEST_F(DeviceGrantTest, ADriverGetsItsDevice) {
    auto const driver = spawned("hwclock 3");
    auto const space = system.pager.last_space;
    auto const mapped = map(driver);
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->size, api::page_size);
    EXPECT_EQ(mapped->address, 0x1234'5000u);
    ASSERT_EQ(system.pager.devices.size(), 1u);
    EXPECT_EQ(system.pager.devices[0].space, space);
    EXPECT_EQ(system.pager.devices[0].size, api::page_size);
}

TEST_F(DeviceGrantTest, NobodyElseGetsIt) {
    for (auto const pid : {shell, spawned("hello"), init::Pid{999}}) {
        EXPECT_EQ(map(pid).error(), ipc::Error::PermissionDenied);
    }
    auto const driver = spawned("hwclock");
    EXPECT_EQ(map(driver, "").error(), ipc::Error::PermissionDenied);
    EXPECT_EQ(map(driver, "uart").error(), ipc::Error::PermissionDenied);
    EXPECT_TRUE(system.pager.devices.empty());
}

TEST_F(DeviceGrantTest, WhatSomebodyHasIsBusy) {
    auto const driver = spawned("hwclock");
    system.pager.trouble = {.after = 0, .error = ipc::Error::BadMessage};
    EXPECT_EQ(map(driver).error(), ipc::Error::Busy);
    system.pager.trouble = {.after = 0, .error = ipc::Error::QuotaExceeded};
    EXPECT_EQ(map(driver).error(), ipc::Error::QuotaExceeded);
    system.pager.trouble = {.after = 0, .error = ipc::Error::OutOfMemory};
    EXPECT_EQ(map(driver).error(), ipc::Error::OutOfMemory);
}

TEST_F(DeviceGrantTest, WithoutASlotForItThereIsNoMemory) {
    auto const driver = spawned("hwclock");
    system.kernel.answer([](Invocation const& call) -> sys::Result<sys::RegisterWords> {
        if (call.label == api::Invocation::UntypedRetype) {
            return base::fail(sys::Error{.code = api::Error::NotEnoughMemory});
        }
        return sys::RegisterWords{};
    });
    EXPECT_EQ(map(driver).error(), ipc::Error::OutOfMemory);
    EXPECT_TRUE(system.pager.devices.empty());
}

/// A driver is a program like others otherwise.
TEST_F(DeviceGrantTest, ADriverForksAndItsChildIsADriver) {
    auto const driver = spawned("hwclock");
    auto const child = ask(driver, ipc::process::Fork{});
    ASSERT_TRUE(*child);
    EXPECT_TRUE(map((*child)->pid));
    EXPECT_EQ((*ask(shell, ipc::process::Fork{})).error(), ipc::Error::PermissionDenied);
}

class NoDeviceTest : public ProcessServiceTest {};

TEST_F(NoDeviceTest, TheUntypedOfTheDeviceIsLentAndNoOther) {
    EXPECT_TRUE(devices.add(sys::Untyped{api::CPtr{30}}, Board::clock, api::page_bits));
    EXPECT_TRUE(
        devices.add(sys::Untyped{api::CPtr{31}}, Board::clock + api::page_size, api::page_bits));
    auto const driver = spawned("hwclock");
    MapDevice const request{.name = ipc::Text<ipc::process::max_name>::of(Board::clock_name)};
    EXPECT_TRUE(*ask(driver, request));
    EXPECT_EQ(sys::ipc_buffer().caps_or_badges[0], 30u);
}

TEST_F(NoDeviceTest, WhatTheMachineDoesNotHaveIsNotFound) {
    auto const driver = spawned("hwclock");
    MapDevice const request{.name = ipc::Text<ipc::process::max_name>::of(Board::clock_name)};
    EXPECT_EQ((*ask(driver, request)).error(), ipc::Error::NotFound);
}

} // namespace
} // namespace init_test
