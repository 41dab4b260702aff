// SPDX-License-Identifier: BSD-2-Clause
//
// ZeroCopies: the one page of zeroes that all clients share, and the capabilities that map it, one
// for each page that shows it. Those that are not needed are kept for the next.
#pragma once

#include <pager/half_pages.hpp>
#include <pager/objects.hpp>

namespace pager {

class ZeroCopies {
public:
    ZeroCopies(Objects& objects, SlotAllocator& slots, HalfPages& halves)
        : objects_{objects}, slots_{slots}, halves_{halves} {}

    ZeroCopies(ZeroCopies const&) = delete;
    ZeroCopies& operator=(ZeroCopies const&) = delete;

    /// Makes the page. Once, before anything else.
    [[nodiscard]] Result<> start();

    /// A capability to read it that maps nothing.
    [[nodiscard]] Result<Slot> take();

    /// One back. `is_unclean`: the kernel remembers where it was mapped, but something else is
    /// mapped there now, or nothing; then it is left for later to have that forgotten.
    void give(Slot copy, bool is_unclean);

    /// One step ahead of time: whether there was something to do. `wanted` copies are enough.
    [[nodiscard]] bool refill(std::uint64_t wanted);

    /// Give up some of those above `limit`.
    void trim(std::uint64_t limit);

    [[nodiscard]] Frame page() const { return page_; }

    /// Capabilities that are kept for later.
    [[nodiscard]] std::uint64_t spare() const { return clean_.count + unclean_.count; }

private:
    static constexpr std::uint32_t room = HalfPages::size / sizeof(Slot) - 4;

    /// Half a page of slots, and the one that was full before it.
    struct Pile {
        Pile* below;
        std::uint32_t count;
        std::uint32_t reserved;
        Slot slots[room];
    };

    static_assert(sizeof(Pile) == HalfPages::size);

    struct Stack {
        Pile* top{nullptr};
        std::uint64_t count{0};
    };

    [[nodiscard]] bool push(Stack& stack, Slot slot);
    [[nodiscard]] Slot pop(Stack& stack);
    [[nodiscard]] Result<Slot> clean_or_make();
    [[nodiscard]] Result<Slot> make();

    Objects& objects_;
    SlotAllocator& slots_;
    HalfPages& halves_;
    Frame page_{no_frame};
    Stack clean_;
    Stack unclean_;
};

} // namespace pager
