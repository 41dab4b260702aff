// SPDX-License-Identifier: BSD-2-Clause
//
// FramePool: groups with unused frames are in lists; those that are all unused come last, so that
// they stay whole for as long as there are others.

#include <base/scope_guard.hpp>
#include <pager/frame_pool.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace pager {

namespace {

constexpr Slot own_vspace{startup::slot::vspace};

constexpr std::uint16_t bit_of(Frame frame) {
    return static_cast<std::uint16_t>(1u << (index(frame) % group_frames));
}

constexpr Frame first_of(std::uint32_t number) {
    return Frame{number * group_frames};
}

} // namespace

FramePool::FramePool(FrameTable& frames, BlockAllocator& blocks, Objects& objects)
    : port_{objects.port()}, frames_{frames}, blocks_{blocks},
      tables_{objects, own_vspace, FrameState::Pager, no_space} {
    blocks.reclaim_from(*this);
}

void FramePool::start(FrameWindow const& window, PoolBooks const& books) {
    window_ = window;
    books_ = books;
}

Result<Frame> FramePool::take(PageGroup kind, FrameState state, SpaceNumber owner) {
    if (list(kind, true).first == none && list(kind, false).first != none) {
        zero(pick(kind, false));
    }
    return take_unzeroed(kind, state, owner);
}

Result<Frame> FramePool::take_unzeroed(PageGroup kind, FrameState state, SpaceNumber owner) {
    if (!has_stock(kind)) {
        TRY(make_group(kind));
    }
    bool const zeroed = list(kind, true).first != none;
    Frame const frame = pick(kind, zeroed);
    assign(frame, state, owner);
    return frame;
}

std::optional<FramePool::Zeroed> FramePool::take_zeroed(FrameState state, SpaceNumber owner) {
    if (list(PageGroup::Clients, true).first == none) {
        return std::nullopt;
    }
    Frame const frame = pick(PageGroup::Clients, true);
    return Zeroed{.frame = frame, .record = assign(frame, state, owner)};
}

FrameRun FramePool::take_zeroed_run(std::uint32_t count, FrameState state, SpaceNumber owner) {
    std::uint32_t const number = list(PageGroup::Clients, true).first;
    if (number == none || count == 0) {
        return {};
    }
    std::uint16_t const mask = books_.groups[number].zeroed;
    count = std::min(count, static_cast<std::uint32_t>(std::countr_one(
                                static_cast<std::uint16_t>(mask >> std::countr_zero(mask)))));
    FrameRun const run{.first = pick(PageGroup::Clients, true, count), .count = count};
    for (std::uint32_t i = 0; i < count; ++i) {
        assign(run.first + i, state, owner);
    }
    return run;
}

FrameRecord& FramePool::assign(Frame frame, FrameState state, SpaceNumber owner) {
    FrameRecord& record = frames_[frame];
    record.use = {.object = no_slot, .owner = owner};
    record.references = 1;
    frames_.set_state(record, state);
    return record;
}

void FramePool::give(Frame frame) {
    frames_.set_state(frame, FrameState::Stock);
    add(frame, false);
}

/// The first one of the first group of a list, and those that follow it.
Frame FramePool::pick(PageGroup kind, bool zeroed, std::uint32_t count) {
    std::uint32_t const number = list(kind, zeroed).first;
    FrameGroup& group = books_.groups[number];
    bool const was_idle = group.is_idle();
    std::uint16_t& mask = zeroed ? group.zeroed : group.used;
    auto const position = static_cast<std::uint32_t>(std::countr_zero(mask));
    mask = static_cast<std::uint16_t>(mask & ~(base::low_mask(count) << position));
    if (mask == 0) {
        unlink(number, zeroed);
    }
    if (was_idle) {
        --idle_groups_;
        relink(number, !zeroed); // it is the first of this list already
    }
    zeroed_frames_ -= zeroed && kind == PageGroup::Clients ? count : 0;
    return first_of(number) + position;
}

