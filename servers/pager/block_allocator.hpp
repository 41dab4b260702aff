// SPDX-License-Identifier: BSD-2-Clause
//
// BlockAllocator: hands out RAM in blocks of 2^order frames, each behind a capability to an
// untyped of exactly that size. A free block is split by retyping it into smaller untypeds and put
// together again when all its pieces are free. Above 2 MiB nothing is put together: whoever
// retypes a used untyped pays for zeroing all of it.
#pragma once

#include <pager/frame_table.hpp>
#include <pager/kernel_port.hpp>
#include <pager/slot_allocator.hpp>

#include <array>
#include <optional>

namespace pager {

/// 2 MiB: the biggest block there is.
inline constexpr unsigned max_order = api::large_page_bits - api::page_bits;

/// 64 KiB: up to this size, blocks are cut into single pages at once.
inline constexpr unsigned middle_order = 4;

/// Who holds memory that it can do without.
class Reclaimer {
public:
    /// Give a block back, if there is one: whether there was.
    [[nodiscard]] virtual bool release_block() = 0;

protected:
    ~Reclaimer() = default; // never owned through this interface
};

class BlockAllocator {
public:
    BlockAllocator(KernelPort& port, FrameTable& frames, SlotAllocator& slots)
        : port_{port}, frames_{frames}, slots_{slots} {}

    /// Whom to ask when there is nothing left.
    void reclaim_from(Reclaimer& reclaimer) { reclaimer_ = &reclaimer; }

    /// Memory to hand out: an untyped of 2^order frames, the first of which is `first`.
    void add_untyped(Slot untyped, Frame first, unsigned order);

    /// A block in state `state`, which is not Free. The order is at most max_order.
    [[nodiscard]] Result<Frame> take(unsigned order, FrameState state);

    /// Give a block back. Whatever was made from it, and every capability to it, is gone then.
    void give(Frame block);

    struct Chunk {
        Frame first;
        Slot untyped;
    };

    /// The next 2 MiB of an untyped that is bigger. They are in no book until adopt().
    [[nodiscard]] Result<Chunk> carve();
    void adopt(Chunk chunk, FrameState state);

    /// For the checker: calls `visit(Frame, order)` for every block, free or not.
    void for_each_block(auto visit) const;

    /// And counts anew.
    [[nodiscard]] std::uint64_t count_idle_blocks() const;

    // What the checker needs besides: memory that is in no block yet, and the untypeds that are
    // not blocks: those that were split, those that are carved, and those handed over at start.
    [[nodiscard]] std::uint64_t bytes_to_carve() const;
    [[nodiscard]] std::uint64_t split_blocks() const;
    [[nodiscard]] std::uint64_t carved_untypeds() const;
    [[nodiscard]] std::uint64_t untypeds() const { return root_count_; }

    /// Split blocks all of whose pieces are free: what merge_idle() can put together.
    [[nodiscard]] std::uint64_t idle_blocks() const { return idle_; }

private:
    static constexpr std::uint32_t none = 0xffff'ffff;

    /// An untyped as init gave it. Bigger ones than 2 MiB are carved from their start on.
    struct Root {
        Slot untyped;
        Frame first;
        std::uint32_t chunks; // 0: not bigger than 2 MiB, it is a block itself
        std::uint32_t carved;
        unsigned order;
    };

    struct List {
        std::uint32_t first{none};
        std::uint32_t size{0};
    };

    [[nodiscard]] Result<Frame> find_free(unsigned order, PageGroup group);
    [[nodiscard]] std::optional<Frame> first_free(unsigned order, PageGroup group) const;
    [[nodiscard]] Result<> split(Frame block, unsigned piece_order, PageGroup group);
    [[nodiscard]] Result<> make_pieces(Slot untyped, Frame block, unsigned order, unsigned count);
    void drop_pieces(Frame block, unsigned order, std::uint32_t count);
    [[nodiscard]] std::optional<unsigned> parent_order(Frame piece) const;
    [[nodiscard]] bool is_idle(Frame parent, unsigned order) const;
    void leave_parent(Frame piece);
    void join_parent(Frame piece, bool keep_pieces);
    [[nodiscard]] bool merge(Frame parent, unsigned order, bool keep_pieces);
    void merge_idle();
    [[nodiscard]] std::optional<Frame> reclaim(unsigned order, PageGroup group);
    void for_each_split(unsigned order, auto visit) const;

    [[nodiscard]] List& list_of(Frame block);
    void link(Frame block);
    void unlink(Frame block);

    KernelPort& port_;
    FrameTable& frames_;
    SlotAllocator& slots_;
    std::array<List, max_order + 1> lists_{}; // of order 0: those among clients' pages
    List book_pages_{};
    std::array<Root, startup::max_untypeds> roots_{};
    std::size_t root_count_{0};
    std::uint64_t idle_{0};
    Reclaimer* reclaimer_{nullptr};
};

void BlockAllocator::for_each_block(auto visit) const {
    for (std::size_t i = 0; i < root_count_; ++i) {
        Root const& root = roots_[i];
        auto const size = static_cast<std::uint32_t>(
            root.chunks == 0 ? base::bit(root.order) : root.carved * base::bit(max_order));
        for (std::uint32_t offset = 0; offset < size;) {
            Frame const block = root.first + offset;
            visit(block, static_cast<unsigned>(frames_[block].order));
            offset += static_cast<std::uint32_t>(base::bit(frames_[block].order));
        }
    }
}

} // namespace pager
