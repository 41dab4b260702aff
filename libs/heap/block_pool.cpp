// SPDX-License-Identifier: BSD-2-Clause
//
// Cutting, joining, and giving back.

#include <heap/block_pool.hpp>

#include <algorithm>

namespace heap {

namespace {

/// Taken from the source at a time: as long as a set of pages can be.
constexpr std::size_t run_size = PageSet::longest_range * page_size;

/// Of all that is held, this part may be spare pages; or so many bytes, so that a block of any size
/// can come and go in a small heap.
constexpr std::size_t spare_divisor = 32;
constexpr std::size_t least_spare = std::size_t{128} << 10;

} // namespace

std::size_t BlockPool::length_for(std::size_t payload_size) {
    return std::max(shortest, base::align_up(payload_size + sizeof(BlockHeader), granule_bits));
}

Extent& BlockPool::extent_of(BlockHeader& block) {
    return *reinterpret_cast<Extent*>(block.payload());
}

FreePages& BlockPool::free_pages_of(BlockHeader& block) {
    return *reinterpret_cast<FreePages*>(block.payload());
}

// ---- the tree, and what headers say about it ------------------------------------------------

void BlockPool::put_into_tree(BlockHeader& block, PageSet const& absent) {
    block.set_kind(Kind::Free);
    block.write_length_at_end();
    block.next().set_previous_is_free(true);
    free_.insert(block.payload(), block.length());
    free_bytes_ += block.length();
    if (PageRange const pages = pages_of(block); pages.count() > 0) {
        free_pages_.add(free_pages_of(block), pages, absent);
    }
}

/// The pages that were absent.
PageSet BlockPool::take_from_tree(BlockHeader& block) {
    PageRange const pages = pages_of(block);
    free_.remove(extent_of(block));
    free_bytes_ -= block.length();
    block.next().set_previous_is_free(false);
    return pages.count() > 0 ? free_pages_.remove(free_pages_of(block), pages) : PageSet{};
}

// ---- allocation -----------------------------------------------------------------------------

/// A block in no tree becomes `length` long; the header of what is left over is the result.
BlockHeader& BlockPool::split(BlockHeader& block, std::size_t length) {
    auto const rest_length = block.length() - length;
    block.set(block.kind(), length, block.previous_is_free());
    block.next().set(Kind::Block, rest_length);
    return block.next();
}

/// As `split`, if there is enough left over for a block; it becomes free. What follows is not.
void BlockPool::cut(BlockHeader& block, std::size_t length, PageSet const& absent) {
    if (block.length() - length >= shortest) {
        put_into_tree(split(block, length), absent);
    }
}

bool BlockPool::grow(std::size_t length) {
    auto run = runs_.take(run_size, Memory::Ordinary);
    if (!run) {
        run = runs_.take(length + sizeof(RunHeader) + sizeof(BlockHeader), Memory::Ordinary);
    }
    if (run) {
        // Nobody has touched its pages yet, but for those with the headers at both ends.
        make_free(**run, PageSet{PageRange::within((*run)->begin() + 1, (*run)->end() - 1)});
    }
    return run.has_value();
}

BlockHeader* BlockPool::find(std::size_t length) {
    Extent* extent = free_.first_of(length);
    if (extent == nullptr && grow(length)) {
        extent = free_.first_of(length);
    }
    return extent == nullptr ? nullptr : &BlockHeader::of(extent);
}

BlockHeader* BlockPool::allocate(std::size_t size, std::size_t alignment, Kind kind) {
    auto const length = length_for(size);
    BlockHeader* block = find(alignment > granule ? length + alignment + shortest : length);
    if (block == nullptr) {
        return nullptr;
    }
    PageSet const absent = take_from_tree(*block);
    auto const alignment_bits = base::log2_floor(alignment);
    auto const payload = reinterpret_cast<std::uintptr_t>(block->payload());
    if (!base::is_aligned(payload, alignment_bits)) {
        // What is skipped must be long enough to be a free block.
        auto const aligned = base::align_up(payload + shortest, alignment_bits);
        BlockHeader& skipped = *block;
        block = &split(skipped, aligned - payload);
        put_into_tree(skipped, absent);
    }
    block->set_kind(kind);
    cut(*block, length, absent);
    return block;
}

// ---- release --------------------------------------------------------------------------------

void BlockPool::release(BlockHeader& block) {
    // Headers that end up inside a free block say so: a second release meets them.
    block.set_kind(Kind::Free);
    BlockHeader* first = &block;
    auto length = block.length();
    PageSet absent;
    if (BlockHeader& next = block.next(); next.kind() == Kind::Free) {
        absent = take_from_tree(next);
        length += next.length();
    }
    if (block.previous_is_free()) {
        first = &block.previous();
        absent |= take_from_tree(*first);
        length += first->length();
    }
    first->set(Kind::Free, length); // two free blocks are never side by side
    put_into_tree(*first, absent);
    give_back_what_is_too_much();
}

bool BlockPool::resize(BlockHeader& block, std::size_t size) {
    auto const length = length_for(size);
    if (length > block.length()) {
        BlockHeader& next = block.next();
        if (next.kind() != Kind::Free || block.length() + next.length() < length) {
            return false;
        }
        PageSet const absent = take_from_tree(next);
        block.set(block.kind(), block.length() + next.length(), block.previous_is_free());
        cut(block, length, absent);
    } else if (block.length() - length >= shortest) {
        release(split(block, length));
    }
    return true;
}

// ---- runs -----------------------------------------------------------------------------------

void BlockPool::make_free(RunHeader& run, PageSet const& absent) {
    run.payload_offset = 0;
    BlockHeader& block = run.first_block();
    BlockHeader& last = run.last_block();
    last.set(Kind::End, 0);
    block.set(Kind::Free, static_cast<std::size_t>(last.address() - block.address()));
    put_into_tree(block, absent);
}

void BlockPool::adopt(RunHeader& run) {
    RunHeader* part = &run;
    while (part->extent.size > run_size) {
        RunHeader& rest = runs_.split(*part, run_size);
        make_free(*part, {});
        part = &rest;
    }
    make_free(*part, {});
}

// ---- pages ----------------------------------------------------------------------------------

/// The run that is nothing but this block, or null.
RunHeader* BlockPool::run_of(BlockHeader& block) const {
    std::byte* const begin = block.address() - sizeof(RunHeader);
    if (block.next().kind() != Kind::End ||
        !base::is_aligned(reinterpret_cast<std::uintptr_t>(begin), page_bits)) {
        return nullptr;
    }
    RunHeader* const run = runs_.containing(&block);
    return run->begin() == begin ? run : nullptr;
}

PageRange BlockPool::pages_of(BlockHeader& block) const {
    if (RunHeader* const run = run_of(block); run != nullptr) {
        return PageRange::within(run->begin(), run->end());
    }
    return PageRange::within(block.payload() + sizeof(FreePages),
                             block.next().address() - sizeof(std::uint64_t));
}

std::size_t BlockPool::absent_bytes_in(BlockHeader& block) const {
    auto const pages = block.kind() == Kind::Free ? pages_of(block).count() : 0;
    return pages > 0 ? (pages - free_pages_of(block).spare) * page_size : 0;
}

void BlockPool::give_back_what_is_too_much() {
    auto const limit = std::max(least_spare, held() / spare_divisor) / page_size;
    while (free_pages_.spare() > limit) {
        // If the source refuses, they are in use for allocations as before.
        if (!give_back(BlockHeader::of(free_pages_.oldest()))) {
            return;
        }
    }
}

/// The spare pages of a free block. False: the source refused; the block is the last now that is
/// asked about again, because a source may refuse some pages for ever: those that are locked.
bool BlockPool::give_back(BlockHeader& block) {
    if (RunHeader* const run = run_of(block); run != nullptr) {
        PageSet const absent = take_from_tree(block);
        if (!runs_.give(*run)) {
            put_into_tree(block, absent);
            return false;
        }
        return true;
    }
    FreePages& pages = free_pages_of(block);
    PageRange const all = pages_of(block);
    PageRange const spare = FreePageList::spare_range(pages, all);
    if (!runs_.discard(spare.begin(), spare.size())) {
        free_pages_.put_last(pages);
        return false;
    }
    free_pages_.make_absent(pages, all);
    return true;
}

void BlockPool::trim() {
    // What is refused may come back into the list, behind all that is in it now.
    FreePages const* const newest = free_pages_.newest();
    for (FreePages *pages = free_pages_.oldest(), *next{}; pages != nullptr; pages = next) {
        next = pages == newest ? nullptr : FreePageList::after(*pages);
        static_cast<void>(give_back(BlockHeader::of(pages)));
    }
}

} // namespace heap
