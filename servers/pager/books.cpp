// SPDX-License-Identifier: BSD-2-Clause
//
// The checker counts everything anew, from the blocks and from the spaces, and compares. It needs
// no memory: references are counted down in the books themselves, and up again.

#include <pager/books.hpp>

#include <array>
#include <bit>

namespace pager {

namespace {

struct Tally {
    std::array<std::uint64_t, frame_state_count> bytes{}; // by FrameState, as the blocks say
    std::uint64_t block_slots{0};                         // slots that hold untypeds
    std::uint64_t object_slots{0};
    std::uint64_t pooled{0};
    std::uint64_t unused{0}; // pooled frames, as their groups say
    std::uint64_t idle_groups{0};
    std::uint64_t zeroed{0};
    std::uint64_t wrong{0};

    std::uint64_t buffers{0}; // as the spaces say
    std::uint64_t zero_pages{0};
    std::uint64_t file_pages{0};
    std::uint64_t file_copies{0}; // of capabilities to them
    std::uint64_t copies{0};      // of capabilities to pooled frames
    std::uint64_t tables{0};
    std::uint64_t shared{0};     // frames, as the shared memories say
    std::uint64_t threads{0};    // capabilities to them
    std::uint64_t contiguous{0}; // frames, as the regions say
    std::uint64_t registers{0};  // slots, likewise
};

void count_pooled(Memory const& memory, Frame frame, FrameState state, Tally& tally) {
    ++tally.pooled;
    FrameGroup const& group = memory.pool.group_of(frame);
    std::uint32_t const position = index(frame) % group_frames;
    bool const zeroed = (group.zeroed >> position & 1) != 0;
    bool const used = (group.used >> position & 1) != 0;
    tally.unused += state == FrameState::Stock ? 1 : 0;
    tally.wrong += (zeroed && used) || (zeroed || used) != (state == FrameState::Stock) ? 1 : 0;
    if (position == 0) {
        tally.idle_groups += group.is_idle() ? 1 : 0;
        bool const is_clients = group.kind == PageGroup::Clients;
        tally.zeroed += is_clients ? static_cast<unsigned>(std::popcount(group.zeroed)) : 0;
    }
}

void count_blocks(Memory const& memory, Tally& tally) {
    memory.blocks.for_each_block([&](Frame block, unsigned order) {
        FrameState const state = memory.frames.state(block);
        tally.bytes[static_cast<std::size_t>(state)] += base::bit(order) * page_size;
        if (memory.frames[block].is_pooled != 0) {
            count_pooled(memory, block, state, tally);
            return;
        }
        ++tally.block_slots;
        bool const has_object =
            state != FrameState::Free && memory.objects.capability(block) != no_slot;
        bool const is_contiguous = state == FrameState::Buffer; // an object for each frame
        tally.object_slots += is_contiguous ? base::bit(order) : has_object ? 1 : 0;
    });
    auto& free = tally.bytes[static_cast<std::size_t>(FrameState::Free)];
    free += memory.blocks.bytes_to_carve();
    tally.block_slots += memory.blocks.split_blocks() + memory.blocks.carved_untypeds();
}

/// Of a page of shared memory: whether it shows the frame that the memory has there.
bool shows_shared_frame(Memory const& memory, Region const* region, UserAddr page, Slot slot) {
    if (region == nullptr || region->kind != RegionKind::Shared) {
        return false;
    }
    auto const frame = region->grant->memory.find(region->grant->page_at(page));
    return frame && (!memory.pool.is_home(slot) || memory.pool.frame_of_home(slot) == *frame);
}

/// Of one page: what it is mapped to, and whether all agree about it.
void count_page(Memory const& memory, AddressSpace const& space, Leaf const& leaf,
                std::uint32_t entry, std::array<std::uint64_t, mapping_kind_count>& found,
                Tally& tally) {
    Mapping const mapping = leaf.mapping(entry);
    FrameReference const reference = leaf.pages->entries[entry];
    ++found[static_cast<std::size_t>(mapping.kind)];
    UserAddr const page = leaf.start + entry * page_size;
    Region const* const region = space.regions().find(page);
    bool const has_region = region != nullptr;
    bool const maps_frame = mapping.kind == MappingKind::Frame;
    tally.wrong += (mapping.exists() || reference.present()) && !has_region ? 1 : 0;
    tally.wrong += maps_frame && !reference.present() ? 1 : 0;
    tally.wrong += mapping.exists() && !maps_frame && reference.present() ? 1 : 0;
    tally.wrong += leaf.live.has(entry) && (!mapping.exists() || !leaf.has_table) ? 1 : 0;
    tally.wrong += leaf.writable.has(entry) && !leaf.live.has(entry) ? 1 : 0;
    if (maps_frame && reference.present() &&
        mapping.slot() != memory.pool.home_slot(reference.frame())) {
        ++tally.copies;
    }
    if (mapping.kind == MappingKind::Shared) {
        tally.wrong += shows_shared_frame(memory, region, page, mapping.slot()) ? 0 : 1;
        tally.copies += memory.pool.is_home(mapping.slot()) ? 0 : 1;
    }
    if (mapping.kind == MappingKind::File) {
        bool const is_own = memory.files.is_own(mapping.slot());
        bool const is_right =
            !is_own || (has_region &&
                        memory.files.own_slot(content_of(*region, page).offset) == mapping.slot());
        tally.wrong += is_right ? 0 : 1;
        tally.file_copies += is_own ? 0 : 1;
    }
    if (mapping.kind == MappingKind::Device) {
        bool const is_right = region != nullptr && region->kind == RegionKind::Device &&
                              region->block->capability_at(page) == mapping.slot();
        tally.wrong += is_right ? 0 : 1;
    }
}

/// Each block once: where its first region is.
void count_contiguous(AddressSpace const& space, Tally& tally) {
    RegionTree const& regions = space.regions();
    for (Region const* region = regions.first(); region != nullptr;
         region = regions.next(*region)) {
        if (region->kind != RegionKind::Device) {
            continue;
        }
        Region const* first = regions.first_ending_above(region->block->start());
        while (!(first->block == region->block)) {
            first = regions.next(*first);
        }
        if (first == region) {
            tally.contiguous += region->block->frames();
            tally.registers += region->block->slots();
        }
    }
}

void count_shared(Memory const& memory, Tally& tally) {
    for (SharedMemory* shared = memory.shared.first(); shared != nullptr;
         shared = memory.shared.next(*shared)) {
        std::uint64_t present = 0;
        shared->for_each_frame([&](std::uint64_t page, Frame frame) {
            bool const is_right =
                memory.frames.state(frame) == FrameState::Shared &&
                memory.frames[frame].references == 1 &&
                memory.shared.place_of(frame) == SharedMemories::Place{shared, page};
            tally.wrong += is_right ? 0 : 1;
            ++present;
        });
        tally.wrong += present == shared->present() ? 0 : 1;
        tally.shared += present;
    }
}

void count_space(Memory const& memory, AddressSpace const& space, Tally& tally) {
    std::array<std::uint64_t, mapping_kind_count> found{};
    PageMapper const& pages = space.pages();
    std::uint64_t private_pages = 0;
    for (Leaf const* leaf = pages.first_leaf(); leaf != nullptr; leaf = pages.next_leaf(*leaf)) {
        std::uint64_t mapped = found[0];
        for (std::uint32_t entry = 0; entry < leaf_pages; ++entry) {
            count_page(memory, space, *leaf, entry, found, tally);
        }
        mapped = leaf_pages - (found[0] - mapped);
        tally.wrong += mapped != leaf->mapping_count ? 1 : 0;
        private_pages += leaf->pages->present;
    }
    for (std::size_t kind = 1; kind < found.size(); ++kind) {
        tally.wrong += found[kind] == pages.mappings(static_cast<MappingKind>(kind)) ? 0 : 1;
    }
    tally.wrong += private_pages == pages.private_pages() ? 0 : 1;
    tally.zero_pages += pages.mappings(MappingKind::Zero);
    tally.file_pages += pages.mappings(MappingKind::File);
    tally.buffers += pages.mappings(MappingKind::Buffer);
    tally.tables += pages.tables();
    tally.threads += space.watched_threads();
    count_contiguous(space, tally);
}

/// Calls `visit(Leaf&)` for all leaves of all spaces.
void for_each_leaf(Pager const& pager, auto visit) {
    for (AddressSpace const* space = pager.first_space(); space != nullptr;
         space = pager.next_space(*space)) {
        PageMapper const& pages = space->pages();
        for (Leaf* leaf = pages.first_leaf(); leaf != nullptr; leaf = pages.next_leaf(*leaf)) {
            visit(*leaf);
        }
    }
}

/// Whether the array is where its family and its users are looked for.
bool is_listed(PageArray const& array) {
    PageArray const* const before = array.relative.prev;
    bool const is_relative =
        before != nullptr ? before->relative.next == &array : array.family.arrays.front() == &array;
    std::uint32_t users = 0;
    for (ArrayUser const* user = array.users.front(); user != nullptr;
         user = array.users.next(*user)) {
        users += user->pages == &array ? 1 : array.references;
    }
    return is_relative && users == array.references;
}

/// Each reference to an array is a leaf, each reference to a frame an entry of an array, and each
/// frame knows where that entry is; and what sharing saves is what the references are in sum above
/// one each.
bool references_agree(Pager const& pager) {
    Memory const& memory = pager.memory();
    std::uint64_t saved = 0;
    std::uint64_t wrong = 0;
    auto const for_each_reference = [&](PageArray const& array, auto change) {
        std::uint32_t present = 0;
        for (std::uint32_t entry = 0; entry < leaf_pages; ++entry) {
            if (!array.entries[entry].present()) {
                continue;
            }
            FrameRecord& record = memory.frames[array.entries[entry].frame()];
            ++present;
            change(record.references);
            wrong += record.family.get() == &array.family && record.entry == entry ? 0 : 1;
        }
        wrong += present == array.present ? 0 : 1;
    };
    for_each_leaf(pager, [&](Leaf& leaf) {
        if (!std::exchange(leaf.pages->is_counted, true)) {
            saved += std::uint64_t{leaf.pages->references - 1} * leaf.pages->present;
            wrong += is_listed(*leaf.pages) ? 0 : 1;
            for_each_reference(*leaf.pages, [](std::uint32_t& references) { --references; });
        }
        --leaf.pages->references;
    });
    for_each_leaf(pager, [&](Leaf& leaf) { wrong += leaf.pages->references == 0 ? 0 : 1; });
    memory.blocks.for_each_block([&](Frame frame, unsigned) {
        bool const is_anonymous = memory.frames.state(frame) == FrameState::Anonymous;
        wrong += is_anonymous && memory.frames[frame].references != 0 ? 1 : 0;
    });
    for_each_leaf(pager, [&](Leaf& leaf) {
        if (std::exchange(leaf.pages->is_counted, false)) {
            for_each_reference(
                *leaf.pages, [&](std::uint32_t& references) { saved += references++ > 0 ? 1 : 0; });
        }
        ++leaf.pages->references;
    });
    return wrong == 0 && saved == memory.arrays.statistics.saved_now;
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
    count_shared(memory, tally);
    for (std::size_t i = 0; i < frame_state_count; ++i) {
        if (tally.bytes[i] != memory.frames.bytes(static_cast<FrameState>(i))) {
            return "the sum of a state is not what its blocks make";
        }
    }
    auto const in_state = [&](FrameState state) { return memory.frames.bytes(state) / page_size; };
    std::uint64_t const slots = fixed_slots + tally.block_slots + tally.object_slots +
                                tally.zero_pages + memory.zeroes.spare() + tally.file_copies +
                                tally.copies + tally.threads + tally.registers +
                                memory.asid_pools_made() - memory.blocks.untypeds();
    struct Check {
        bool holds;
        std::string_view otherwise;
    };
    std::array const checks{
        Check{tally.wrong == 0, "a page and its frame disagree"},
        Check{references_agree(pager), "a frame or an array is referred to more or less often"},
        Check{tally.unused == in_state(FrameState::Stock), "unused frames differ in number"},
        Check{tally.idle_groups == memory.pool.idle_groups(), "idle groups differ in number"},
        Check{tally.zeroed == memory.pool.zeroed_frames(), "zeroed frames differ in number"},
        Check{tally.buffers + tally.contiguous == in_state(FrameState::Buffer),
              "buffers differ in number"},
        Check{tally.shared == in_state(FrameState::Shared), "shared frames differ in number"},
        Check{tally.tables == in_state(FrameState::PageTable), "page tables differ in number"},
        Check{in_state(FrameState::SharedZero) == 1, "there is not exactly one zero page"},
        Check{tally.zero_pages == memory.zero_mapped, "mappings of the zero page differ"},
        Check{tally.file_pages == memory.file_mapped, "mapped file pages differ in number"},
        Check{tally.file_pages - tally.file_copies == memory.files.count_in_use(),
              "capabilities of the boot archive's own are lost, or used twice"},
        Check{tally.copies == memory.copies_mapped, "copies of capabilities differ in number"},
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
