// SPDX-License-Identifier: BSD-2-Clause
//
// Cutting, joining, and giving back.

#include <heap/block_pool.hpp>

#include <algorithm>
#include <utility>

namespace heap {

namespace {

constexpr std::size_t smallest_run = std::size_t{64} << 10;
constexpr std::size_t longest_run = std::size_t{256} << 10; // but for a block that needs more
constexpr std::size_t growth_divisor = 16;                  // a new run is this part of all

/// Free blocks of this length go back to the source. A run that is all free does at any length.
constexpr std::size_t worth_giving = smallest_run - page_size;

std::byte* page_above(std::byte* address) {
    auto const raw = reinterpret_cast<std::uintptr_t>(address);
    return reinterpret_cast<std::byte*>(base::align_up(raw, page_bits));
}

std::byte* page_below(std::byte* address) {
    auto const raw = reinterpret_cast<std::uintptr_t>(address);
    return reinterpret_cast<std::byte*>(base::align_down(raw, page_bits));
}

} // namespace

std::size_t BlockPool::length_for(std::size_t payload_size) {
    return std::max(shortest, base::align_up(payload_size + sizeof(BlockHeader), granule_bits));
}

Extent& BlockPool::extent_of(BlockHeader& block) {
    return *reinterpret_cast<Extent*>(block.payload());
}

// ---- the tree, and what headers say about it ------------------------------------------------

void BlockPool::put_into_tree(BlockHeader& block) {
    block.set_kind(Kind::Free);
    block.write_length_at_end();
    block.next().set_previous_is_free(true);
    free_.insert(block.payload(), block.length());
    free_bytes_ += block.length();
}

void BlockPool::take_from_tree(BlockHeader& block) {
    free_.remove(extent_of(block));
    free_bytes_ -= block.length();
    block.next().set_previous_is_free(false);
    if (kept_ == &block) {
        kept_ = nullptr;
    }
}

void BlockPool::insert_free(BlockHeader& block) {
    put_into_tree(block);
    if (!is_worth_giving(block)) {
        return;
    }
    BlockHeader* const other = std::exchange(kept_, &block);
    if (other == nullptr) {
        return;
    }
    bool const other_is_larger = other->length() > block.length();
    kept_ = other_is_larger ? other : &block;
    // If the source refuses, the block is in use for allocations as before.
    static_cast<void>(give_back(other_is_larger ? block : *other));
}

// ---- allocation -----------------------------------------------------------------------------

/// A block in no tree becomes `length` long; the header of what is left over is the result.
BlockHeader& BlockPool::split(BlockHeader& block, std::size_t length) {
    auto const rest_length = block.length() - length;
    block.set(block.kind(), length, block.previous_is_free());
    block.next().set(Kind::Block, rest_length);
    return block.next();
}

/// As `split`, if there is enough left over for a block; it becomes free.
void BlockPool::cut(BlockHeader& block, std::size_t length) {
    if (block.length() - length >= shortest) {
        release(split(block, length));
    }
}

bool BlockPool::grow(std::size_t length) {
    auto const needed = length + sizeof(RunHeader) + sizeof(BlockHeader);
    auto const wanted = std::clamp(runs_.reserved() / growth_divisor, smallest_run, longest_run);
    auto run = runs_.take(std::max(needed, wanted), Memory::Ordinary);
    if (!run && needed < wanted) {
        run = runs_.take(needed, Memory::Ordinary);
    }
    if (run) {
        adopt(**run);
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
    take_from_tree(*block);
    auto const alignment_bits = base::log2_floor(alignment);
    auto const payload = reinterpret_cast<std::uintptr_t>(block->payload());
    if (!base::is_aligned(payload, alignment_bits)) {
        // What is skipped must be long enough to be a free block.
        auto const aligned = base::align_up(payload + shortest, alignment_bits);
        BlockHeader& skipped = *block;
        block = &split(skipped, aligned - payload);
        insert_free(skipped);
    }
    block->set_kind(kind);
    cut(*block, length);
    return block;
}

// ---- release --------------------------------------------------------------------------------

void BlockPool::release(BlockHeader& block) {
    // Headers that end up inside a free block say so: a second release meets them.
    block.set_kind(Kind::Free);
    BlockHeader* first = &block;
    auto length = block.length();
    if (BlockHeader& next = block.next(); next.kind() == Kind::Free) {
        take_from_tree(next);
        length += next.length();
    }
    if (block.previous_is_free()) {
        first = &block.previous();
        take_from_tree(*first);
        length += first->length();
    }
    first->set(Kind::Free, length); // two free blocks are never side by side
    insert_free(*first);
}

bool BlockPool::resize(BlockHeader& block, std::size_t size) {
    auto const length = length_for(size);
    if (length > block.length()) {
        BlockHeader& next = block.next();
        if (next.kind() != Kind::Free || block.length() + next.length() < length) {
            return false;
        }
        take_from_tree(next);
        block.set(block.kind(), block.length() + next.length(), block.previous_is_free());
    }
    cut(block, length);
    return true;
}

// ---- runs -----------------------------------------------------------------------------------

void BlockPool::adopt(RunHeader& run) {
    run.payload_offset = 0;
    BlockHeader& block = run.first_block();
    BlockHeader& last = run.last_block();
    last.set(Kind::End, 0);
    block.set(Kind::Free, static_cast<std::size_t>(last.address() - block.address()));
    insert_free(block);
}

bool BlockPool::is_worth_giving(BlockHeader& block) const {
    if (block.length() >= worth_giving) {
        return true;
    }
    return block.next().kind() == Kind::End && &runs_.containing(&block)->first_block() == &block;
}

/// Gives the pages inside a free block back. What lies in front of them and behind them is two runs
/// from then on, each with a header, an End, and the rest of the free block. False: nothing
/// changed.
bool BlockPool::give_back(BlockHeader& block) {
    RunHeader& run = *runs_.containing(&block);
    BlockHeader& next = block.next();
    bool const is_first = &run.first_block() == &block;
    bool const is_last = next.kind() == Kind::End;
    std::byte* const begin =
        is_first ? run.begin() : page_above(block.address() + shortest + sizeof(BlockHeader));
    std::byte* const end =
        is_last ? run.end() : page_below(next.address() - shortest - sizeof(RunHeader));

    take_from_tree(block);
    if (!runs_.give(run, begin, end)) {
        put_into_tree(block);
        return false;
    }
    if (!is_first) {
        BlockHeader& last = BlockHeader::at(begin - sizeof(BlockHeader));
        last.set(Kind::End, 0);
        block.set(Kind::Free, static_cast<std::size_t>(last.address() - block.address()));
        put_into_tree(block);
    }
    if (!is_last) {
        BlockHeader& first = reinterpret_cast<RunHeader*>(end)->first_block();
        first.set(Kind::Free, static_cast<std::size_t>(next.address() - first.address()));
        put_into_tree(first);
    }
    return true;
}

void BlockPool::trim() {
    for (Extent* passed = nullptr; Extent* const extent = free_.after(passed);) {
        BlockHeader& block = BlockHeader::of(extent);
        // What is left of a block after it was given comes by again, no longer worth it.
        if (!is_worth_giving(block) || !give_back(block)) {
            passed = extent;
        }
    }
}

} // namespace heap
