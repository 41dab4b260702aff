// SPDX-License-Identifier: BSD-2-Clause
//
// The whole of boot on the pretended machine: what the root task finds.

#include <api/boot_info.hpp>
#include <arch/boot.hpp>
#include <arch/fake.hpp>
#include <kernel/boot/root_task.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/vspace.hpp>

#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <set>

namespace kernel::boot {
namespace {

using base::PhysAddr;
using base::PhysRange;
using base::UserAddr;
namespace initial_slot = api::initial_slot;

class RootTaskTest : public testing::Test {
protected:
    static constexpr PhysRange image{PhysAddr{0x30'0000}, PhysAddr{0x30'5000}};
    static constexpr PhysRange tree{PhysAddr{0x31'0000}, PhysAddr{0x31'0064}};
    static constexpr UserAddr image_address{0x40'0000};
    static constexpr UserAddr entry{0x40'0100};

    RootTaskTest() {
        arch::reset_fake_machine();
        kernel = &make_kernel();
        std::memcpy(arch::kernel_address(tree.begin).as_pointer<char>(), "a device tree", 14);
        EXPECT_TRUE(memory.add_ram({PhysAddr{0}, PhysAddr{arch::fake_memory_size}}));
        EXPECT_TRUE(memory.reserve(arch::kernel_image(), api::MemoryUse::Kernel));
        EXPECT_TRUE(memory.reserve(tree, api::MemoryUse::DeviceTree));
        EXPECT_TRUE(memory.reserve(image, api::MemoryUse::RootImage));
        EXPECT_TRUE(start_root_task(*kernel, memory,
                                    {.image = image,
                                     .image_offset = image.begin.raw() - image_address.raw(),
                                     .image_entry = entry,
                                     .device_tree = tree}));
        root = kernel->core.current;
    }

    Slot& slot(Word index) { return (&root->slot(Tcb::CSpaceRoot).cap.object<Slot>())[index]; }

    [[nodiscard]] arch::PageTableEntry entry_at(UserAddr address) const {
        auto const& space = root->slot(Tcb::VSpaceRoot).cap.object<VSpace>();
        return const_cast<VSpace&>(space).root.walk(address).entry;
    }

    /// What the root task reads at one of its addresses.
    template <typename T>
    T const& at(UserAddr address) {
        auto const offset = address - address.aligned_down(api::page_bits);
        return *arch::kernel_address(entry_at(address).address() + offset).as_pointer<T>();
    }

    Word last_slot() { return base::bit(static_cast<unsigned>(info().root_cnode_bits)) - 1; }

    api::BootInfo const& info() { return at<api::BootInfo>(UserAddr{root->context.x[0]}); }

    /// In the image, as on the machine: the root task is given a page of it.
    static KernelState& make_kernel() {
        return *new (arch::kernel_address(arch::kernel_image().begin).as_pointer<void>())
            KernelState{};
    }

    KernelState* kernel{nullptr};
    MemoryMap memory;
    Tcb* root{nullptr};
};

TEST_F(RootTaskTest, ThreadIsReadyToRun) {
    EXPECT_EQ(root->state, ThreadState::Running);
    EXPECT_EQ(root->priority, 255);
    EXPECT_EQ(root->context.next_ip, entry.raw());
    EXPECT_EQ(root->context.sp, 0u);
    ASSERT_NE(root->sched_context, nullptr);
    EXPECT_TRUE(root->sched_context->round_robin());
    EXPECT_EQ(root->sched_context->head().amount, 312'500u); // 5 ms
    EXPECT_EQ(arch::fake_machine().root, slot(initial_slot::vspace).cap.address());
    EXPECT_EQ(arch::fake_machine().asid, 1u);
}

TEST_F(RootTaskTest, FixedSlotsHoldWhatTheyShould) {
    auto const kind = [&](Word index) { return slot(index).cap.kind(); };
    EXPECT_EQ(kind(0), CapKind::Null);
    EXPECT_EQ(kind(initial_slot::tcb), CapKind::Tcb);
    EXPECT_EQ(kind(initial_slot::cnode), CapKind::CNode);
    EXPECT_EQ(kind(initial_slot::vspace), CapKind::VSpace);
    EXPECT_EQ(kind(initial_slot::irq_control), CapKind::IrqControl);
    EXPECT_EQ(kind(initial_slot::asid_control), CapKind::AsidControl);
    EXPECT_EQ(kind(initial_slot::asid_pool), CapKind::AsidPool);
    EXPECT_EQ(kind(7), CapKind::Null);
    EXPECT_EQ(kind(8), CapKind::Null);
    EXPECT_EQ(kind(initial_slot::boot_info_frame), CapKind::Frame);
    EXPECT_EQ(kind(initial_slot::ipc_buffer), CapKind::Frame);
    EXPECT_EQ(kind(initial_slot::domain), CapKind::Domain);
    EXPECT_EQ(kind(12), CapKind::Null);
    EXPECT_EQ(kind(13), CapKind::Null);
    EXPECT_EQ(kind(initial_slot::sched_context), CapKind::SchedContext);
    EXPECT_EQ(kind(initial_slot::smc), CapKind::Smc);
    EXPECT_EQ(slot(initial_slot::cnode).cap.guard_size() + info().root_cnode_bits, 64u);
}

TEST_F(RootTaskTest, ImageIsMappedWhereItBelongs) {
    auto const& frames = info().user_image_frames;
    ASSERT_EQ(frames.end - frames.start, image.size() / api::page_size);
    for (Word i = 0; i < frames.end - frames.start; ++i) {
        auto const offset = i * api::page_size;
        auto const mapped = entry_at(image_address + offset);
        EXPECT_EQ(mapped.address(), image.begin + offset);
        EXPECT_TRUE(mapped.user_executable());
        EXPECT_EQ(slot(frames.start + i).cap.address(), image.begin + offset);
        EXPECT_EQ(slot(frames.start + i).cap.mapping().address, image_address + offset);
    }
    EXPECT_EQ(info().ipc_buffer, image_address.raw() + image.size());
    EXPECT_FALSE(entry_at(UserAddr{info().ipc_buffer}).user_executable());
    EXPECT_EQ(info().user_image_paging.end - info().user_image_paging.start, 3u);
    EXPECT_EQ(info().user_image_paging.start, initial_slot::first_free);
    EXPECT_EQ(info().extra_boot_info_pages.start, info().user_image_paging.end);
    EXPECT_EQ(info().sched_control.start, info().extra_boot_info_pages.end);
    EXPECT_EQ(info().sched_control.end, info().sched_control.start + 1);
}

TEST_F(RootTaskTest, UntypedsAreAllThatIsLeftAndNoMore) {
    auto const& list = info().untyped;
    EXPECT_EQ(list.end, info().empty.start);
    EXPECT_EQ(info().empty.end, last_slot());
    for (Word i = info().empty.start; i < info().empty.end; ++i) {
        ASSERT_TRUE(slot(i).empty()) << i;
    }
    std::uint64_t ram = 0;
    for (Word i = 0; i < list.end - list.start; ++i) {
        auto const& described = info().untyped_list[i];
        auto const& cap = slot(list.start + i).cap;
        ASSERT_EQ(cap.kind(), CapKind::Untyped);
        EXPECT_EQ(cap.address().raw(), described.paddr);
        EXPECT_EQ(cap.size_bits(), described.size_bits);
        EXPECT_EQ(cap.untyped_is_device(), described.is_device != 0);
        PhysRange const piece{cap.address(), cap.address() + base::bit(cap.size_bits())};
        EXPECT_FALSE(piece.overlaps(image));
        EXPECT_FALSE(piece.overlaps(tree));
        EXPECT_FALSE(piece.overlaps(arch::kernel_image()));
        EXPECT_FALSE(piece.contains(slot(initial_slot::cnode).cap.address()));
        ram += described.is_device == 0 ? piece.size() : 0;
    }
    std::uint64_t free = 0;
    for (auto const region : memory.free_ram()) {
        free += region.size();
    }
    EXPECT_LT(free - ram, 64u); // crumbs around the device tree
    EXPECT_GT(ram, 12u << 20);
}

TEST_F(RootTaskTest, ExtraAreaHoldsTreeAndMemoryMap) {
    auto const extra = UserAddr{root->context.x[0]} + api::page_size;
    auto const& first = at<api::BootInfoHeader>(extra);
    EXPECT_EQ(first.id, api::boot_info_fdt);
    EXPECT_EQ(first.length, 16u + 104); // the size of the tree, made a multiple of 8
    EXPECT_STREQ(&at<char>(extra + sizeof first), "a device tree");

    auto const& second = at<api::BootInfoHeader>(extra + first.length);
    EXPECT_EQ(second.id, api::boot_info_memory_map);
    auto const count = (second.length - sizeof second) / sizeof(api::MemoryDescription);
    std::set<api::MemoryUse> uses;
    for (std::size_t i = 0; i < count; ++i) {
        auto const place = extra + first.length + sizeof second;
        uses.insert(at<api::MemoryDescription>(place + i * sizeof(api::MemoryDescription)).use);
    }
    EXPECT_EQ(uses, (std::set{api::MemoryUse::Kernel, api::MemoryUse::DeviceTree,
                              api::MemoryUse::RootImage, api::MemoryUse::RootObjects,
                              api::MemoryUse::Ram}));

    auto const third = extra + first.length + second.length;
    EXPECT_EQ(at<api::BootInfoHeader>(third).id, api::boot_info_kernel_counters);
    EXPECT_EQ(at<api::BootInfoHeader>(third).length, sizeof first + sizeof(api::SlotRegion));
    EXPECT_EQ(first.length + second.length + at<api::BootInfoHeader>(third).length,
              info().extra_length);
    auto const& frames = at<api::SlotRegion>(third + sizeof first);
    EXPECT_EQ(frames.start, last_slot());
    EXPECT_EQ(frames.end, last_slot() + 1);
}

TEST_F(RootTaskTest, CountersAreInAFrameToReadOnly) {
    auto const& cap = slot(last_slot()).cap;
    ASSERT_TRUE(cap.is(CapKind::Frame));
    EXPECT_EQ(cap.frame_size(), FrameSize::Small);
    EXPECT_EQ(cap.frame_rights(), FrameRights::ReadOnly);
    EXPECT_FALSE(cap.mapping().exists());
    auto const& page = *arch::kernel_address(cap.address()).as_pointer<api::KernelCounters>();
    EXPECT_EQ(&page, &kernel->core.counters);
    EXPECT_EQ(page.size, sizeof page);
    EXPECT_EQ(page.asids_in_use, 1u);
    auto const* const words = arch::kernel_address(cap.address()).as_pointer<Word>();
    for (std::size_t i = sizeof page / sizeof(Word); i < api::page_size / sizeof(Word); ++i) {
        ASSERT_EQ(words[i], 0u); // nothing else of the kernel is shown
    }
}

TEST_F(RootTaskTest, ThreadsCopiesDescendFromTheSlots) {
    EXPECT_TRUE(is_descendant(slot(initial_slot::cnode), root->slot(Tcb::CSpaceRoot)));
    EXPECT_TRUE(is_descendant(slot(initial_slot::vspace), root->slot(Tcb::VSpaceRoot)));
    EXPECT_TRUE(is_descendant(slot(initial_slot::ipc_buffer), root->slot(Tcb::IpcBufferFrame)));
    EXPECT_TRUE(root->slot(Tcb::FaultHandler).empty());
    EXPECT_NE(root->ipc_buffer(Tcb::BufferUse::Receive), nullptr);
}

TEST(RootTaskRefusalTest, TooLittleMemoryIsSaid) {
    arch::reset_fake_machine();
    auto const kernel = std::make_unique<KernelState>();
    MemoryMap memory;
    ASSERT_TRUE(memory.add_ram({PhysAddr{0}, PhysAddr{0x20'0000}}));
    ASSERT_TRUE(memory.reserve({PhysAddr{0x1000}, PhysAddr{0x20'0000}}, api::MemoryUse::Kernel));
    auto const started = start_root_task(*kernel, memory,
                                         {.image = {PhysAddr{0}, PhysAddr{0x1000}},
                                          .image_offset = 0,
                                          .image_entry = {},
                                          .device_tree = {}});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error(), "there is not enough memory for the root task");
}

} // namespace
} // namespace kernel::boot
