// SPDX-License-Identifier: BSD-2-Clause
//
// Frames and their mappings. Each frame capability has at most one, which it remembers; the table
// entry may have been replaced or lost its table since, so it is compared before it is used.

#include <kernel/object/finalise.hpp>
#include <kernel/object/frame.hpp>
#include <kernel/object/translations.hpp>

namespace kernel {

namespace {

/// The same numbers, so that nothing is to be done.
constexpr arch::Access access_of(FrameRights rights) {
    return static_cast<arch::Access>(rights);
}

static_assert(access_of(FrameRights::KernelOnly) == arch::Access::KernelWrite);
static_assert(access_of(FrameRights::ReadWrite) == arch::Access::UserWrite);
static_assert(access_of(FrameRights::ReadOnly) == arch::Access::UserRead);

/// A valid entry is taken away before another is put in its place (break before make).
void replace(KernelState& kernel, arch::PageTableEntry& entry, arch::PageTableEntry value,
             Mapping where) {
    if (entry.valid()) {
        entry = {};
        forget_page(kernel, where);
    }
    entry = value;
}

} // namespace

arch::PageTableEntry* find_mapping(PageTable& root, Capability const& frame) {
    auto const position = root.walk(frame.mapping().address);
    bool const is_mapping = position.entry.is_leaf(position.level) &&
                            position.bits_left() == frame_bits(frame.frame_size()) &&
                            position.entry.address() == frame.address();
    return is_mapping ? &position.entry : nullptr;
}

void map_frame(KernelState& kernel, PageTable::Position position, Slot& frame, Mapping where,
               FrameRights rights, MapAttributes attributes) {
    auto const entry = arch::PageTableEntry::leaf(
        frame.cap.address(), position.level,
        {
            .access = access_of(rights),
            .type = attributes.cacheable ? arch::MemoryType::Normal : arch::MemoryType::Device,
            .user_execute = !attributes.execute_never,
        });
    replace(kernel, position.entry, entry, where);
    frame.cap = frame.cap.with_mapping(where);
}

void unmap_frame(KernelState& kernel, Capability const& frame) {
    auto const mapping = frame.mapping();
    auto const root = kernel.asids.root(mapping.asid);
    if (root == PhysAddr{}) {
        return;
    }
    auto& table = *arch::kernel_address(root).as_pointer<PageTable>();
    if (auto* const entry = find_mapping(table, frame)) {
        *entry = {};
        forget_page(kernel, mapping);
    }
}

} // namespace kernel
