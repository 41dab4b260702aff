// SPDX-License-Identifier: BSD-2-Clause
//
// Machine: finds the device tree. What firmware leaves in x0 need not be one.

#include "machine.hpp"

#include "console.hpp"
#include "translation.hpp"

extern "C" unsigned const entry_level;

namespace loader {

using base::PhysAddr;
using base::PhysRange;

namespace {

namespace fdt = formats::fdt;

constexpr std::size_t header_size = 40;
constexpr unsigned mebibyte_bits = 20;

formats::Bytes memory(std::uint64_t address, std::size_t size) {
    return {reinterpret_cast<std::byte const*>(address), size};
}

bool may_be_tree(std::uint64_t pointer) {
    return pointer != 0 && base::is_aligned(pointer, 3) && may_be_mapped(PhysAddr{pointer}) &&
           may_be_mapped(PhysAddr{pointer + header_size});
}

} // namespace

Machine Machine::discover(std::uint64_t pointer) {
    Machine machine;
    auto const size = may_be_tree(pointer) ? fdt::Tree::size_of(memory(pointer, header_size))
                                           : base::fail(fdt::Error::BadMagic);
    if (!size) {
        return machine;
    }
    auto const last = PhysAddr{pointer + *size};
    if (last.aligned_down(block_1g_bits) != PhysAddr{pointer}.aligned_down(block_1g_bits)) {
        refuse("device tree damaged: ", fdt::describe(fdt::Error::BadLayout));
    }
    auto const tree = fdt::Tree::parse(memory(pointer, *size));
    if (!tree) {
        refuse("device tree damaged: ", fdt::describe(tree.error()));
    }
    machine.tree_ = *tree;
    if (machine.ram_size() == 0) {
        refuse("device tree damaged: it describes no memory");
    }
    return machine;
}

void Machine::announce() const {
    if (!tree_) {
        say("no device tree: assuming ", Board::assumed_ram.size() >> mebibyte_bits,
            " MiB of RAM at ", base::Hex{Board::assumed_ram.begin.raw()});
    }
    say("starting on ", Board::name, ", ", ram_size() >> mebibyte_bits,
        " MiB of RAM, entered at EL", entry_level);
}

PhysRange Machine::device_tree() const {
    if (!tree_) {
        return {};
    }
    PhysAddr const begin{reinterpret_cast<std::uint64_t>(tree_->bytes().data())};
    return {begin, begin + tree_->bytes().size()};
}

std::uint64_t Machine::ram_size() const {
    std::uint64_t size = 0;
    for_each_bank([&size](PhysRange bank) { size += bank.size(); });
    return size;
}

} // namespace loader