void FramePool::add(Frame frame, bool zeroed) {
    std::uint32_t const number = index(frame) / group_frames;
    FrameGroup& group = books_.groups[number];
    std::uint16_t& mask = zeroed ? group.zeroed : group.used;
    bool const is_first = mask == 0;
    mask = static_cast<std::uint16_t>(mask | bit_of(frame));
    zeroed_frames_ += zeroed && group.kind == PageGroup::Clients ? 1 : 0;
    if (is_first || group.is_idle()) {
        enlist(number, zeroed, is_first);
    }
}

/// The group has its first frame of that kind, or it became idle: it comes to its place in the
/// lists.
void FramePool::enlist(std::uint32_t number, bool zeroed, bool is_first) {
    bool const is_idle = books_.groups[number].is_idle();
    if (is_first) {
        link(number, zeroed, is_idle);
    } else {
        relink(number, zeroed);
    }
    if (is_idle) {
        ++idle_groups_;
        relink(number, !zeroed);
    }
}

/// Where what the frame was mapped to is forgotten, too: that was not worth a system call before.
void FramePool::zero(Frame frame) {
    if (frames_[frame].home == static_cast<unsigned>(HomeCapability::Unclean)) {
        port_.unmap_frame(home_slot(frame));
        frames_[frame].home = static_cast<unsigned>(HomeCapability::Spare);
    }
    std::memset(bytes(frame), 0, page_size);
    add(frame, true);
}

bool FramePool::refill(std::uint64_t wanted, bool may_make) {
    if (zeroed_frames_ >= wanted) {
        return false;
    }
    if (list(PageGroup::Clients, false).first != none) {
        for (unsigned i = 0; i < group_frames; ++i) {
            if (list(PageGroup::Clients, false).first != none) {
                zero(pick(PageGroup::Clients, false));
            }
        }
        return true;
    }
    return may_make && make_group(PageGroup::Clients);
}

Result<> FramePool::make_group(PageGroup kind) {
    Frame const first = TRY(blocks_.take(middle_order, FrameState::Stock));
    base::ScopeGuard give_block{[&] { blocks_.give(first); }};
    TRY(hold_leaves(first));
    base::ScopeGuard drop_leaves{[&] { release_leaves(first); }};
    UserAddr const address = window_.start + index(first) * page_size;
    TRY(tables_.hold(address));
    base::ScopeGuard drop_table{[&] { tables_.release(address); }};
    if (auto const made = make_frames(first); !made) {
        port_.revoke(frames_[first].untyped); // before the table and the leaves go
        return made;
    }
    drop_table.disarm();
    drop_leaves.disarm();
    give_block.disarm();

    FrameRecord& node = frames_.split_record(first, middle_order);
    node.split_untyped = frames_[first].untyped;
    node.split_order = 0;
    node.split_free = 0;
    std::uint32_t const number = index(first) / group_frames;
    books_.groups[number].kind = kind;
    for (std::uint32_t i = 0; i < group_frames; ++i) {
        FrameRecord& record = frames_[first + i];
        record.order = 0;
        record.state = static_cast<std::uint8_t>(FrameState::Stock);
        record.is_pooled = 1;
        record.references = 0;
        record.home = static_cast<unsigned>(HomeCapability::Spare);
        add(first + i, true);
    }
    return {};
}

Result<> FramePool::make_frames(Frame first) {
    TRY(port_.retype(frames_[first].untyped, api::ObjectType::SmallPage, 0, window_slot(first),
                     group_frames));
    for (std::uint32_t i = 0; i < group_frames; ++i) {
        Frame const frame = first + i;
        TRY(port_.copy(window_slot(frame), home_slot(frame), api::Rights::ReadWrite));
        TRY(port_.map_frame(window_slot(frame), own_vspace,
                            window_.start + index(frame) * page_size, Access::ReadWrite));
    }
    return {};
}

