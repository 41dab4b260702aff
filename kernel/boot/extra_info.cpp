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
           chunk_size(descriptions * sizeof(api::MemoryDescription)) +
           chunk_size(sizeof(api::SlotRegion));
}

void write_extra_info(std::byte* area, ExtraInfo const& info) {
    auto const& [tree, memory, counters] = info;
    auto* at = write_chunk(area, api::boot_info_fdt,
                           arch::kernel_address(tree.begin).as_pointer<std::byte>(), tree.size());
    at = write_chunk(at, api::boot_info_memory_map, memory.data(), memory.size_bytes());
    write_chunk(at, api::boot_info_kernel_counters, &counters, sizeof counters);
}

} // namespace kernel::boot
