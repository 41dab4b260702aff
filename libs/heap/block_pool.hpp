// SPDX-License-Identifier: BSD-2-Clause
//
// BlockPool: blocks of any size, cut from runs of pages.
//
//     run header | header block... | header block... | header free...  length | End
//
// A header holds its block's length and whether the block in front of it is free, and a free block
// has its length at its end too: so each finds its neighbours. Two free blocks never lie side by
// side. Free pages go back to the source; one free block, the largest that is worth giving, is
// kept, so that whoever takes and releases one block again and again does not bother the source.
#pragma once

#include <heap/block_header.hpp>
#include <heap/extent_tree.hpp>
#include <heap/run_set.hpp>

namespace heap {

/// Which of several free blocks is taken.
enum class Fit : std::uint8_t {
    Best,  // the smallest that is big enough: least waste
    First, // the one at the lowest address: what lives long gathers there
};

class BlockPool {
public:
    constexpr BlockPool(RunSet& runs, Fit fit)
        : runs_{runs}, free_{fit == Fit::Best ? Order::Size : Order::Address} {}
    BlockPool(BlockPool const&) = delete;
    BlockPool& operator=(BlockPool const&) = delete;

    /// A block whose payload has at least this size and alignment, a power of two; null if there is
    /// no memory for it.
    [[nodiscard]] BlockHeader* allocate(std::size_t size, std::size_t alignment, Kind kind);
    void release(BlockHeader& block);

    /// Makes a block longer or shorter where it is. False: it has to be moved.
    [[nodiscard]] bool resize(BlockHeader& block, std::size_t size);

    /// All of a run, whatever was in it, becomes a free block.
    void adopt(RunHeader& run);

    /// Gives back all pages that are free, what was kept or refused before included.
    void trim();

    [[nodiscard]] std::size_t free_bytes() const { return free_bytes_; }
    [[nodiscard]] std::size_t largest_free() const { return free_.largest(); }
    [[nodiscard]] ExtentTree const& free_blocks() const { return free_; }

    /// The shortest block: when it is free, it must hold what is noted then.
    static constexpr std::size_t shortest = 48;
    static_assert(shortest == sizeof(BlockHeader) + sizeof(Extent) + sizeof(std::uint64_t));

private:
    static std::size_t length_for(std::size_t payload_size);
    static Extent& extent_of(BlockHeader& block);
    static BlockHeader& split(BlockHeader& block, std::size_t length);

    [[nodiscard]] BlockHeader* find(std::size_t length);
    [[nodiscard]] bool grow(std::size_t length);
    void cut(BlockHeader& block, std::size_t length);

    void put_into_tree(BlockHeader& block);
    void take_from_tree(BlockHeader& block);
    void insert_free(BlockHeader& block);

    [[nodiscard]] bool is_worth_giving(BlockHeader& block) const;
    [[nodiscard]] bool give_back(BlockHeader& block);

    RunSet& runs_;
    ExtentTree free_;
    BlockHeader* kept_{
        nullptr}; // free and worth giving; the only such block unless a source refused
    std::size_t free_bytes_{0};
};

} // namespace heap
