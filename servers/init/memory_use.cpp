// SPDX-License-Identifier: BSD-2-Clause
//
// Sums, out of a chunk of the extra boot information.

#include <init/extra_info.hpp>
#include <init/memory_use.hpp>

namespace init {

namespace {

void count(ipc::process::Memory::Reply& sums, api::MemoryDescription const& part) {
    switch (part.use) {
    case api::MemoryUse::Kernel: sums.kernel += part.size; break;
    case api::MemoryUse::DeviceTree: sums.device_tree += part.size; break;
    case api::MemoryUse::RootImage: sums.boot_image += part.size; break;
    case api::MemoryUse::RootObjects: sums.init += part.size; break;
    case api::MemoryUse::Firmware: sums.firmware += part.size; break;
    case api::MemoryUse::Unused: sums.unused += part.size; break;
    case api::MemoryUse::Ram: sums.ram += part.size; break;
    }
}

void count_all(ipc::process::Memory::Reply& sums, std::span<std::byte const> parts) {
    for (; parts.size() >= sizeof(api::MemoryDescription);
         parts = parts.subspan(sizeof(api::MemoryDescription))) {
        api::MemoryDescription part{};
        std::memcpy(&part, parts.data(), sizeof part);
        count(sums, part);
    }
}

} // namespace

ipc::process::Memory::Reply memory_use(std::span<std::byte const> extra, std::uint64_t kept) {
    ipc::process::Memory::Reply sums{};
    for_each_chunk(extra, [&](api::Word id, std::span<std::byte const> contents) {
        if (id == api::boot_info_fdt) {
            sums.is_described = 1;
        }
        if (id == api::boot_info_memory_map) {
            count_all(sums, contents);
        }
    });
    sums.init += kept;
    return sums;
}

} // namespace init
