// SPDX-License-Identifier: BSD-2-Clause

#include <api/object.hpp>
#include <init/system.hpp>
#include <ipc/environment.hpp>
#include <ipc/protocol/process.hpp>

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace {

using init::components;
using init::Loading;

TEST(System, NamesAndNumbersAreUnique) {
    std::set<std::string_view> names{init::root_task().name};
    std::set<init::Pid> pids{init::root_task().pid};
    for (auto const& component : components()) {
        EXPECT_TRUE(names.insert(component.name).second) << component.name;
        EXPECT_LE(component.name.size(), ipc::process::max_name);
        if (component.pid != 0) {
            EXPECT_TRUE(pids.insert(component.pid).second) << component.name;
        }
    }
}

TEST(System, ServersAreAboveTheirCallers) {
    for (auto const& component : components()) {
        bool const is_server = component.loading == Loading::Eager;
        bool const is_above_init = component.priority > init::root_task().priority;
        EXPECT_EQ(is_server, is_above_init) << component.name; // init calls them; others call it
        EXPECT_LE(component.priority, api::max_priority);
    }
    EXPECT_GT(init::root_task().priority, init::program().priority);
}

TEST(System, WhoRunsOnTheTimeOfOthersIsAboveAllWhoCouldEndThem) {
    for (auto const& component : components()) {
        for (auto const& other : components()) {
            EXPECT_TRUE(!component.runs_on_callers_time || &component == &other ||
                        component.priority > other.priority);
        }
    }
}

TEST(System, EagerServersComeFirst) {
    auto const eager = [](auto const& component) { return component.loading == Loading::Eager; };
    EXPECT_TRUE(std::ranges::is_partitioned(components(), eager));
}

TEST(System, ExactlyOneDrivesTheUartOneOwnsTheMemoryAndOneTheTerminal) {
    auto const uart = [](auto const& component) { return component.grants.uart; };
    auto const ram = [](auto const& component) { return component.grants.ram; };
    auto const terminal = [](auto const& component) { return component.grants.terminal; };
    EXPECT_EQ(std::ranges::count_if(components(), uart), 1);
    EXPECT_EQ(std::ranges::count_if(components(), ram), 1);
    EXPECT_EQ(std::ranges::count_if(components(), terminal), 1);
}

TEST(System, SpawnedProgramsAreGrantedNothing) {
    auto const& grants = init::program().grants;
    EXPECT_FALSE(grants.uart || grants.ram || grants.inspect || grants.terminal || grants.kill ||
                 grants.power);
    EXPECT_FALSE(init::program().restart);
}

TEST(System, OnlyDriversHaveDevices) {
    auto const& driver = init::program("hwclock");
    EXPECT_FALSE(driver.devices.empty());
    EXPECT_EQ(driver.priority, init::program().priority);
    EXPECT_FALSE(driver.grants.dma || driver.grants.uart || driver.grants.inspect);
    EXPECT_EQ(&init::program("hello"), &init::program());
    EXPECT_EQ(&init::program(""), &init::program());
    EXPECT_TRUE(init::program().devices.empty());
    EXPECT_TRUE(init::is_spawned(driver));
    EXPECT_TRUE(init::is_spawned(init::program()));
    for (auto const& component : components()) {
        EXPECT_TRUE(component.devices.empty()) << component.name;
        EXPECT_FALSE(init::is_spawned(component)) << component.name;
    }
}

TEST(System, StacksAreWholePagesAndNotTooBig) {
    for (auto const& component : components()) {
        EXPECT_TRUE(base::is_aligned(component.stack_bytes, api::page_bits)) << component.name;
        EXPECT_LE(component.stack_bytes, ipc::environment::max_stack) << component.name;
        EXPECT_GE(component.time_slice_us, 20u) << "the kernel's smallest budget";
    }
}

} // namespace
