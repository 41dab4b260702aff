// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper: what is done to many pages at once. Where all pages of a table are concerned, the
// table goes, instead of one page after the other.

#include <pager/page_mapper.hpp>

#include <algorithm>

namespace pager {

namespace {

/// How much one request does for its client before others have their turn; a page that is mapped
/// or unmapped is 1.
constexpr std::uint64_t max_work = 64;
constexpr std::uint64_t work_of_table = 8;
constexpr std::uint64_t pages_without_call = 8; // that are as much work as one with a system call

/// Whether the array of the leaf names a frame for any page of [start, end).
bool has_frames(Leaf const& leaf, UserAddr start, UserAddr end) {
    start = std::max(start, leaf.start);
    auto const pages = (std::min(end, leaf.end()) - start) / page_size;
    return std::ranges::any_of(leaf.pages->entries.subspan(Leaf::index_of(start), pages),
                               &FrameReference::present);
}

} // namespace

UserAddr PageMapper::end_of_step(UserAddr start, UserAddr end) const {
    if (end <= start + max_work * page_size) {
        return end; // however much there is
    }
    std::uint64_t work = 0;
    UserAddr at = start;
    while (work < max_work && at < end) {
        Leaf const* const leaf = find_first(at);
        if (leaf == nullptr || leaf->start >= end) {
            return end;
        }
        at = std::max(at, leaf->start);
        if (at == leaf->start && leaf->end() <= end) {
            work += work_of_table +
                    std::max(leaf->pages->present, leaf->mapping_count) / pages_without_call;
            at = leaf->end();
            continue;
        }
        UserAddr const limit = std::min(end, leaf->end());
        for (; at < limit && work < max_work; at = at + page_size) {
            std::uint32_t const entry = Leaf::index_of(at);
            bool const present =
                leaf->pages->entries[entry].present() || leaf->mapping(entry).exists();
            work += present ? 1 : 0;
        }
    }
    return std::min(at, end);
}

UserAddr PageMapper::start_of_step(UserAddr start, UserAddr end) const {
    // What a step forward passes in one table, it passes in each: none of them is more work.
    UserAddr const last = (end - 1).aligned_down(Leaf::span_bits);
    UserAddr const from = std::max(start, last);
    return end_of_step(from, end) == end ? from : std::max(from, end - max_work * page_size);
}

std::uint64_t PageMapper::take_written(UserAddr start, std::uint64_t pages) {
    std::uint64_t written = 0;
    for (std::uint64_t i = 0; i < pages; ++i) {
        UserAddr const page = start + i * page_size;
        Leaf* const leaf = find(page);
        std::uint32_t const entry = Leaf::index_of(page);
        if (leaf == nullptr || leaf->mapping(entry).kind == MappingKind::Buffer ||
            !leaf->writable.has(entry)) {
            continue;
        }
        written |= base::bit(static_cast<unsigned>(i));
        set_page_access(*leaf, page, Access::Read); // the next write will be noticed
    }
    return written;
}

void PageMapper::set_access(UserAddr start, UserAddr end, Access access) {
    for (UserAddr page = start; page < end;) {
        Leaf* const leaf = find_first(page);
        if (leaf == nullptr || leaf->start >= end) {
            return;
        }
        page = std::max(page, leaf->start);
        UserAddr const limit = std::min(end, leaf->end());
        if (page == leaf->start && limit == leaf->end() && leaf->mapping_count > max_work) {
            detach(*leaf);
            page = limit;
        }
        for (; page < limit && leaf->mapping_count > 0; page = page + page_size) {
            set_page_access(*leaf, page, access);
        }
        page = limit;
    }
}

void PageMapper::set_page_access(Leaf& leaf, UserAddr page, Access access) {
    std::uint32_t const entry = Leaf::index_of(page);
    if (!leaf.live.has(entry)) {
        return;
    }
    Mapping const mapping = leaf.mapping(entry);
    bool const is_own =
        mapping.kind == MappingKind::Shared ||
        (mapping.kind == MappingKind::Frame && memory_.arrays.is_exclusive(*leaf.pages, entry));
    Access const allowed = is_own ? access : without_write(access);
    bool const is_device = mapping.kind == MappingKind::Device; // mapped by place_uncached() only
    if (access == Access::None || is_device || !map(leaf, page, mapping.slot(), allowed)) {
        unmap(leaf, entry);
        return;
    }
    leaf.writable.set(entry, allowed == Access::ReadWrite);
}

bool PageMapper::clear_needs_memory(UserAddr start, UserAddr end) const {
    auto const is_shared_part = [&](UserAddr page) {
        Leaf const* const leaf = find(page);
        return leaf != nullptr && leaf->pages->references > 1 &&
               (leaf->start < start || leaf->end() > end) && has_frames(*leaf, start, end);
    };
    return is_shared_part(start) || is_shared_part(end - 1);
}

void PageMapper::clear(UserAddr start, UserAddr end) {
    while (start < end) {
        Leaf* const leaf = find_first(start);
        if (leaf == nullptr || leaf->start >= end) {
            return;
        }
        UserAddr const next = leaf->end();
        if (leaf->start >= start && next <= end) {
            clear_leaf(*leaf);
        } else {
            clear_part(*leaf, std::max(start, leaf->start), std::min(end, next));
        }
        start = next;
    }
}

void PageMapper::clear_part(Leaf& leaf, UserAddr start, UserAddr end) {
    if (has_frames(leaf, start, end) && !memory_.arrays.make_exclusive(leaf)) {
        return; // not after clear_needs_memory()
    }
    for (UserAddr page = start; page < end && !leaf.is_empty(); page = page + page_size) {
        std::uint32_t const entry = Leaf::index_of(page);
        if (leaf.mapping(entry).exists()) {
            unmap(leaf, entry);
        }
        if (leaf.pages->entries[entry].present()) {
            --private_pages_;
            memory_.arrays.drop(*leaf.pages, entry);
        }
    }
    retire(leaf);
}

void PageMapper::clear_leaf(Leaf& leaf) {
    detach(leaf);
    for (std::uint32_t entry = 0; leaf.mapping_count > 0; ++entry) {
        forget(leaf, entry, true);
    }
    private_pages_ -= leaf.pages->present;
    remove(leaf);
}

/// Keeps one leaf that became empty, with its table: the next page often comes to the same place.
void PageMapper::keep_idle(Leaf& leaf) {
    if (idle_ != &leaf) {
        drop_idle();
    }
    idle_ = &leaf;
}

void PageMapper::remove(Leaf& leaf) {
    memory_.arrays.release(leaf);
    if (leaf.mappings != nullptr) {
        memory_.halves.give(reinterpret_cast<std::byte*>(leaf.mappings));
    }
    last_ = nullptr;
    idle_ = idle_ == &leaf ? nullptr : idle_;
    leaves_.remove(leaf);
    delete &leaf;
}

void PageMapper::drop_idle() {
    if (idle_ != nullptr) {
        detach(*idle_);
        remove(*idle_);
    }
}

Result<std::optional<UserAddr>> PageMapper::share_leaf(PageMapper& clone, Range range,
                                                       std::uint64_t shift) {
    Leaf* leaf = range.from < range.end ? find_first(range.from) : nullptr;
    while (leaf != nullptr && leaf->pages->present == 0) {
        leaf = leaves_.next(*leaf);
    }
    if (leaf == nullptr || leaf->start >= range.end) {
        return std::optional<UserAddr>{};
    }
    UserAddr const start{leaf->start.raw() + shift};
    if (clone.find(start) != nullptr) {
        return base::fail(Error::AlreadyMapped);
    }
    detach(*leaf); // what is shared must not be written any more
    auto* const other = new Leaf{{.start = start, .space = clone.space_}};
    memory_.arrays.share(*leaf, *other);
    clone.private_pages_ += leaf->pages->present;
    clone.leaves_.insert(*other);
    return std::optional{leaf->end()};
}

std::uint64_t PageMapper::cost() const {
    constexpr std::uint64_t capability_size = base::bit(api::slot_bits);
    return (private_pages_ + mappings(MappingKind::Buffer) + tables()) * page_size +
           (mappings(MappingKind::Zero) + mappings(MappingKind::File)) * capability_size;
}

} // namespace pager
