// SPDX-License-Identifier: BSD-2-Clause
//
// BlockAllocator: carve, split, merge. A split block counts how many of its pieces are free;
// when that is all of them, deleting the pieces makes it whole again.

#include <base/scope_guard.hpp>
#include <pager/block_allocator.hpp>

#include <algorithm>

namespace pager {

namespace {

constexpr std::uint32_t frames_of(unsigned order) {
    return static_cast<std::uint32_t>(base::bit(order));
}

/// The order of the pieces that a block of `order` is cut into on the way to `wanted`: halves, but
/// for single pages, most of which are wanted sixteen at a time anyway.
constexpr unsigned next_order(unsigned order, unsigned wanted) {
    return order <= middle_order && wanted == 0 ? 0 : order - 1;
}

} // namespace

void BlockAllocator::add_untyped(Slot untyped, Frame first, unsigned order) {
    bool const is_block = order <= max_order;
    std::size_t at = root_count_++;
    for (; at > 0 && roots_[at - 1].first > first; --at) {
        roots_[at] = roots_[at - 1];
    }
    roots_[at] = {.untyped = untyped,
                  .first = first,
                  .chunks = is_block ? 0 : frames_of(order - max_order),
                  .carved = 0,
                  .order = order};
    frames_.add(frames_of(order) * page_size);
    if (is_block) {
        frames_[first].untyped = untyped;
        frames_[first].order = order;
        link(first);
    }
}

Result<Frame> BlockAllocator::take(unsigned order, FrameState state) {
    if (order > max_order) {
        return base::fail(Error::InvalidSize);
    }
    PageGroup const group = state == FrameState::Pager ? PageGroup::Books : PageGroup::Clients;
    Frame const block = TRY(find_free(order, group));
    while (frames_[block].order > order) {
        TRY(split(block, next_order(static_cast<unsigned>(frames_[block].order), order), group));
    }
    leave_parent(block);
    unlink(block);
    frames_[block].use = {.object = no_slot, .owner = no_space};
    frames_.set_state(block, state);
    return block;
}

void BlockAllocator::give(Frame block) {
    port_.revoke(frames_[block].untyped);
    frames_.set_state(block, FrameState::Free);
    link(block);
    join_parent(block, true);
}

Result<BlockAllocator::Chunk> BlockAllocator::carve() {
    // Untypeds come largest first; the smallest one is emptied before a bigger one is zeroed.
    for (std::size_t i = root_count_; i-- > 0;) {
        Root& root = roots_[i];
        if (root.carved == root.chunks) {
            continue;
        }
        Slot const slot = TRY(slots_.take());
        base::ScopeGuard give_slot{[&] { slots_.give(slot); }};
        TRY(port_.retype(root.untyped, api::ObjectType::Untyped, api::large_page_bits, slot, 1));
        give_slot.disarm();
        return Chunk{.first = root.first + root.carved++ * frames_of(max_order), .untyped = slot};
    }
    return base::fail(Error::OutOfMemory);
}

void BlockAllocator::adopt(Chunk chunk, FrameState state) {
    FrameRecord& record = frames_[chunk.first];
    record.untyped = chunk.untyped;
    record.order = max_order;
    if (state == FrameState::Free) {
        link(chunk.first);
        return;
    }
    record.use = {.object = no_slot, .owner = no_space};
    frames_.set_state(chunk.first, state);
}

std::optional<Frame> BlockAllocator::first_free(unsigned order, PageGroup group) const {
    if (order == 0 && group == PageGroup::Books) {
        if (book_pages_.first != none) {
            return Frame{book_pages_.first};
        }
        order = 1; // one of the clients' only if there is nothing else
    }
    for (; order <= max_order; ++order) {
        if (lists_[order].first != none) {
            return Frame{lists_[order].first};
        }
    }
    return std::nullopt;
}

Result<Frame> BlockAllocator::find_free(unsigned order, PageGroup group) {
    if (auto const block = first_free(order, group)) {
        return *block;
    }
    if (auto const chunk = carve()) {
        adopt(*chunk, FrameState::Free);
        return chunk->first;
    }
    merge_idle();
    if (auto const block = first_free(order, group)) {
        return *block;
    }
    if (auto const block = reclaim(order, group)) {
        return *block;
    }
    std::uint32_t const last_resort =
        group == PageGroup::Books ? lists_[0].first : book_pages_.first;
    if (order == 0 && last_resort != none) {
        return Frame{last_resort};
    }
    return base::fail(Error::OutOfMemory);
}

std::optional<Frame> BlockAllocator::reclaim(unsigned order, PageGroup group) {
    while (reclaimer_ != nullptr && reclaimer_->release_block()) {
        if (auto const block = first_free(order, group)) {
            return block;
        }
    }
    merge_idle();
    return first_free(order, group);
}

Result<> BlockAllocator::split(Frame block, unsigned piece_order, PageGroup group) {
    auto const order = static_cast<unsigned>(frames_[block].order);
    Slot const untyped = frames_[block].untyped;
    std::uint32_t const count = frames_of(order - piece_order);

    leave_parent(block);
    unlink(block);
    if (auto const made = make_pieces(untyped, block, piece_order, count); !made) {
        frames_[block].untyped = untyped;
        frames_[block].order = order;
        link(block);
        join_parent(block, true);
        return made;
    }
    FrameRecord& node = frames_.split_record(block, order);
    node.split_untyped = untyped;
    node.split_order = piece_order;
    node.split_free = count;
    ++idle_;
    // Backwards, so that the list starts with the first piece: the one that take() goes on with.
    for (std::uint32_t i = count; i-- > 0;) {
        Frame const piece = block + i * frames_of(piece_order);
        frames_[piece].order = piece_order;
        frames_[piece].group = static_cast<unsigned>(group);
        link(piece);
    }
    return {};
}

/// Retypes groups of sixteen where that many are wanted, single objects otherwise.
Result<> BlockAllocator::make_pieces(Slot untyped, Frame block, unsigned order, unsigned count) {
    std::uint32_t made = 0;
    base::ScopeGuard undo{[&] {
        port_.revoke(untyped);
        drop_pieces(block, order, made);
    }};
    while (made < count) {
        bool const group = count - made >= group_slots;
        std::uint32_t const wanted = group ? group_slots : 1;
        Slot const first = TRY(group ? slots_.take_group() : slots_.take());
        for (std::uint32_t i = 0; i < wanted; ++i, ++made) {
            frames_[block + made * frames_of(order)].untyped = first + i;
        }
        TRY(port_.retype(untyped, api::ObjectType::Untyped, order + api::page_bits, first, wanted));
    }
    undo.disarm();
    return {};
}

void BlockAllocator::drop_pieces(Frame block, unsigned order, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        slots_.give(frames_[block + i * frames_of(order)].untyped);
    }
}

