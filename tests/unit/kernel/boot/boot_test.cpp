// SPDX-License-Identifier: BSD-2-Clause
//
// What a loader may say and what it may not.

#include "../../libs/formats/device_tree_blob.hpp"
#include <arch/boot.hpp>
#include <arch/fake.hpp>
#include <arch/memory.hpp>
#include <kernel/boot/boot.hpp>
#include <kernel/kernel_state.hpp>

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>

namespace kernel::boot {
namespace {

using base::PhysAddr;
using base::PhysRange;
using base::UserAddr;
using formats::test::DeviceTreeBlob;

class BootTest : public testing::Test {
protected:
    BootTest() { arch::reset_fake_machine(); }

    static BootArguments arguments() {
        return {
            .image = {PhysAddr{0x30'0000}, PhysAddr{0x30'5000}},
            .image_offset = 0x20'0000,
            .image_entry = UserAddr{0x10'0000},
            .device_tree = {},
        };
    }

    void expect_refusal(BootArguments const& told, char const* reason) {
        EXPECT_DEATH(start(*kernel, told), reason);
    }

    std::unique_ptr<KernelState> kernel = std::make_unique<KernelState>();
};

TEST_F(BootTest, RunsTheRootTaskInTheMachineOfTheDeviceTree) {
    DeviceTreeBlob tree;
    tree.begin("").cells("#address-cells", {1}).cells("#size-cells", {1});
    tree.begin("memory@0").text("device_type", "memory");
    tree.cells("reg", {0, arch::fake_memory_size}).end();
    tree.end().token(DeviceTreeBlob::End);
    auto const bytes = tree.build();
    constexpr PhysAddr at{0x40'0804};
    std::ranges::copy(bytes, arch::kernel_address(at).as_pointer<std::byte>());

    auto told = arguments();
    told.device_tree = {at, at + bytes.size()};
    start(*kernel, told);
    auto const& root = *kernel->core.current;
    EXPECT_EQ(root.state, ThreadState::Running);
    EXPECT_EQ(root.context.next_ip, told.image_entry.raw());
    EXPECT_EQ(kernel->irqs.state(arch::timer_irq), IrqState::Reserved);
}

TEST_F(BootTest, RefusesAnImageThatIsNotWholePages) {
    constexpr auto reason = "the loader names no root task image of whole pages";
    auto told = arguments();
    told.image.begin = told.image.begin + 8;
    expect_refusal(told, reason);
    told = arguments();
    told.image.end = told.image.end - 8;
    expect_refusal(told, reason);
    told = arguments();
    told.image_offset += 8;
    expect_refusal(told, reason);
    told = arguments();
    told.image.end = told.image.begin;
    expect_refusal(told, reason);
}

TEST_F(BootTest, RefusesWhatIsOutOfReach) {
    constexpr auto reason = "where the kernel cannot reach it";
    PhysAddr const top{arch::window_size};
    auto told = arguments();
    told.image = {top - api::page_size, top + api::page_size};
    expect_refusal(told, reason);
    told = arguments();
    told.device_tree = {top, top + 0x100};
    expect_refusal(told, reason);
}

TEST_F(BootTest, RefusesADeviceTreeThatIsNone) {
    auto told = arguments();
    told.device_tree = {PhysAddr{0x20'0000}, PhysAddr{0x20'1000}};
    expect_refusal(told, "wrong magic number");
}

} // namespace
} // namespace kernel::boot
