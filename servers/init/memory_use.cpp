// SPDX-License-Identifier: BSD-2-Clause
//
// Walks the chunks of the extra boot information. The kernel wrote them, so lengths are trusted no
// further than the area reaches.

#include <init/memory_use.hpp>

#include <cstring>

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
    while (extra.size() >= sizeof(api::BootInfoHeader)) {
        api::BootInfoHeader header{};
        std::memcpy(&header, extra.data(), sizeof header);
        if (header.length < sizeof header || header.length > extra.size()) {
            break;
        }
        if (header.id == api::boot_info_fdt) {
            sums.is_described = 1;
        }
        if (header.id == api::boot_info_memory_map) {
            count_all(sums, extra.subspan(sizeof header, header.length - sizeof header));
        }
        extra = extra.subspan(header.length);
    }
    sums.init += kept;
    return sums;
}

} // namespace init
