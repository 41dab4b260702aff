// SPDX-License-Identifier: BSD-2-Clause

#include <init/memory_use.hpp>

#include <cstring>
#include <gtest/gtest.h>
#include <vector>

namespace {

class ExtraArea {
public:
    void chunk(api::Word id, std::vector<api::MemoryDescription> const& parts) {
        auto const size = parts.size() * sizeof(api::MemoryDescription);
        append(api::BootInfoHeader{.id = id, .length = sizeof(api::BootInfoHeader) + size});
        for (auto const& part : parts) {
            append(part);
        }
    }

    template <typename T>
    void append(T const& value) {
        auto const* const bytes = reinterpret_cast<std::byte const*>(&value);
        bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
    }

    [[nodiscard]] std::span<std::byte const> bytes() const { return bytes_; }

private:
    std::vector<std::byte> bytes_;
};

using api::MemoryUse;

TEST(MemoryUse, SumsPartsByUse) {
    ExtraArea area;
    area.chunk(api::boot_info_fdt, {});
    area.chunk(api::boot_info_memory_map, {{.paddr = 0, .size = 100, .use = MemoryUse::Ram},
                                           {.paddr = 200, .size = 50, .use = MemoryUse::Ram},
                                           {.paddr = 0, .size = 20, .use = MemoryUse::Kernel},
                                           {.paddr = 20, .size = 7, .use = MemoryUse::RootImage},
                                           {.paddr = 30, .size = 3, .use = MemoryUse::RootObjects},
                                           {.paddr = 40, .size = 4, .use = MemoryUse::Firmware},
                                           {.paddr = 44, .size = 1, .use = MemoryUse::DeviceTree},
                                           {.paddr = 90, .size = 9, .use = MemoryUse::Unused}});
    auto const use = init::memory_use(area.bytes(), 10);
    EXPECT_EQ(use.ram, 150u);
    EXPECT_EQ(use.kernel, 20u);
    EXPECT_EQ(use.boot_image, 7u);
    EXPECT_EQ(use.init, 13u) << "the root task's objects and what init kept";
    EXPECT_EQ(use.firmware, 4u);
    EXPECT_EQ(use.device_tree, 1u);
    EXPECT_EQ(use.unused, 9u);
    EXPECT_EQ(use.is_described, 1u);
}

TEST(MemoryUse, IgnoresWhatItDoesNotKnow) {
    ExtraArea area;
    area.chunk(99, {{.paddr = 0, .size = 100, .use = MemoryUse::Ram}});
    area.chunk(api::boot_info_memory_map,
               {{.paddr = 0, .size = 100, .use = static_cast<MemoryUse>(77)}});
    EXPECT_EQ(init::memory_use(area.bytes(), 0).ram, 0u);
}

TEST(MemoryUse, WithoutADeviceTreeRamIsOnlyAssumed) {
    ExtraArea area;
    area.chunk(api::boot_info_memory_map, {{.paddr = 0, .size = 100, .use = MemoryUse::Ram}});
    auto const use = init::memory_use(area.bytes(), 0);
    EXPECT_EQ(use.ram, 100u);
    EXPECT_EQ(use.is_described, 0u);
}

TEST(MemoryUse, StopsAtAChunkThatCannotBe) {
    for (api::Word const length : {api::Word{0}, api::Word{8}, api::Word{4096}, ~api::Word{0}}) {
        ExtraArea area;
        area.append(api::BootInfoHeader{.id = api::boot_info_memory_map, .length = length});
        area.append(api::MemoryDescription{.paddr = 0, .size = 1, .use = MemoryUse::Ram});
        EXPECT_EQ(init::memory_use(area.bytes(), 0).ram, 0u) << length;
    }
}

TEST(MemoryUse, WithoutExtraAreaOnlyInitsOwnIsKnown) {
    EXPECT_EQ(init::memory_use({}, 5).init, 5u);
}

} // namespace
