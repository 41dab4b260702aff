// SPDX-License-Identifier: BSD-2-Clause
//
// Each word is read once: it is whole, and the next one may be of a later moment.

#include <init/counters.hpp>
#include <init/extra_info.hpp>

#include <algorithm>
#include <array>
#include <bit>

namespace init {

std::optional<api::CPtr> counter_frame(std::span<std::byte const> extra) {
    std::optional<api::CPtr> result;
    for_each_chunk(extra, [&](api::Word id, std::span<std::byte const> contents) {
        api::SlotRegion frames{};
        if (id == api::boot_info_kernel_counters && contents.size() >= sizeof frames) {
            std::memcpy(&frames, contents.data(), sizeof frames);
            if (frames.start < frames.end) {
                result = api::CPtr{frames.start};
            }
        }
    });
    return result;
}

api::KernelCounters read_counters(api::Word const volatile* page) {
    std::array<api::Word, sizeof(api::KernelCounters) / sizeof(api::Word)> words{};
    auto const counted = std::min(page[0] / sizeof(api::Word), words.size());
    for (std::size_t i = 0; i < counted; ++i) {
        words[i] = page[i];
    }
    return std::bit_cast<api::KernelCounters>(words);
}

} // namespace init
