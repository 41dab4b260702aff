// SPDX-License-Identifier: BSD-2-Clause
//
// PageArray: which frames stand behind 512 pages of private memory. An array is shared by the
// spaces that were cloned from one another, until one of them changes something in it: then that
// one gets an array of its own, and each frame in it is referred to once more. So a page may be
// written in place if its array and its frame are referred to once; otherwise it is copied first.
// There are no chains of spaces to search, however often they were cloned.
#pragma once

#include <pager/frame_pool.hpp>
#include <pager/half_pages.hpp>

#include <array>

namespace pager {

/// How many pages one table of the lowest level maps, and one array describes.
inline constexpr std::uint32_t leaf_pages = 1u << api::table_index_bits;

/// An entry of an array: 4 bytes. All zero: nothing is there.
class FrameReference {
public:
    constexpr FrameReference() = default;
    constexpr explicit FrameReference(Frame frame) : raw_{index(frame) | present_bit} {}

    [[nodiscard]] constexpr bool present() const { return raw_ != 0; }
    [[nodiscard]] constexpr Frame frame() const { return Frame{raw_ ^ present_bit}; }

private:
    static constexpr std::uint32_t present_bit = 1u << 28; // HalfPages: never all ones

    std::uint32_t raw_{0};
};

struct PageArray {
    std::uint32_t references{1};
    std::uint32_t present{0};
    bool was_shared{false};
    bool is_counted{false}; // by the checker, while it counts
    std::span<FrameReference, leaf_pages> entries;
};

/// What copy-on-write did so far, and what it saves now.
struct CopyStatistics {
    std::uint64_t breaks{0};    // pages copied because they were written
    std::uint64_t upgrades{0};  // pages written by the last who shared them: nothing to copy
    std::uint64_t clones{0};    // spaces
    std::uint64_t cloned{0};    // pages that a clone got without a copy
    std::uint64_t saved_now{0}; // pages: what would be there more if all were copied
    std::uint64_t saved_peak{0};
};

class PageArrays {
public:
    PageArrays(FrameTable& frames, FramePool& pool, HalfPages& halves)
        : frames_{frames}, pool_{pool}, halves_{halves} {}

    [[nodiscard]] Result<PageArray*> make();

    /// One who uses it more.
    void share(PageArray& array);

    /// One less. The last one's end is that of the frames which nobody else refers to.
    void release(PageArray& array);

    /// `array`, or a copy of it that only the caller uses.
    [[nodiscard]] Result<PageArray*> make_exclusive(PageArray& array);

    [[nodiscard]] bool is_exclusive(PageArray const& array, std::uint32_t entry) const {
        return array.references == 1 && frames_[array.entries[entry].frame()].references == 1;
    }

    /// Changes of an array that nobody else uses. A frame that is put in is referred to by it.
    void put(PageArray& array, std::uint32_t entry, Frame frame);
    void drop(PageArray& array, std::uint32_t entry);

    CopyStatistics statistics;

private:
    void add_saved(std::uint64_t pages);
    void drop_frame(Frame frame);

    FrameTable& frames_;
    FramePool& pool_;
    HalfPages& halves_;
};

} // namespace pager
