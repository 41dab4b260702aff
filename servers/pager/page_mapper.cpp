// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper: the kernel is asked first, the books follow; so a refusal leaves both as they were.

#include <base/scope_guard.hpp>
#include <pager/page_mapper.hpp>

#include <cstring>
#include <memory>

namespace pager {

PageMapper::~PageMapper() {
    while (Leaf* const leaf = leaves_.root()) {
        clear_leaf(*leaf);
    }
}

Leaf* PageMapper::find(UserAddr page) const {
    UserAddr const start = page.aligned_down(Leaf::span_bits);
    if (last_ == nullptr || last_->start != start) {
        Leaf* const leaf = leaves_.find(start.raw());
        if (leaf == nullptr) {
            return nullptr;
        }
        last_ = leaf;
    }
    return last_;
}

/// That of the page, or else the next one.
Leaf* PageMapper::find_first(UserAddr page) const {
    UserAddr const start = page.aligned_down(Leaf::span_bits);
    if (last_ == nullptr || last_->start != start) {
        Leaf* const leaf = leaves_.at_or_above(start.raw());
        if (leaf == nullptr || leaf->start != start) {
            return leaf;
        }
        last_ = leaf;
    }
    return last_;
}

Result<Leaf*> PageMapper::make(UserAddr page) {
    Leaf* const leaf = find(page);
    return leaf != nullptr ? Result<Leaf*>{leaf} : add(page);
}

Result<Leaf*> PageMapper::add(UserAddr page) {
    auto leaf = std::unique_ptr<Leaf>{
        new Leaf{{.start = page.aligned_down(Leaf::span_bits), .space = space_}}};
    TRY(memory_.arrays.make(*leaf));
    leaves_.insert(*leaf);
    return leaf.release();
}

PageView PageMapper::get(UserAddr page) const {
    Leaf const* const leaf = find(page);
    if (leaf == nullptr) {
        return {};
    }
    std::uint32_t const entry = Leaf::index_of(page);
    Mapping const mapping = leaf->mapping(entry);
    bool const is_mapped = leaf->live.has(entry);
    if (FrameReference const reference = leaf->pages->entries[entry]; reference.present()) {
        return {.state = PageState::Private,
                .frame = reference.frame(),
                .is_mapped = is_mapped,
                .is_writable = leaf->writable.has(entry),
                .is_exclusive = memory_.arrays.is_exclusive(*leaf->pages, entry)};
    }
    switch (mapping.kind) {
    case MappingKind::Zero: return {.state = PageState::Zero, .is_mapped = is_mapped};
    case MappingKind::File: return {.state = PageState::File, .is_mapped = is_mapped};
    case MappingKind::Buffer:
        return {.state = PageState::Buffer,
                .frame = memory_.pool.frame_of_home(mapping.slot()),
                .is_mapped = is_mapped,
                .is_writable = leaf->writable.has(entry)};
    case MappingKind::Device:
        return {.state = PageState::Buffer,
                .is_mapped = is_mapped,
                .is_writable = leaf->writable.has(entry)};
    case MappingKind::Shared:
        return {.state = PageState::Shared,
                .is_mapped = is_mapped,
                .is_writable = leaf->writable.has(entry)};
    default: return {};
    }
}

std::optional<UserAddr> PageMapper::first_present(UserAddr from, UserAddr end) const {
    Leaf const* leaf = leaves_.at_or_above(from.aligned_down(Leaf::span_bits).raw());
    for (; leaf != nullptr && leaf->start < end; leaf = leaves_.next(*leaf)) {
        UserAddr page = std::max(from, leaf->start);
        UserAddr const limit = std::min(end, leaf->end());
        for (; !leaf->is_empty() && page < limit; page = page + page_size) {
            std::uint32_t const entry = Leaf::index_of(page);
            if (leaf->pages->entries[entry].present() || leaf->mapping(entry).exists()) {
                return page;
            }
        }
    }
    return std::nullopt;
}

Result<> PageMapper::place_zero(UserAddr page, Access access) {
    Leaf& leaf = *TRY(make(page));
    base::ScopeGuard const tidy{[&] { retire(leaf); }};
    Slot const copy = TRY(memory_.zeroes.take());
    base::ScopeGuard give{[&] { memory_.zeroes.give(copy); }};
    TRY(map(leaf, page, copy, without_write(access)));
    give.disarm();
    note(leaf, Leaf::index_of(page), copy, MappingKind::Zero, without_write(access));
    return {};
}

Result<> PageMapper::place_file(UserAddr page, std::uint64_t offset, Access access) {
    Leaf& leaf = *TRY(make(page));
    base::ScopeGuard const tidy{[&] { retire(leaf); }};
    Access const allowed = without_write(access);
    Slot const slot = TRY(memory_.files.take(offset));
    base::ScopeGuard give{[&] { memory_.files.give(slot, false); }};
    TRY(prepare(leaf));
    TRY(memory_.port.map_frame(slot, vspace_, page, allowed));
    give.disarm();
    note(leaf, Leaf::index_of(page), slot, MappingKind::File, allowed);
    if (allowed == Access::ReadExecute) {
        memory_.files.make_executable(offset, slot);
    }
    return {};
}

Result<> PageMapper::place_frame(UserAddr page, Frame frame, Access access) {
    Leaf& leaf = *TRY(make(page));
    base::ScopeGuard const tidy{[&] { retire(leaf); }};
    std::uint32_t const entry = Leaf::index_of(page);
    TRY(memory_.arrays.make_exclusive(leaf));
    Slot const slot = TRY(memory_.take_capability(frame));
    base::ScopeGuard give{[&] { memory_.give_capability(frame, slot, false); }};
    TRY(map(leaf, page, slot, access));
    give.disarm();
    note(leaf, entry, slot, MappingKind::Frame, access);
    private_pages_ += leaf.pages->entries[entry].present() ? 0 : 1;
    memory_.arrays.put(*leaf.pages, entry, frame);
    return {};
}

Result<Slot> PageMapper::place_buffer(UserAddr page, Frame frame) {
    return place_as(MappingKind::Buffer, page, frame, Access::ReadWrite); // by its home capability
}

Result<> PageMapper::place_shared(UserAddr page, Frame frame, Access access) {
    TRY(place_as(MappingKind::Shared, page, frame, access));
    return {};
}

/// A frame that stands in no page array: the capability that maps it.
Result<Slot> PageMapper::place_as(MappingKind kind, UserAddr page, Frame frame, Access access) {
    Leaf& leaf = *TRY(make(page));
    base::ScopeGuard const tidy{[&] { retire(leaf); }};
    Slot const slot = TRY(memory_.take_capability(frame));
    base::ScopeGuard give{[&] { memory_.give_capability(frame, slot, false); }};
    TRY(map(leaf, page, slot, access));
    give.disarm();
    note(leaf, Leaf::index_of(page), slot, kind, access);
    return slot;
}

Result<> PageMapper::map_again(UserAddr page, Access access) {
    Leaf& leaf = *find(page);
    std::uint32_t const entry = Leaf::index_of(page);
    Mapping const mapping = leaf.mapping(entry);
    FrameReference const reference = leaf.pages->entries[entry];
    if (!reference.present()) {
        bool const may_write =
            mapping.kind == MappingKind::Buffer || mapping.kind == MappingKind::Shared;
        Access const allowed = may_write ? access : without_write(access);
        TRY(map(leaf, page, mapping.slot(), allowed));
        note(leaf, entry, mapping.slot(), mapping.kind, allowed);
        return {};
    }
    bool const is_own = memory_.arrays.is_exclusive(*leaf.pages, entry);
    Slot const slot =
        mapping.exists() ? mapping.slot() : TRY(memory_.take_capability(reference.frame()));
    base::ScopeGuard give{[&] {
        if (!mapping.exists()) {
            memory_.give_capability(reference.frame(), slot, false);
        }
    }};
    Access const allowed = is_own ? access : without_write(access);
    TRY(map(leaf, page, slot, allowed));
    give.disarm();
    note(leaf, entry, slot, MappingKind::Frame, allowed);
    return {};
}

Result<> PageMapper::watch(UserAddr page) {
    TRY(map_again(page, Access::Read));
    find(page)->mappings[Leaf::index_of(page)].is_watched = true;
    return {};
}

Result<> PageMapper::own_for_write(UserAddr page, Access access) {
    Leaf& leaf = *find(page);
    std::uint32_t const entry = Leaf::index_of(page);
    TRY(memory_.arrays.make_exclusive(leaf));
    if (memory_.arrays.is_exclusive(*leaf.pages, entry)) {
        return upgrade(leaf, page, access);
    }
    Frame const own =
        TRY(memory_.pool.take_unzeroed(PageGroup::Clients, FrameState::Anonymous, space_));
    base::ScopeGuard give{[&] { memory_.pool.give(own); }};
    copy(leaf.pages->entries[entry].frame(), own);
    TRY(place_frame(page, own, access));
    give.disarm();
    ++memory_.arrays.statistics.breaks;
    return {};
}

/// Whoever shared the frame is gone, or has a copy.
Result<> PageMapper::upgrade(Leaf& leaf, UserAddr page, Access access) {
    TRY(map_again(page, access));
    memory_.arrays.statistics.upgrades += leaf.pages->was_shared ? 1 : 0;
    return {};
}

void PageMapper::copy(Frame from, Frame to) {
    std::memcpy(memory_.pool.bytes(to), memory_.pool.bytes(from), page_size);
}

/// Before a page of it is mapped.
Result<> PageMapper::prepare(Leaf& leaf) {
    return leaf.has_table ? Result<>{} : add_table(leaf);
}

/// What is missing on the way to its pages: the record of capabilities, page tables.
Result<> PageMapper::add_table(Leaf& leaf) {
    if (leaf.mappings == nullptr) {
        leaf.mappings = reinterpret_cast<Mapping*>(memory_.halves.take());
        if (leaf.mappings == nullptr) {
            return base::fail(Error::OutOfMemory);
        }
    }
    TRY(tables_.hold(leaf.start));
    leaf.has_table = true;
    return {};
}

Result<> PageMapper::map(Leaf& leaf, UserAddr page, Slot slot, Access access) {
    TRY(prepare(leaf));
    TRY(memory_.port.map_frame(slot, vspace_, page, access));
    if (access == Access::ReadExecute) {
        memory_.port.unify_instructions(slot);
    }
    return {};
}

/// The page is mapped by `slot` now. What mapped it before is replaced already, for the kernel.
void PageMapper::note(Leaf& leaf, std::uint32_t entry, Slot slot, MappingKind kind, Access access) {
    Mapping const before = leaf.mappings[entry];
    leaf.mappings[entry] = {.slot_number = static_cast<std::uint32_t>(slot), .kind = kind};
    leaf.live.set(entry, true);
    leaf.writable.set(entry, access == Access::ReadWrite);
    ++leaf.mapping_count;
    count(kind, 1);
    if (before.exists()) {
        --leaf.mapping_count;
        count(before.kind, ~std::uint64_t{0}); // minus one
        if (before.slot() != slot) {
            give_back(leaf, entry, before, true);
        }
    }
}

void PageMapper::forget(Leaf& leaf, std::uint32_t entry, bool is_unclean) {
    Mapping const mapping = leaf.mapping(entry);
    if (mapping.exists()) {
        give_back(leaf, entry, mapping, is_unclean);
        leaf.mappings[entry] = {};
        leaf.live.set(entry, false);
        leaf.writable.set(entry, false);
        --leaf.mapping_count;
        count(mapping.kind, ~std::uint64_t{0});
    }
}

/// While the page array still names the frame that was mapped.
void PageMapper::give_back(Leaf const& leaf, std::uint32_t entry, Mapping mapping,
                           bool is_unclean) {
    switch (mapping.kind) {
    case MappingKind::None: return;
    case MappingKind::Zero:
        if (is_unclean) {
            memory_.port.unmap_frame(mapping.slot());
        }
        memory_.zeroes.give(mapping.slot());
        return;
    case MappingKind::File: memory_.files.give(mapping.slot(), is_unclean); return;
    case MappingKind::Frame:
        memory_.give_capability(leaf.pages->entries[entry].frame(), mapping.slot(), is_unclean);
        return;
    case MappingKind::Shared: memory_.give_capability(mapping.slot(), is_unclean); return;
    case MappingKind::Device: return; // the block has it for as long as it is there
    case MappingKind::Buffer: {
        Frame const frame = memory_.pool.frame_of_home(mapping.slot());
        memory_.port.revoke(mapping.slot()); // init has a copy, and the thread
        memory_.give_capability(frame, mapping.slot(), is_unclean);
        memory_.frames[frame].references = 0;
        memory_.pool.give(frame);
        return;
    }
    }
}

void PageMapper::unmap(Leaf& leaf, std::uint32_t entry) {
    bool const is_live = leaf.live.has(entry);
    if (is_live) {
        memory_.port.unmap_frame(leaf.mapping(entry).slot());
    }
    forget(leaf, entry, !is_live);
}

/// Takes the table away with all it maps. The capabilities stay where they are: they map the same
/// pages again when those are touched.
void PageMapper::detach(Leaf& leaf) {
    if (leaf.has_table) {
        tables_.release(leaf.start);
        leaf.has_table = false;
        leaf.live = {};
        leaf.writable = {};
    }
}

void PageMapper::count(MappingKind kind, std::uint64_t change) {
    counts_[static_cast<std::size_t>(kind)] += change;
    memory_.zero_mapped += kind == MappingKind::Zero ? change : 0;
    memory_.file_mapped += kind == MappingKind::File ? change : 0;
}

} // namespace pager