std::optional<unsigned> BlockAllocator::parent_order(Frame piece) const {
    for (auto order = static_cast<unsigned>(frames_[piece].order) + 1; order <= max_order;
         ++order) {
        std::uint64_t const middle = base::align_down(index(piece), order) + base::bit(order - 1);
        if (frames_.contains(middle) &&
            frames_[Frame{static_cast<std::uint32_t>(middle)}].split_untyped != no_slot) {
            return order;
        }
    }
    return std::nullopt;
}

bool BlockAllocator::is_idle(Frame parent, unsigned order) const {
    FrameRecord const& node = frames_.split_record(parent, order);
    return node.split_untyped != no_slot && node.split_free == frames_of(order - node.split_order);
}

void BlockAllocator::leave_parent(Frame piece) {
    if (auto const order = parent_order(piece)) {
        Frame const parent{static_cast<std::uint32_t>(base::align_down(index(piece), *order))};
        idle_ -= is_idle(parent, *order) ? 1 : 0;
        --frames_.split_record(parent, *order).split_free;
    }
}

/// `piece` became free: tell the block it is a piece of, and so on upwards while blocks merge.
void BlockAllocator::join_parent(Frame piece, bool keep_pieces) {
    while (auto const order = parent_order(piece)) {
        piece = Frame{static_cast<std::uint32_t>(base::align_down(index(piece), *order))};
        ++frames_.split_record(piece, *order).split_free;
        idle_ += is_idle(piece, *order) ? 1 : 0;
        if (!merge(piece, *order, keep_pieces)) {
            return;
        }
    }
}

