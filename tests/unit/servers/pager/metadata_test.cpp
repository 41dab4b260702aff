// SPDX-License-Identifier: BSD-2-Clause
//
// What it costs to know about memory: when clients use all of it, side by side, everything that is
// not theirs is a small share of the RAM.

#include "pager_fixture.hpp"

#include <iomanip>
#include <iostream>

namespace pager::test {

using namespace ipc::pager;

namespace {

constexpr unsigned ram_bits = 28; // 256 MiB

class MetadataTest : public PagerFixture {
protected:
    static constexpr std::size_t client_count = 8;

    MetadataTest() : PagerFixture{{{0x4000'0000, ram_bits}}} {}

    struct Part {
        std::string_view name;
        std::uint64_t bytes;
    };

    /// Each client goes through memory of its own; they take turns, until there is nothing left.
    void fill() {
        for (std::size_t i = 0; i < client_count; ++i) {
            spaces.push_back(new_space(i));
            ASSERT_TRUE(call(client(spaces[i]), Map{data, base::bit(ram_bits), Access::ReadWrite}));
        }
        bool goes_on = true;
        for (std::uint64_t at = data; goes_on; at += page_size) {
            for (api::Word const space : spaces) {
                goes_on &= access(space, at, FaultKind::Write) != nullptr;
            }
        }
    }

    /// Of the pages that the pager made for itself, by what they are.
    void count_own(std::uint64_t& leaves, std::uint64_t& tables, std::uint64_t& pages) const {
        blocks.for_each_block([&](Frame block, unsigned order) {
            if (frames.state(block) == FrameState::Pager) {
                bool const has_object = memory->objects.capability(block) != no_slot;
                std::uint64_t& part = frames[block].is_pooled != 0 ? pages
                                      : has_object                 ? tables
                                                                   : leaves;
                part += base::bit(order) * page_size;
            }
        });
    }

    /// The books of fixed size lie beside the RAM in this test, as does the root of the CSpace.
    std::vector<Part> parts() {
        std::uint64_t leaves = 0;
        std::uint64_t tables = 0;
        std::uint64_t pages = 0;
        count_own(leaves, tables, pages);
        std::uint64_t const heap = books->heap().pages() * page_size;
        std::uint64_t const spare = books->pages().spare() * page_size;
        auto const now = statistics();
        return {
            {"frame table", records.size() * sizeof(FrameRecord)},
            {"records of slots", slot_records.size() * sizeof(SlotLeaf)},
            {"records of the frame pool",
             frame_groups.size() * sizeof(FrameGroup) + frame_leaves.size() * sizeof(FrameLeaves)},
            {"root CNode", base::bit(startup::root_bits(now.total) + api::slot_bits)},
            {"CNodes for capabilities", leaves},
            {"page tables of the window", tables},
            {"page tables of clients", now.page_tables},
            {"VSpaces", now.kernel_objects},
            {"heap: spaces, regions, leaves", heap},
            {"pages in reserve for the heap", spare},
            {"half pages: frames and capabilities of 2 MiB", pages - heap - spare},
            {"page of zeroes", now.shared_zero},
        };
    }

    static constexpr std::uint64_t data = 0x4000'0000;
    std::vector<api::Word> spaces;
};

TEST_F(MetadataTest, IsAtMostThreePercentOfTheRam) {
    expect_lazy_policy();
    fill();
    auto const now = statistics();
    std::uint64_t sum = 0;
    auto const print = [&](std::string_view name, std::uint64_t bytes) {
        double const percent = 100.0 * static_cast<double>(bytes) / static_cast<double>(now.total);
        std::cout << std::setw(10) << bytes / 1024 << " KiB" << std::fixed << std::setprecision(2)
                  << std::setw(8) << percent << " %  " << name << '\n';
    };
    for (Part const& part : parts()) {
        print(part.name, part.bytes);
        sum += part.bytes;
    }
    print("sum", sum);
    print("clients' pages", now.anonymous + now.buffers);
    print("free, which clients must leave", now.free);
    EXPECT_GT(now.anonymous, now.total * 95 / 100);
    EXPECT_LE(sum, now.total * 3 / 100);
}

} // namespace

} // namespace pager::test
