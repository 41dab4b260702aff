// SPDX-License-Identifier: BSD-2-Clause
//
// Heap: memory in pieces of any size. Small ones are objects in slabs, larger ones blocks cut from
// runs of pages; the largest are runs of their own. All of it goes back to the page source when it
// is free again, but for a small reserve. For one thread.
#pragma once

#include <heap/misuse.hpp>
#include <heap/piece.hpp>
#include <heap/slab_set.hpp>
#include <heap/statistics.hpp>

namespace heap {

enum class Checks : std::uint8_t {
    None, // headers only: most double releases and wild pointers are found all the same
    Full, // pointers are looked up, and 24 bytes or more behind each block show if it was exceeded
};

inline constexpr Checks usual_checks = QUIRE_DEBUG != 0 ? Checks::Full : Checks::None;

struct Options {
    Fit fit{Fit::Best};
    Checks checks{usual_checks};
    MisuseHandler* misuse{nullptr}; // without one, misuse stops the program
};

struct DmaBlock {
    void* address;
    std::uint64_t physical;
};

class Heap {
public:
    explicit constexpr Heap(PageSource& source, Options options = {})
        : runs_{source}, pool_{runs_, options.fit}, slabs_{pool_}, options_{options} {}

    // Alignments are powers of two. All of them: InvalidSize, OutOfMemory.

    /// Errors: also NotAligned.
    Result<void*> allocate(std::size_t size, std::size_t alignment = granule);

    /// Room for `count` things of `size` bytes each, filled with zeroes.
    Result<void*> allocate_zeroed(std::size_t count, std::size_t size);

    /// Zeroes that devices can see. Errors: also NotAligned, and NotSupported if the page source
    /// has no such memory. The alignment holds for the physical address, too.
    Result<DmaBlock> allocate_dma(std::size_t size, std::size_t alignment = granule);

    /// Makes a block shorter or longer, in place if possible; if not, what is in it is copied to a
    /// new block of this alignment. A null block is none yet. After an error the block is as
    /// before. Errors: also NotAligned, InvalidAddress after misuse, and NotSupported for DMA
    /// memory that would have to move.
    Result<void*> resize(void* block, std::size_t size, std::size_t alignment = granule);

    /// Null is no block, and may be released. Misuse: any.
    void release(void* block);

    /// How many bytes of a block the caller may use: what was asked for or, with Checks::None,
    /// maybe more. 0 after misuse.
    [[nodiscard]] std::size_t size_of(void* block);

    /// Gives back what is kept in reserve.
    void trim();

    /// Goes through all there is. The first contradiction is reported; false if there is one.
    [[nodiscard]] bool check();

    [[nodiscard]] Statistics statistics() const;

    /// All of the heap's memory, by address, in pieces that are used alike. The visitor must leave
    /// the heap as it is.
    void visit_pieces(PieceVisitor& visitor) const;

    /// What asks for this much, alignment included, gets a run of pages of its own.
    static constexpr std::size_t direct_size = std::size_t{128} << 10;

    /// Neither sizes nor alignments can be above this.
    static constexpr std::size_t largest_size = std::size_t{1} << 46;

private:
    friend class Inspection;

    [[nodiscard]] std::size_t guard_size() const;
    [[nodiscard]] static std::size_t payload_size(BlockHeader& header);
    [[nodiscard]] std::size_t usable_size(BlockHeader& header) const;

    [[nodiscard]] BlockHeader* place(std::size_t size, std::size_t alignment);
    [[nodiscard]] Result<BlockHeader*> place_direct(std::size_t size, std::size_t alignment,
                                                    Memory memory);
    [[nodiscard]] bool resize_in_place(BlockHeader& header, std::size_t size);
    void release_direct(RunHeader& run);

    [[nodiscard]] BlockHeader* live_block(void* block);
    [[nodiscard]] BlockHeader* block_by_header(void* block);
    [[nodiscard]] BlockHeader* block_in_order(void* block);
    void enter(BlockHeader& header, std::size_t size);
    void leave(BlockHeader& header);
    void report(Misuse what, void const* where);

    RunSet runs_;
    BlockPool pool_;
    SlabSet slabs_;
    Options options_;
    std::size_t blocks_{0};
    std::size_t used_{0};
    std::size_t peak_{0};
};

} // namespace heap
