// SPDX-License-Identifier: BSD-2-Clause

#include <init/counters.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace {

using api::Word;

/// Chunks, each of an id and words.
std::vector<Word> area(std::vector<std::pair<Word, std::vector<Word>>> const& chunks) {
    std::vector<Word> words;
    for (auto const& [id, contents] : chunks) {
        words.push_back(id);
        words.push_back(sizeof(api::BootInfoHeader) + contents.size() * sizeof(Word));
        words.insert(words.end(), contents.begin(), contents.end());
    }
    return words;
}

std::optional<api::CPtr> frame_in(std::vector<Word> const& words) {
    return init::counter_frame(std::as_bytes(std::span{words}));
}

TEST(CounterFrame, IsTheFirstOfThoseThatAreNamed) {
    EXPECT_EQ(frame_in(area({{api::boot_info_fdt, {1, 2, 3}},
                             {api::boot_info_kernel_counters, {8191, 8192}}})),
              api::CPtr{8191});
    EXPECT_EQ(frame_in(area({{api::boot_info_kernel_counters, {8188, 8192}}})), api::CPtr{8188});
}

TEST(CounterFrame, NeedNotBeThere) {
    EXPECT_EQ(frame_in({}), std::nullopt);
    EXPECT_EQ(frame_in(area({{api::boot_info_memory_map, {8191, 8192, 1}}})), std::nullopt);
    EXPECT_EQ(frame_in(area({{api::boot_info_kernel_counters, {8192, 8192}}})), std::nullopt);
    EXPECT_EQ(frame_in(area({{api::boot_info_kernel_counters, {8191}}})), std::nullopt);
    EXPECT_EQ(frame_in({api::boot_info_kernel_counters, 1000, 8191, 8192}), std::nullopt);
}

TEST(ReadCounters, TakesWhatTheKernelHas) {
    constexpr auto words = sizeof(api::KernelCounters) / sizeof(Word);
    std::vector<Word> page(512, 7);
    page[0] = sizeof(api::KernelCounters);
    auto const all = init::read_counters(page.data());
    EXPECT_EQ(all.size, sizeof all);
    EXPECT_EQ(all.fast_calls, 7u);
    EXPECT_EQ(all.bytes_cleared, 7u);

    page[0] = (words - 1) * sizeof(Word); // an older kernel
    EXPECT_EQ(init::read_counters(page.data()).objects_made, 7u);
    EXPECT_EQ(init::read_counters(page.data()).bytes_cleared, 0u);

    page[0] = (words + 1) * sizeof(Word); // a later one
    EXPECT_EQ(init::read_counters(page.data()).bytes_cleared, 7u);
}

} // namespace