Result<> FramePool::hold_leaves(Frame first) {
    std::uint32_t const number = index(first) / leaf_slots;
    FrameLeaves& leaves = books_.leaves[number];
    if (leaves.groups == 0) {
        TRY(make_leaf(window_.first_leaf + number, leaves.window));
        base::ScopeGuard drop{[&] { blocks_.give(leaves.window); }};
        TRY(make_leaf(window_.first_leaf + window_.leaf_count + number, leaves.home));
        drop.disarm();
    }
    ++leaves.groups;
    return {};
}

void FramePool::release_leaves(Frame first) {
    FrameLeaves const& leaves = books_.leaves[index(first) / leaf_slots];
    if (--books_.leaves[index(first) / leaf_slots].groups == 0) {
        blocks_.give(leaves.home);
        blocks_.give(leaves.window);
    }
}

Result<> FramePool::make_leaf(std::uint32_t leaf, Frame& frame) {
    frame = TRY(blocks_.take(0, FrameState::Pager));
    base::ScopeGuard give{[&] { blocks_.give(frame); }};
    TRY(port_.make_leaf(frames_[frame].untyped, leaf));
    give.disarm();
    return {};
}

bool FramePool::release_block() {
    for (auto const kind : {PageGroup::Clients, PageGroup::Books}) {
        for (bool const zeroed : {false, true}) {
            std::uint32_t const last = list(kind, zeroed).last;
            if (last != none && books_.groups[last].is_idle()) {
                break_group(last);
                return true;
            }
        }
    }
    return false;
}

void FramePool::break_group(std::uint32_t number) {
    FrameGroup& group = books_.groups[number];
    if (group.kind == PageGroup::Clients) {
        zeroed_frames_ -= static_cast<unsigned>(std::popcount(group.zeroed));
    }
    for (bool const zeroed : {false, true}) {
        if ((zeroed ? group.zeroed : group.used) != 0) {
            unlink(number, zeroed);
        }
    }
    group = {};
    --idle_groups_;
    Frame const first = first_of(number);
    Slot const untyped =
        std::exchange(frames_.split_record(first, middle_order).split_untyped, no_slot);
    port_.revoke(untyped); // with the frames their mappings and copies go
    for (std::uint32_t i = 0; i < group_frames; ++i) {
        FrameRecord& record = frames_[first + i];
        record.is_pooled = 0;
        record.untyped = no_slot;
        record.state = static_cast<std::uint8_t>(i == 0 ? FrameState::Stock : FrameState::Free);
    }
    frames_[first].untyped = untyped;
    frames_[first].order = middle_order;
    tables_.release(window_.start + index(first) * page_size);
    release_leaves(first);
    blocks_.give(first);
}

void FramePool::link(std::uint32_t number, bool zeroed, bool last) {
    List& in = list(books_.groups[number].kind, zeroed);
    auto const links = [&](std::uint32_t group) -> FrameGroup::Links& {
        return zeroed ? books_.groups[group].zeroed_links : books_.groups[group].used_links;
    };
    links(number) = {.next = last ? none : in.first, .previous = last ? in.last : none};
    std::uint32_t& neighbour = last ? in.last : in.first;
    if (neighbour == none) {
        in = {.first = number, .last = number};
        return;
    }
    (last ? links(neighbour).next : links(neighbour).previous) = number;
    neighbour = number;
}

void FramePool::unlink(std::uint32_t number, bool zeroed) {
    List& in = list(books_.groups[number].kind, zeroed);
    auto const links = [&](std::uint32_t group) -> FrameGroup::Links& {
        return zeroed ? books_.groups[group].zeroed_links : books_.groups[group].used_links;
    };
    auto const [next, previous] = links(number);
    (previous != none ? links(previous).next : in.first) = next;
    (next != none ? links(next).previous : in.last) = previous;
}

/// In a list where it is, a group that became idle goes last, one that is not any more goes first.
void FramePool::relink(std::uint32_t number, bool zeroed) {
    FrameGroup const& group = books_.groups[number];
    if ((zeroed ? group.zeroed : group.used) != 0) {
        unlink(number, zeroed);
        link(number, zeroed, group.is_idle());
    }
}

} // namespace pager
