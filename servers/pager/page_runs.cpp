// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper: pages in a row, whose capabilities lie in a row, too. The kernel maps a run of them
// by one call, and refuses all of it or nothing.

#include <base/scope_guard.hpp>
#include <pager/page_mapper.hpp>

#include <algorithm>
#include <utility>

namespace pager {

std::uint32_t PageMapper::place_new(UserAddr page, std::uint32_t count, Access access) {
    auto const made = make(page);
    if (!made) {
        return 0;
    }
    Leaf& leaf = **made;
    base::ScopeGuard const tidy{[&] { retire(leaf); }};
    if (!memory_.arrays.make_exclusive(leaf) || !prepare(leaf)) {
        return 0;
    }
    std::uint32_t const first = Leaf::index_of(page);
    count = std::min(count, leaf_pages - first);
    std::uint32_t placed = 0;
    while (placed < count) {
        std::uint32_t const run = place_run(leaf, first + placed, count - placed, access);
        if (run == 0) {
            break;
        }
        placed += run;
    }
    return placed;
}

std::uint32_t PageMapper::place_files(UserAddr page, std::uint64_t offset, std::uint32_t count,
                                      Access access) {
    auto const made = make(page);
    if (!made) {
        return 0;
    }
    Leaf& leaf = **made;
    base::ScopeGuard const tidy{[&] { retire(leaf); }};
    std::uint32_t const entry = Leaf::index_of(page);
    count = std::min(memory_.files.run_at(offset, count), leaf_pages - entry);
    if (count == 0 || !prepare(leaf)) {
        return 0;
    }
    count = count_untouched(leaf, entry, count, MappingKind::None);
    Slot const first = memory_.files.own_slot(offset);
    Access const allowed = without_write(access);
    if (count == 0 || !map_run(leaf, entry, first, count, allowed)) {
        return 0;
    }
    memory_.files.take_run(offset, count);
    note_run(leaf, entry, first, count, MappingKind::File, allowed);
    for (std::uint32_t i = 0; allowed == Access::ReadExecute && i < count; ++i) {
        memory_.files.make_executable(offset + i * page_size, first + i);
    }
    return count;
}

/// A frame whose home capability is nobody's, where there was none: so little is to be done. It is
/// what most faults need that do not follow one another, and a run of one would take longer.
bool PageMapper::place_one(Leaf& leaf, std::uint32_t entry, Access access) {
    if (count_untouched(leaf, entry, 1, MappingKind::Zero) == 0) {
        return false;
    }
    auto const taken = memory_.pool.take_zeroed(FrameState::Anonymous, space_);
    if (!taken) {
        return false;
    }
    Slot const slot = memory_.pool.home_slot(taken->frame);
    if (!memory_.port.map_frame(slot, vspace_, leaf.start + entry * page_size, access)) {
        memory_.pool.give(taken->frame);
        return false;
    }
    taken->record.home = static_cast<unsigned>(HomeCapability::InUse);
    PageArrays::put_new(*leaf.pages, entry, taken->frame, taken->record);
    ++private_pages_;
    note(leaf, entry, slot, MappingKind::Frame, access);
    return true;
}

/// The same for frames whose home capabilities lie in a row.
std::uint32_t PageMapper::place_run(Leaf& leaf, std::uint32_t entry, std::uint32_t count,
                                    Access access) {
    if (count == 1) {
        return place_one(leaf, entry, access) ? 1 : 0;
    }
    count = count_untouched(leaf, entry, count, MappingKind::Zero);
    FrameRun const run = memory_.pool.take_zeroed_run(count, FrameState::Anonymous, space_);
    if (!map_stock(leaf, entry, run, access)) {
        return 0;
    }
    for (std::uint32_t i = 0; i < run.count; ++i) {
        FrameRecord& record = memory_.frames[run.first + i];
        record.home = static_cast<unsigned>(HomeCapability::InUse);
        PageArrays::put_new(*leaf.pages, entry + i, run.first + i, record);
    }
    private_pages_ += run.count;
    return run.count;
}

std::uint32_t PageMapper::own_run(UserAddr page, std::uint32_t count, Access access) {
    Leaf* const leaf = find(page);
    if (leaf == nullptr || !memory_.arrays.make_exclusive(*leaf) || !prepare(*leaf)) {
        return 0;
    }
    std::uint32_t entry = Leaf::index_of(page);
    std::uint32_t const end = std::min(entry + count, leaf_pages);
    std::uint32_t owned = 0;
    while (entry < end && leaf->pages->entries[entry].present() &&
           !leaf->mappings[entry].is_watched) {
        std::uint32_t const shared = count_shared(*leaf, entry, end - entry);
        if (shared == 0 && leaf->writable.has(entry)) {
            ++entry; // its own already
            continue;
        }
        std::uint32_t const run =
            shared > 0 ? copy_run(*leaf, entry, shared, access)
                       : (upgrade(*leaf, leaf->start + entry * page_size, access) ? 1 : 0);
        if (run == 0) {
            break;
        }
        owned += run;
        entry += run;
    }
    return owned;
}

/// Frames that others have, too, are replaced by copies: as many in front as there is stock for.
std::uint32_t PageMapper::copy_run(Leaf& leaf, std::uint32_t entry, std::uint32_t count,
                                   Access access) {
    FrameRun const run = memory_.pool.take_zeroed_run(count, FrameState::Anonymous, space_);
    for (std::uint32_t i = 0; i < run.count; ++i) {
        copy(leaf.pages->entries[entry + i].frame(), run.first + i);
    }
    if (!map_stock(leaf, entry, run, access)) {
        return 0;
    }
    for (std::uint32_t i = 0; i < run.count; ++i) {
        memory_.frames[run.first + i].home = static_cast<unsigned>(HomeCapability::InUse);
        memory_.arrays.put(*leaf.pages, entry + i, run.first + i);
    }
    memory_.arrays.statistics.breaks += run.count;
    return run.count;
}

/// By their home capabilities, which nobody has used yet; if that fails, or there are none, the
/// stock has them back. Whatever stands in the page array must still be there.
bool PageMapper::map_stock(Leaf& leaf, std::uint32_t entry, FrameRun run, Access access) {
    Slot const first = memory_.pool.home_slot(run.first);
    if (run.count == 0 || !map_run(leaf, entry, first, run.count, access)) {
        for (std::uint32_t i = 0; i < run.count; ++i) {
            memory_.pool.give(run.first + i);
        }
        return false;
    }
    note_run(leaf, entry, first, run.count, MappingKind::Frame, access);
    return true;
}

/// Of `count` entries, those in front whose frame is referred to by others, and nobody watches.
std::uint32_t PageMapper::count_shared(Leaf const& leaf, std::uint32_t entry,
                                       std::uint32_t count) const {
    std::span const frames = leaf.pages->entries.subspan(entry, count);
    std::uint32_t found = 0;
    while (found < count && frames[found].present() && !leaf.mapping(entry + found).is_watched &&
           !memory_.arrays.is_exclusive(*leaf.pages, entry + found)) {
        ++found;
    }
    return found;
}

/// Of `count` entries, those in front that stand for nothing yet, or show what `besides` says.
std::uint32_t PageMapper::count_untouched(Leaf const& leaf, std::uint32_t entry,
                                          std::uint32_t count, MappingKind besides) {
    std::span const frames = leaf.pages->entries.subspan(entry, count);
    std::span const mappings{leaf.mappings + entry, count};
    std::uint32_t found = 0;
    while (found < count && !frames[found].present() &&
           (!mappings[found].exists() || mappings[found].kind == besides)) {
        ++found;
    }
    return found;
}

/// As note(), by consecutive slots none of which mapped its page already.
void PageMapper::note_run(Leaf& leaf, std::uint32_t entry, Slot first, std::uint32_t pages,
                          MappingKind kind, Access access) {
    std::span const mappings{leaf.mappings + entry, pages};
    for (std::uint32_t i = 0; i < pages; ++i) {
        Mapping const before = std::exchange(
            mappings[i], {.slot_number = static_cast<std::uint32_t>(first + i), .kind = kind});
        if (before.exists()) {
            --leaf.mapping_count;
            count(before.kind, ~std::uint64_t{0}); // minus one
            give_back(leaf, entry + i, before, true);
        }
    }
    leaf.live.set(entry, pages, true);
    leaf.writable.set(entry, pages, access == Access::ReadWrite);
    leaf.mapping_count += pages;
    count(kind, pages);
}

/// By consecutive capabilities: all, or none. For pages that are not executed, or hold a file.
Result<> PageMapper::map_run(Leaf const& leaf, std::uint32_t entry, Slot first, std::uint32_t count,
                             Access access) {
    UserAddr const page = leaf.start + entry * page_size;
    return count == 1 ? memory_.port.map_frame(first, vspace_, page, access)
                      : memory_.port.map_frames(first, count, vspace_, page, access);
}

} // namespace pager