/// With `keep_pieces`, only if as many pieces of the size remain free elsewhere; otherwise a client
/// that takes and returns one page would have the block split and merged each time.
bool BlockAllocator::merge(Frame parent, unsigned order, bool keep_pieces) {
    FrameRecord& node = frames_.split_record(parent, order);
    auto const piece_order = static_cast<unsigned>(node.split_order);
    std::uint32_t const count = frames_of(order - piece_order);
    if (!is_idle(parent, order) || (keep_pieces && list_of(parent).size < 2 * count)) {
        return false;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        unlink(parent + i * frames_of(piece_order));
    }
    --idle_;
    port_.revoke(node.split_untyped);
    drop_pieces(parent, piece_order, count);
    frames_[parent].untyped = std::exchange(node.split_untyped, no_slot);
    frames_[parent].order = order;
    link(parent);
    return true;
}

/// Puts everything together that can be, however small it leaves the stock of pieces. It looks at
/// all memory, so it is left out when there is nothing to find: when memory has run out, that is
/// what most who ask for some come to.
void BlockAllocator::merge_idle() {
    for (unsigned order = 1; order <= max_order && idle_ > 0; ++order) {
        for_each_split(order, [&](Frame block) {
            if (merge(block, order, false)) {
                join_parent(block, false);
            }
        });
    }
}

std::uint64_t BlockAllocator::count_idle_blocks() const {
    std::uint64_t count = 0;
    for (unsigned order = 1; order <= max_order; ++order) {
        for_each_split(order, [&](Frame block) { count += is_idle(block, order) ? 1 : 0; });
    }
    return count;
}

/// Calls `visit(Frame)` for the blocks of `order` that are split.
void BlockAllocator::for_each_split(unsigned order, auto visit) const {
    for (std::uint64_t at = frames_.first(); frames_.contains(at + base::bit(order - 1));
         at += base::bit(order)) {
        Frame const block{static_cast<std::uint32_t>(at)};
        if (frames_.split_record(block, order).split_untyped != no_slot) {
            visit(block);
        }
    }
}

std::uint64_t BlockAllocator::bytes_to_carve() const {
    std::uint64_t chunks = 0;
    for (std::size_t i = 0; i < root_count_; ++i) {
        chunks += roots_[i].chunks - roots_[i].carved;
    }
    return chunks * frames_of(max_order) * page_size;
}

std::uint64_t BlockAllocator::split_blocks() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        frames_.records(), [](FrameRecord const& r) { return r.split_untyped != no_slot; }));
}

std::uint64_t BlockAllocator::carved_untypeds() const {
    return static_cast<std::uint64_t>(
        std::count_if(roots_.begin(), roots_.begin() + static_cast<std::ptrdiff_t>(root_count_),
                      [](Root const& root) { return root.chunks > 0; }));
}

BlockAllocator::List& BlockAllocator::list_of(Frame block) {
    FrameRecord const& record = frames_[block];
    bool const among_books =
        record.order == 0 && record.group == static_cast<unsigned>(PageGroup::Books);
    return among_books ? book_pages_ : lists_[record.order];
}

void BlockAllocator::link(Frame block) {
    List& list = list_of(block);
    frames_[block].links = {.next = list.first, .previous = none};
    if (list.first != none) {
        frames_[Frame{list.first}].links.previous = index(block);
    }
    list.first = index(block);
    ++list.size;
}

void BlockAllocator::unlink(Frame block) {
    List& list = list_of(block);
    auto const links = frames_[block].links;
    (links.previous != none ? frames_[Frame{links.previous}].links.next : list.first) = links.next;
    if (links.next != none) {
        frames_[Frame{links.next}].links.previous = links.previous;
    }
    --list.size;
}

} // namespace pager
