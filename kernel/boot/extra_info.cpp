// SPDX-License-Identifier: BSD-2-Clause
//
// Chunks of the extra area, each behind a header that says what it is and how long.

#include <arch/memory.hpp>
#include <kernel/boot/extra_info.hpp>

#include <cstring>

namespace kernel::boot {

using api::BootInfoHeader;
using api::Word;

namespace {

/// So that the header of the next chunk is aligned.
constexpr unsigned chunk_alignment_bits = 3;

Word chunk_size(Word bytes) {
    return bytes == 0 ? 0 : base::align_up(sizeof(BootInfoHeader) + bytes, chunk_alignment_bits);
}

/// Returns where the next chunk goes.
std::byte* write_chunk(std::byte* at, Word id, void const* data, Word bytes) {
    if (bytes == 0) {
        return at;
    }
    BootInfoHeader const header{id, chunk_size(bytes)};
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + sizeof header, data, bytes);
    return at + header.length;
}

} // namespace

Word extra_info_size(base::PhysRange device_tree, std::size_t descriptions) {
    return chunk_size(device_tree.size()) +
           chunk_size(descriptions * sizeof(api::MemoryDescription));
}

void write_extra_info(std::byte* area, base::PhysRange device_tree,
                      std::span<api::MemoryDescription const> descriptions) {
    auto const* const tree = arch::kernel_address(device_tree.begin).as_pointer<std::byte>();
    auto* const next = write_chunk(area, api::boot_info_fdt, tree, device_tree.size());
    write_chunk(next, api::boot_info_memory_map, descriptions.data(), descriptions.size_bytes());
}

} // namespace kernel::boot
