// SPDX-License-Identifier: BSD-2-Clause
//
// Copies the kernel to where it wants to be, root task and device tree to where `boot/places` says,
// and leaves garbage in the memory between and interrupts pending.

#include "contract.hpp"
#include <base/address.hpp>
#include <base/bits.hpp>
#include <board.hpp>
#include <formats/cpio.hpp>
#include <formats/elf.hpp>
#include <formats/fdt.hpp>

#include <cstring>

extern "C" char loader_begin[];
extern "C" std::uint64_t const volatile payload_descriptor[4];
extern "C" [[noreturn]] void stop();
extern "C" [[noreturn]] void enter_kernel(KernelArguments const* arguments, std::uint64_t entry);
extern "C" [[noreturn]] void load(std::uint64_t device_tree);

namespace foreign {

namespace {

using Word = std::uint64_t;
using formats::elf::Program;

constexpr unsigned page_bits = 12;

struct Places {
    Word image;
    Word device_tree; // 0: the kernel gets none
};

char* at(Word address) {
    return reinterpret_cast<char*>(address);
}

/// There is nobody to tell: the machine says nothing, which a test notices.
template <typename T>
auto demand(T const& result) {
    if (!result) {
        stop();
    }
    return *result;
}

formats::Bytes file(char const* name) {
    auto const offset = payload_descriptor[1];
    auto const size = payload_descriptor[2];
    formats::cpio::Archive const archive{
        {reinterpret_cast<std::byte const*>(loader_begin + offset), size}};
    return demand(archive.find(name)).data;
}

Program program(char const* name) {
    return demand(Program::parse(file(name), {0, ~Word{0}}));
}

/// Up to this loader's own first byte nothing is in use yet.
void leave_garbage(Word begin) {
    std::memset(at(begin), 0xa5, reinterpret_cast<Word>(loader_begin) - begin);
}

/// Whole pages, zero where the file has nothing. Returns their end.
Word copy_segments(Program const& from, Word offset) {
    auto const begin = from.pages().begin + offset;
    auto const end = base::align_up(from.pages().end, page_bits) + offset;
    std::memset(at(begin), 0, end - begin);
    for (std::size_t i = 0; auto const segment = from.segment(i); ++i) {
        std::memcpy(at(segment->address + offset), from.file().data() + segment->offset,
                    segment->file_size);
    }
    clean_caches(begin, end);
    return end;
}

Word copy_device_tree(Word from, Word to) {
    auto const size = demand(formats::fdt::Tree::size_of(
        {reinterpret_cast<std::byte const*>(from), sizeof(std::uint32_t) * 10}));
    std::memcpy(at(to), at(from), size);
    return size;
}

/// All interrupts on and pending at a GICv2 that is itself on; the processor does not listen.
void raise_interrupts() {
    auto const write = [](base::PhysAddr address, std::uint32_t value) {
        *reinterpret_cast<std::uint32_t volatile*>(address.raw()) = value;
    };
    constexpr Word words = Board::max_irq / 32 + 1;
    for (Word word = 0; word < words; ++word) {
        write(Board::gic_distributor.begin + 0x100 + 4 * word, ~0u); // enabled
        write(Board::gic_distributor.begin + 0x200 + 4 * word, ~0u); // pending
    }
    write(Board::gic_distributor.begin + 0xf00, 0x0200'0003); // an SGI to this core
    write(Board::gic_cpu_interface.begin + 0x4, 0xff);        // no priority is too low
    write(Board::gic_cpu_interface.begin, 1);
    write(Board::gic_distributor.begin, 1);
}

} // namespace

} // namespace foreign

void load(std::uint64_t device_tree) {
    using namespace foreign;
    map_everything();
    auto const kernel = program("boot/kernel");
    auto const root = program("boot/init");
    Places places;
    std::memcpy(&places, file("boot/places").data(), sizeof places);

    leave_garbage(kernel.first().physical_address);
    copy_segments(kernel, kernel.first().physical_address - kernel.first().address);
    auto const root_offset = places.image - root.pages().begin;
    KernelArguments arguments{
        .image_begin = places.image,
        .image_end = copy_segments(root, root_offset),
        .image_offset = root_offset,
        .image_entry = root.entry(),
        .device_tree = places.device_tree,
        .device_tree_size = 0,
    };
    if (places.device_tree != 0) {
        arguments.device_tree_size = copy_device_tree(device_tree, places.device_tree);
    }
    raise_interrupts();
    map_kernel(kernel.first().address, kernel.first().physical_address);
    enter_kernel(&arguments, kernel.entry());
}

/// What the C++ library calls where it would throw.
void std::__libcpp_verbose_abort(char const*, ...) {
    stop();
}
