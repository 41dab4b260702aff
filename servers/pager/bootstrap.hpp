// SPDX-License-Identifier: BSD-2-Clause
//
// Bootstrap: how the pager gets on its feet. The books of all RAM need memory, and memory needs
// books; so it begins with small books in its image that describe the first 2 MiB of one untyped,
// makes the big ones from what follows in that untyped, and moves over.
#pragma once

#include <pager/own_memory.hpp>
#include <pager/startup.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace pager {

/// Where things go in the pager's own space: each in 512 GiB of its own, where nothing is mapped.
struct OwnLayout {
    UserAddr books{0x80'0000'0000};   // mapped in pages of 2 MiB
    UserAddr frames{0x180'0000'0000}; // FramePool
};

/// How the untypeds lie in the frame table: largest first.
class FramePlan {
public:
    explicit FramePlan(startup::Info const& info);

    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    [[nodiscard]] std::size_t size() const { return size_; }

    struct Place {
        std::uint32_t untyped; // index in startup::Info
        Frame first;
        unsigned order;
    };

    [[nodiscard]] Place const& operator[](std::size_t i) const { return places_[i]; }

    /// The smallest untyped of more than `chunks` times 2 MiB.
    [[nodiscard]] std::optional<std::size_t> smallest_above(std::uint64_t chunks) const;

private:
    std::array<Place, startup::max_untypeds> places_{};
    std::size_t size_{0};
    std::uint64_t frames_{0};
};

class Bootstrap {
public:
    /// `info` must have passed check().
    Bootstrap(startup::Info const& info, KernelPort& port, OwnLayout const& layout = {});
    Bootstrap(Bootstrap const&) = delete;
    Bootstrap& operator=(Bootstrap const&) = delete;

    /// What is wrong with what init handed over; nothing if it is fine.
    [[nodiscard]] static std::optional<std::string_view> check(startup::Info const& info);

    /// Once. The heap must draw from pages() already. The error is in words.
    [[nodiscard]] base::Result<void, std::string_view> run();

    [[nodiscard]] Memory& memory() { return memory_; }
    [[nodiscard]] OwnMemory& pages() { return own_; }

    /// Slots of leaves that the books know which were in use before; those of leaves that init
    /// filled are in no book.
    [[nodiscard]] std::uint64_t fixed_slots() const;

private:
    /// 2 MiB for the books, as long as no book knows them.
    struct BookChunk {
        BlockAllocator::Chunk chunk;
        Slot page;
    };

    // The books of all the RAM that the kernel can address, 255 GiB, are smaller.
    static constexpr std::size_t max_chunks = 1280;
    static constexpr std::uint32_t first_leaves = 2 * max_chunks / leaf_slots + 4;

    [[nodiscard]] std::uint32_t pool_leaves() const;
    [[nodiscard]] std::uint64_t slot_leaves() const;
    [[nodiscard]] std::uint64_t file_book_words() const;
    [[nodiscard]] std::uint64_t books_size() const;
    [[nodiscard]] Result<> add_chunk();
    [[nodiscard]] Result<> map_book_tables(UserAddr address);
    void move_books();
    void add_untypeds();
    [[nodiscard]] Slot untyped_slot(std::size_t place) const;

    startup::Info const& info_;
    KernelPort& port_;
    OwnLayout layout_;
    FramePlan plan_;
    std::size_t chunks_needed_;
    std::size_t home_; // place of the untyped that the books come from

    std::array<FrameRecord, std::size_t{1} << max_order> first_records_{};
    std::array<SlotLeaf, first_leaves> first_slot_leaves_{};
    std::array<BookChunk, max_chunks> chunks_{};
    std::size_t chunk_count_{0};

    FrameTable frames_;
    SlotAllocator slots_;
    BlockAllocator blocks_;
    OwnMemory own_;
    Memory memory_;
};

} // namespace pager
