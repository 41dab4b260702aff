// SPDX-License-Identifier: BSD-2-Clause
//
// BlockPool: blocks of any size, cut from runs of pages.
//
//     run header | header block... | header block... | header free...  length | End
//
// A header holds its block's length and whether the block in front of it is free, and a free block
// has its length at its end too: so each finds its neighbours. Two free blocks never lie side by
// side.
//
// Free pages go back to the source: a run that is free whole goes, of others only what is in the
// pages inside free blocks, so that the blocks can still grow together and be used. Some pages stay
// spare, those that became free last, so that whoever takes and releases a block again and again
// does not bother the source.
#pragma once

#include <heap/block_header.hpp>
#include <heap/extent_tree.hpp>
#include <heap/free_pages.hpp>
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

    /// Bytes of all runs, but for pages that are absent.
    [[nodiscard]] std::size_t held() const {
        return runs_.reserved() - free_pages_.absent() * page_size;
    }

    [[nodiscard]] std::size_t free_bytes() const { return free_bytes_; }
    [[nodiscard]] std::size_t largest_free() const { return free_.largest(); }
    [[nodiscard]] ExtentTree const& free_blocks() const { return free_; }
    [[nodiscard]] FreePageList const& free_pages() const { return free_pages_; }

    /// The pages that go with a free block: those inside or, if it is all of a run, the run's.
    [[nodiscard]] PageRange pages_of(BlockHeader& block) const;

    /// What is noted about them, if there are any.
    [[nodiscard]] static FreePages& free_pages_of(BlockHeader& block);

    [[nodiscard]] std::size_t absent_bytes_in(BlockHeader& block) const;

    /// The shortest block: when it is free, it must hold what is noted then.
    static constexpr std::size_t shortest = 48;
    static_assert(shortest == sizeof(BlockHeader) + sizeof(Extent) + sizeof(std::uint64_t));

private:
    static std::size_t length_for(std::size_t payload_size);
    static Extent& extent_of(BlockHeader& block);
    static BlockHeader& split(BlockHeader& block, std::size_t length);

    [[nodiscard]] BlockHeader* find(std::size_t length);
    [[nodiscard]] bool grow(std::size_t length);
    void cut(BlockHeader& block, std::size_t length, PageSet const& absent);

    void put_into_tree(BlockHeader& block, PageSet const& absent);
    PageSet take_from_tree(BlockHeader& block);
    void make_free(RunHeader& run, PageSet const& absent);

    [[nodiscard]] RunHeader* run_of(BlockHeader& block) const;
    [[nodiscard]] bool give_back(BlockHeader& block);
    void give_back_what_is_too_much();

    RunSet& runs_;
    ExtentTree free_;
    FreePageList free_pages_;
    std::size_t free_bytes_{0};
};

} // namespace heap
