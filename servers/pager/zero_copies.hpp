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

    /// One back, which maps nothing. It must be unmapped at once when its page shows something
    /// else: later, the page might show zeroes again, by another capability to the same frame, and
    /// that mapping would go instead.
    void give(Slot copy);

    /// One step ahead of time: whether there was something to do. `wanted` copies are enough.
    [[nodiscard]] bool refill(std::uint64_t wanted);

    /// Give up some of those above `limit`.
    void trim(std::uint64_t limit);

    [[nodiscard]] Frame page() const { return page_; }

    /// Capabilities that are kept for later.
    [[nodiscard]] std::uint64_t spare() const { return spare_; }

private:
    static constexpr std::uint32_t room =
        (HalfPages::size - sizeof(void*) - sizeof(std::uint32_t)) / sizeof(Slot);

    /// Half a page of slots, and the one that was full before it.
    struct Pile {
        Pile* below;
        std::uint32_t count;
        Slot slots[room];
    };

    static_assert(sizeof(Pile) == HalfPages::size);

    [[nodiscard]] bool push(Slot slot);
    [[nodiscard]] Slot pop();
    [[nodiscard]] Result<Slot> make();

    Objects& objects_;
    SlotAllocator& slots_;
    HalfPages& halves_;
    Frame page_{no_frame};
    Pile* top_{nullptr};
    std::uint64_t spare_{0};
};

} // namespace pager
