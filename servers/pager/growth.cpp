// SPDX-License-Identifier: BSD-2-Clause
//
// Stacks: they grow when they are touched, as far as their threads are, and shrink when asked to.

#include <base/scope_guard.hpp>
#include <pager/address_space.hpp>

#include <algorithm>

namespace pager {

namespace {

/// How far below the stack pointer an instruction may reach that is about to lower it: stp with a
/// pre-index takes a signed multiple of 16 in 7 bits for a pair of vector registers (Arm ARM
/// C6.2, C7.2). A thread itself has nothing below its stack pointer that must stay.
constexpr std::uint64_t reach = 1024;

} // namespace

Result<> AddressSpace::map_stack(UserAddr top, std::uint64_t size) {
    if (!top.is_aligned(api::page_bits) || !base::is_aligned(size, api::page_bits)) {
        return base::fail(Error::NotAligned);
    }
    if (size == 0 || size > user_end - user_begin) {
        return base::fail(Error::InvalidSize);
    }
    if (top > user_end || top < user_begin || top - user_begin < size + guard_size) {
        return base::fail(Error::InvalidAddress);
    }
    UserAddr const bottom = top - size;
    TRY(check_free(bottom - guard_size, top));
    TRY(memory_.reserve());
    add_region({.start = bottom - guard_size, .end = bottom, .kind = RegionKind::Guard});
    add_region(
        {.start = bottom, .end = top, .kind = RegionKind::Stack, .access = Access::ReadWrite});
    stacks_.push_back(*new Stack{.bottom = bottom, .top = top, .lowest = top});
    return {};
}

void AddressSpace::forget_stacks() {
    while (Stack* const stack = stacks_.pop_front()) {
        if (stack->thread != no_slot) {
            memory_.erase_copy(stack->thread);
        }
        delete stack;
    }
}

/// In a clone, as the region of `stack` is there: once, however it is cut.
void AddressSpace::copy_stack(Stack const* stack) {
    if (stack != nullptr && find_stack(stack->bottom) == nullptr) {
        stacks_.push_back(
            *new Stack{.bottom = stack->bottom, .top = stack->top, .lowest = stack->lowest});
    }
}

Stack* AddressSpace::find_stack(UserAddr address) {
    Stack* stack = stacks_.front();
    while (stack != nullptr && (address < stack->bottom || address >= stack->top)) {
        stack = decltype(stacks_)::next(*stack);
    }
    return stack;
}

Result<> AddressSpace::watch_stack(UserAddr top, Slot thread) {
    Stack* const stack = top.raw() == 0 ? nullptr : find_stack(top - 1);
    if (stack == nullptr || stack->top != top) {
        return base::fail(Error::NotFound);
    }
    TRY(memory_.reserve());
    Slot const copy = TRY(memory_.slots.take());
    base::ScopeGuard give{[&] { memory_.slots.give(copy); }};
    TRY(memory_.port.copy(thread, copy, api::Rights::All));
    give.disarm();
    if (stack->thread != no_slot) {
        memory_.erase_copy(stack->thread);
    }
    stack->thread = copy;
    return {};
}

/// Each is a capability.
std::uint64_t AddressSpace::watched_threads() const {
    std::uint64_t count = 0;
    for (Stack const* stack = stacks_.front(); stack != nullptr;
         stack = decltype(stacks_)::next(*stack)) {
        count += stack->thread != no_slot ? 1 : 0;
    }
    return count;
}

/// A page of a stack is touched: whether it may be. Where the stack has been before, nobody asks.
std::optional<StopReason> AddressSpace::grow_stack(UserAddr page) {
    Stack* const stack = find_stack(page);
    if (stack == nullptr || page >= stack->lowest) {
        return std::nullopt;
    }
    if (stack->top - page > growth_.stack) {
        ++growth_counts_.refused;
        return StopReason::StackLimit;
    }
    if (is_below_stack(*stack, page)) {
        ++growth_counts_.refused;
        return StopReason::BelowStack;
    }
    stack->lowest = page;
    ++growth_counts_.grown;
    return std::nullopt;
}

bool AddressSpace::is_below_stack(Stack const& stack, UserAddr page) {
    if (stack.thread == no_slot) {
        return false;
    }
    auto const pointer = memory_.port.stack_pointer(stack.thread);
    ++growth_counts_.checked;
    return pointer && *pointer >= stack.bottom && *pointer <= stack.top &&
           page + page_size + reach <= *pointer;
}

/// How far ahead of a page others may come along.
policy::Neighbours AddressSpace::within_growth(Region const& region, UserAddr page,
                                               policy::Neighbours neighbours) {
    neighbours.before = std::min(neighbours.before, growth_.ahead);
    neighbours.behind = std::min(neighbours.behind, growth_.ahead - neighbours.before);
    Stack const* const stack =
        region.kind == RegionKind::Stack && growth_.stack != ipc::pager::Growth::unlimited
            ? find_stack(page)
            : nullptr;
    if (stack != nullptr) {
        std::uint64_t const length = stack->top - page;
        std::uint64_t const left = growth_.stack > length ? growth_.stack - length : 0;
        neighbours.before = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(neighbours.before, left / page_size));
    }
    return neighbours;
}

Result<AddressSpace::Trimmed> AddressSpace::trim_stacks() {
    for (Stack* stack = stacks_.front(); stack != nullptr;
         stack = decltype(stacks_)::next(*stack)) {
        if (stack->thread == no_slot) {
            continue;
        }
        auto const pointer = memory_.port.stack_pointer(stack->thread);
        if (!pointer || *pointer < stack->bottom + reach || *pointer > stack->top) {
            continue;
        }
        std::uint64_t const pages = TRY(trim(*stack, *pointer - reach));
        if (pages > 0) {
            growth_counts_.trimmed += pages;
            return Trimmed{.pages = pages, .is_done = false};
        }
    }
    return Trimmed{.pages = 0, .is_done = true};
}

/// A step of what lies below `end`, but for locked pages: how many pages that was. 0: there is
/// nothing.
Result<std::uint64_t> AddressSpace::trim(Stack& stack, UserAddr end) {
    end = end.aligned_down(api::page_bits);
    for (Region const* region = regions_.first_ending_above(stack.bottom);
         region != nullptr && region->start < end; region = regions_.next(*region)) {
        UserAddr const limit = std::min(region->end, end);
        auto const first = pages_.first_present(region->start, limit);
        if (region->kind != RegionKind::Stack || region->is_locked || !first) {
            continue;
        }
        UserAddr const step = pages_.end_of_step(*first, limit);
        if (pages_.clear_needs_memory(*first, step)) {
            TRY(memory_.reserve());
        }
        auto const count = [&] {
            return pages_.private_pages() + pages_.mappings(MappingKind::Zero);
        };
        std::uint64_t const before = count();
        pages_.clear(*first, step);
        stack.lowest = std::max(stack.lowest, step);
        return before - count();
    }
    return 0;
}

} // namespace pager
