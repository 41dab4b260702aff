// SPDX-License-Identifier: BSD-2-Clause
//
// The loader: finds the machine, checks the archive, puts kernel, device tree and root task into
// place, and enters the kernel.
//
//   low                                                                    high
//   | kernel | device tree | user image: root task, zeroes, boot archive |

#include "console.hpp"
#include "machine.hpp"
#include "payload.hpp"
#include "place.hpp"
#include "translation.hpp"
#include <api/object.hpp>
#include <board.hpp>

#include <array>
#include <cstring>

/// The kernel's contract, in the order of its registers x0 to x5.
struct KernelArguments {
    std::uint64_t user_image_begin;
    std::uint64_t user_image_end;
    std::uint64_t user_image_offset; // physical minus virtual
    std::uint64_t user_entry;
    std::uint64_t device_tree;
    std::uint64_t device_tree_size;
};

extern "C" unsigned const entry_level; // from start.S
extern "C" [[noreturn]] void restart_at(std::uint64_t base, std::uint64_t device_tree);
extern "C" [[noreturn]] void enter_kernel(KernelArguments const* arguments, std::uint64_t entry);
extern "C" [[noreturn]] void loader_main(std::uint64_t device_tree_pointer);

namespace loader {

using base::PhysAddr;
using base::PhysRange;
using formats::elf::AddressRange;
using formats::elf::Program;

namespace {

constexpr AddressRange kernel_addresses{0xffff'ffff'c000'0000, 0xffff'ffff'ffff'f000};
constexpr AddressRange user_addresses{api::page_size, api::user_top + 1 - api::page_size};
constexpr unsigned kibibyte_bits = 10;

char* at(PhysAddr address) {
    return reinterpret_cast<char*>(address.raw());
}

PhysRange kernel_range(Program const& kernel) {
    auto const first = kernel.first();
    PhysAddr const begin{first.physical_address};
    return {begin, (begin + (kernel.pages().end - first.address)).aligned_up(api::page_bits)};
}

/// Only memory in the kernel's GiB is mapped for the loader to write.
PhysRange window_after(PhysAddr begin) {
    auto const gigabyte = Board::kernel_load_address.aligned_down(block_1g_bits);
    return {begin, gigabyte + base::bit(block_1g_bits)};
}

[[noreturn]] void refuse_memory(char const* what, std::uint64_t size) {
    refuse("not enough memory: no room for ", what, " (", size >> kibibyte_bits, " KiB)");
}

PhysRange place(Machine const& machine, char const* what, std::uint64_t size, PhysAddr after,
                std::span<PhysRange const> taken) {
    auto const found = find_place(machine, size, window_after(after), taken);
    if (!found) {
        refuse_memory(what, size);
    }
    return *found;
}

/// Where the kernel must go, the image may be: then it moves away, and everything begins again.
void make_way(Machine const& machine, PhysRange kernel, std::uint64_t device_tree_pointer) {
    auto const image = image_range();
    if (!image.overlaps(kernel)) {
        return;
    }
    std::array const taken{kernel, image, machine.device_tree()};
    auto const size = base::align_up(image.size(), api::page_bits);
    auto const refuge = place(machine, "the loader beside the kernel", size, kernel.end, taken);
    std::memcpy(at(refuge.begin), at(image.begin), image.size());
    clean_cache(refuge);
    restart_at(refuge.begin.raw(), device_tree_pointer);
}

/// Copies the segments to `base`, which stands for the address `first`; the rest becomes zero.
void copy_segments(Program const& program, PhysRange to, std::uint64_t first) {
    std::memset(at(to.begin), 0, to.size());
    for (std::size_t i = 0; auto const segment = program.segment(i); ++i) {
        std::memcpy(at(to.begin + (segment->address - first)),
                    program.file().data() + segment->offset, segment->file_size);
    }
}

/// Without the room for additions that many trees bring along.
PhysRange copy_device_tree(Machine const& machine, PhysRange kernel, PhysRange image) {
    auto const tree = machine.device_tree();
    if (tree.empty()) {
        return {kernel.end, kernel.end};
    }
    std::array const taken{kernel, image};
    auto const size = machine.device_tree_used();
    auto const to = place(machine, "the device tree", size, kernel.end, taken);
    std::memmove(at(to.begin), at(tree.begin), size);
    formats::fdt::Tree::set_size({reinterpret_cast<std::byte*>(at(to.begin)), size});
    return to;
}

/// The root task's pages, then the archive at the next page: where the root task looks for it.
PhysRange copy_user_image(Machine const& machine, Program const& root,
                          formats::cpio::Archive const& archive, PhysAddr after) {
    auto const pages = root.pages();
    auto const archive_size = base::align_up(archive.bytes().size(), api::page_bits);
    auto const size = pages.end - pages.begin + archive_size;
    if (size > user_addresses.end - pages.begin) {
        refuse("boot/init: no addresses left behind it for the boot archive");
    }
    std::array const taken{image_range()};
    auto const to = place(machine, "the root task and the boot archive", size, after, taken);
    copy_segments(root, {to.begin, to.begin + (pages.end - pages.begin)}, pages.begin);
    auto const archive_at = to.begin + (pages.end - pages.begin);
    std::memset(at(to.end - api::page_size), 0, api::page_size);
    std::memcpy(at(archive_at), archive.bytes().data(), archive.bytes().size());
    return to;
}

/// The kernel's place is named by its first segment; the others have to agree, and the blocks that
/// it is mapped by cannot move it within a block.
void check_kernel_segments(Program const& kernel) {
    auto const offset = kernel.first().address - kernel.first().physical_address;
    bool consistent = base::is_aligned(offset, block_2m_bits);
    for (std::size_t i = 1; auto const segment = kernel.segment(i); ++i) {
        consistent = consistent && segment->address - segment->physical_address == offset;
    }
    if (!consistent) {
        refuse("boot/kernel: its physical addresses do not go with its virtual ones");
    }
}

void check_kernel_place(Machine const& machine, PhysRange kernel) {
    if (!is_ram(machine, kernel) || !is_unreserved(machine, kernel) ||
        kernel.end > window_after(kernel.begin).end) {
        refuse("not enough memory: the kernel needs ", kernel.size() >> kibibyte_bits,
               " KiB of RAM at ", base::Hex{kernel.begin.raw()});
    }
}

} // namespace

/// There the interrupt controller, the timer and much more would be ours to set up for the others.
void check_entry_level() {
    if (entry_level == 3) {
        refuse("entered at EL3: firmware has to start this image at EL2 or EL1, not secure");
    }
}

[[noreturn]] void boot(std::uint64_t device_tree_pointer) {
    check_entry_level();
    auto const machine = Machine::discover(device_tree_pointer);
    auto const archive = boot_archive();
    if (auto const kernel = find_program(archive, "boot/kernel", kernel_addresses)) {
        make_way(machine, kernel_range(*kernel), device_tree_pointer);
    }
    machine.announce();
    verify(archive);
    auto const kernel = program(archive, "boot/kernel", kernel_addresses);
    auto const root = program(archive, "boot/init", user_addresses);

    check_kernel_segments(kernel);
    auto const kernel_at = kernel_range(kernel);
    check_kernel_place(machine, kernel_at);
    // The tree first: what it leaves may be where the others go. From here on the copy counts.
    auto const tree_at = copy_device_tree(machine, kernel_at, image_range());
    auto const moved_machine = tree_at.empty() ? machine : Machine::discover(tree_at.begin.raw());
    auto const user_at = copy_user_image(moved_machine, root, archive, tree_at.end);
    copy_segments(kernel, kernel_at, kernel.first().address);
    for (auto const& range : {kernel_at, tree_at, user_at}) {
        clean_cache(range);
    }

    map_kernel(kernel.first().address, kernel_at.begin);
    KernelArguments const arguments{
        .user_image_begin = user_at.begin.raw(),
        .user_image_end = user_at.end.raw(),
        .user_image_offset = user_at.begin.raw() - root.pages().begin,
        .user_entry = root.entry(),
        .device_tree = tree_at.empty() ? 0 : tree_at.begin.raw(),
        .device_tree_size = tree_at.size(),
    };
    enter_kernel(&arguments, kernel.entry());
}

} // namespace loader

void loader_main(std::uint64_t device_tree_pointer) {
    loader::start_translation(loader::loader_range(), base::PhysAddr{device_tree_pointer});
    loader::set_up_console();
    loader::boot(device_tree_pointer);
}
