// SPDX-License-Identifier: BSD-2-Clause
//
// The checker counts everything anew, from the blocks and from the spaces, and compares.

#include <pager/books.hpp>

#include <array>

namespace pager {

namespace {

struct Tally {
    std::array<std::uint64_t, frame_state_count> bytes{}; // by FrameState, as the blocks say
    std::uint64_t block_slots{0};                         // slots that hold untypeds
    std::uint64_t object_slots{0};

    std::uint64_t private_pages{0}; // as the spaces say
    std::uint64_t buffers{0};
    std::uint64_t zero_pages{0};
    std::uint64_t file_pages{0};
    std::uint64_t tables{0};
    std::uint64_t spaces{0};
    std::uint64_t wrong_frames{0};
};

void count_blocks(Memory const& memory, Tally& tally) {
    memory.blocks.for_each_block([&](Frame block, unsigned order) {
        FrameState const state = memory.frames.state(block);
        tally.bytes[static_cast<std::size_t>(state)] += base::bit(order) * page_size;
        ++tally.block_slots;
        bool const has_object = state != FrameState::Free && memory.capability(block) != no_slot;
        tally.object_slots += has_object ? 1 : 0;
    });
    auto& free = tally.bytes[static_cast<std::size_t>(FrameState::Free)];
    free += memory.blocks.bytes_to_carve();
    tally.block_slots += memory.blocks.split_blocks() + memory.blocks.carved_untypeds();
}

/// Whether the frame table agrees with a space about one of its pages.
bool agrees(Memory const& memory, AddressSpace const& space, UserAddr page, PageEntry entry) {
    FrameRecord const& record = memory.frames[entry.frame];
    FrameState const state = memory.frames.state(entry.frame);
    return record.use.owner == space.number() && record.page * page_size == page.raw() &&
           (state == FrameState::Anonymous || state == FrameState::Buffer);
}

void count_space(Memory const& memory, AddressSpace const& space, Tally& tally) {
    std::array<std::uint64_t, 5> found{};
    PageMapper const& pages = space.pages();
    for (auto page = pages.first_present(UserAddr{0}, user_end); page;
         page = pages.first_present(*page + page_size, user_end)) {
        PageEntry const entry = pages.get(*page);
        ++found[static_cast<std::size_t>(entry.state)];
        bool const right = space.regions().find(*page) != nullptr &&
                           (!entry.has_frame() || agrees(memory, space, *page, entry));
        tally.wrong_frames += right ? 0 : 1;
    }
    for (std::size_t i = 1; i < found.size(); ++i) {
        tally.wrong_frames += found[i] == pages.count(static_cast<PageState>(i)) ? 0 : 1;
    }
    tally.private_pages += pages.count(PageState::Private) + pages.count(PageState::Parked);
    tally.zero_pages += pages.count(PageState::Zero);
    tally.file_pages += pages.count(PageState::File);
    tally.buffers += space.buffers();
    tally.tables += pages.tables();
    ++tally.spaces;
}

} // namespace

std::optional<std::string_view> find_discrepancy(Pager const& pager, std::uint64_t fixed_slots) {
    Memory const& memory = pager.memory();
    Tally tally;
    count_blocks(memory, tally);
    for (AddressSpace const* space = pager.first_space(); space != nullptr;
         space = pager.next_space(*space)) {
        count_space(memory, *space, tally);
    }
    for (std::size_t i = 0; i < frame_state_count; ++i) {
        if (tally.bytes[i] != memory.frames.bytes(static_cast<FrameState>(i))) {
            return "the sum of a state is not what its blocks make";
        }
    }
    auto const in_state = [&](FrameState state) { return memory.frames.bytes(state) / page_size; };
    std::uint64_t const slots = fixed_slots + tally.block_slots + tally.object_slots +
                                tally.zero_pages + tally.file_pages + memory.asid_pools_made() -
                                memory.blocks.untypeds();
    struct Check {
        bool holds;
        std::string_view otherwise;
    };
    std::array const checks{
        Check{tally.wrong_frames == 0, "a page and its frame disagree"},
        Check{tally.private_pages - tally.buffers == in_state(FrameState::Anonymous),
              "anonymous frames and private pages differ in number"},
        Check{tally.buffers == in_state(FrameState::Buffer), "buffers differ in number"},
        Check{tally.tables == in_state(FrameState::PageTable), "page tables differ in number"},
        Check{in_state(FrameState::SharedZero) == 1, "there is not exactly one zero page"},
        Check{tally.zero_pages == memory.zero_mapped, "mappings of the zero page differ"},
        Check{tally.file_pages == memory.file_mapped, "mapped file pages differ in number"},
        Check{memory.blocks.count_idle_blocks() == memory.blocks.idle_blocks(),
              "idle blocks differ in number"},
        Check{slots == memory.slots.used(), "a capability slot leaked"},
    };
    for (Check const& check : checks) {
        if (!check.holds) {
            return check.otherwise;
        }
    }
    return std::nullopt;
}

} // namespace pager
