// SPDX-License-Identifier: BSD-2-Clause
//
// FilePages: the pages of the boot archive, and the capabilities that map them. The archive's own
// capability to a page maps it for the first space that wants it; who comes while that is in use
// needs a copy. The own ones lie in a row, so that one call of the kernel maps a run of pages.
#pragma once

#include <pager/bit_span.hpp>
#include <pager/kernel_port.hpp>
#include <pager/slot_allocator.hpp>

#include <cstddef>
#include <span>

namespace pager {

/// The boot archive: its bytes, as the pager sees them, and its frames.
struct BootArchive {
    std::span<std::byte const> bytes;
    Slot first_frame{no_slot};

    [[nodiscard]] static constexpr std::uint64_t page_count(std::uint64_t size) {
        return (size + page_size - 1) / page_size;
    }
};

class FilePages {
public:
    FilePages(BootArchive const& archive, KernelPort& port, SlotAllocator& slots)
        : archive_{archive}, port_{port}, slots_{slots} {}

    FilePages(FilePages const&) = delete;
    FilePages& operator=(FilePages const&) = delete;

    /// Words to note things down about so many pages; all zero at first.
    [[nodiscard]] static constexpr std::uint64_t book_words(std::uint64_t pages) {
        return 2 * BitSpan::words_for(pages);
    }

    /// Once, before anything else.
    void start(std::span<std::uint64_t> books) {
        in_use_ = BitSpan{books.first(books.size() / 2)};
        executable_ = BitSpan{books.last(books.size() / 2)};
    }

    // Offsets in the archive are multiples of the page size.

    /// A capability to read the page at `offset`, which maps nothing.
    [[nodiscard]] Result<Slot> take(std::uint64_t offset);

    /// How many pages from `offset` on, at most `count`, have own capabilities that are free and
    /// lie in a row.
    [[nodiscard]] std::uint32_t run_at(std::uint64_t offset, std::uint32_t count) const {
        auto const in_leaf = static_cast<std::uint32_t>(own_slot(offset)) % leaf_slots;
        return std::min({count, leaf_slots - in_leaf, KernelPort::max_run,
                         in_use_.count_clear(offset / page_size)});
    }

    /// Those.
    void take_run(std::uint64_t offset, std::uint32_t count) {
        in_use_.set(offset / page_size, count, true);
    }

    /// It is not needed any more. `is_unclean`: the kernel remembers where it was mapped.
    void give(Slot slot, bool is_unclean);

    /// The page is mapped by `slot` to be executed. What was written there before the pager started
    /// stays as it is, so instruction fetches are told of it once.
    void make_executable(std::uint64_t offset, Slot slot);

    [[nodiscard]] Slot own_slot(std::uint64_t offset) const {
        return archive_.first_frame + static_cast<std::uint32_t>(offset / page_size);
    }

    [[nodiscard]] bool is_own(Slot slot) const {
        return slot >= archive_.first_frame &&
               index_of(slot) < BootArchive::page_count(archive_.bytes.size());
    }

    /// For the checker.
    [[nodiscard]] std::uint64_t count_in_use() const { return in_use_.count_set(); }

private:
    [[nodiscard]] std::size_t index_of(Slot slot) const {
        return static_cast<std::uint32_t>(slot) - static_cast<std::uint32_t>(archive_.first_frame);
    }

    BootArchive const& archive_;
    KernelPort& port_;
    SlotAllocator& slots_;
    BitSpan in_use_{};     // the own capability maps a page of a client
    BitSpan executable_{}; // instruction fetches see what is in the page
};

} // namespace pager
