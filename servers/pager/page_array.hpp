// SPDX-License-Identifier: BSD-2-Clause
//
// PageArray: which frames stand behind 512 pages of private memory. An array is shared by the
// spaces that were cloned from one another, until one of them changes something in it: then that
// one gets an array of its own, and each frame in it is referred to once more. So a page may be
// written in place if its array and its frame are referred to once; otherwise it is copied first.
// There are no chains of spaces to search, however often they were cloned.
#pragma once

#include <base/intrusive_list.hpp>
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

    friend constexpr bool operator==(FrameReference, FrameReference) = default;

private:
    static constexpr std::uint32_t present_bit = 1u << 28; // HalfPages: never all ones

    std::uint32_t raw_{0};
};

struct PageArray;

/// One who uses an array: 2 MiB of a space.
struct ArrayUser {
    UserAddr start;    // a multiple of 2 MiB
    SpaceNumber space; // whose
    PageArray* pages{nullptr};
    base::ListLink<ArrayUser> next_user{};
};

struct PageArray {
    std::span<FrameReference, leaf_pages> entries;
    PageFamily& family;
    base::ListLink<PageArray> relative{};
    base::IntrusiveList<ArrayUser, &ArrayUser::next_user> users{};
    std::uint32_t references{0}; // how many users there are
    std::uint32_t present{0};
    bool was_shared{false};
    bool is_counted{false}; // by the checker, while it counts
};

/// Arrays that were copied from one another. A frame never leaves the family it was put into, nor
/// the entry; so its record can say where to look for all who have it, and is never to be changed
/// when they come and go.
struct PageFamily {
    base::IntrusiveList<PageArray, &PageArray::relative> arrays{};
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

    /// A new array, without a page, for one who has none.
    [[nodiscard]] Result<> make(ArrayUser& user);

    /// `user`, who has none, uses the array of `other`, too.
    void share(ArrayUser const& other, ArrayUser& user);

    /// One user less. The last one's end is that of the frames which nobody else refers to.
    void release(ArrayUser& user);

    /// What only `user` uses: its array, or from now on a copy of that.
    [[nodiscard]] Result<> make_exclusive(ArrayUser& user) {
        return user.pages->references == 1 ? Result<>{} : copy_for(user);
    }

    [[nodiscard]] bool is_exclusive(PageArray const& array, std::uint32_t entry) const {
        return array.references == 1 && frames_[array.entries[entry].frame()].references == 1;
    }

    /// Changes of an array that nobody else uses. A frame that is put in is referred to by it.
    void put(PageArray& array, std::uint32_t entry, Frame frame);
    void drop(PageArray& array, std::uint32_t entry);

    /// The same where nothing was; `record` is that of the frame.
    static void put_new(PageArray& array, std::uint32_t entry, Frame frame, FrameRecord& record) {
        record.entry = entry;
        record.family = FamilyReference{&array.family};
        array.entries[entry] = FrameReference{frame};
        ++array.present;
    }

    /// Calls `visit(PageArray&)` for all arrays that name a frame: their users have it, at this
    /// entry. It takes as long as there are arrays in the family.
    void for_each_array(Frame frame, auto visit) const;

    /// How many spaces have it.
    [[nodiscard]] std::uint64_t sharers(Frame frame) const;

    CopyStatistics statistics;

private:
    [[nodiscard]] Result<PageArray*> make_in(PageFamily& family);
    [[nodiscard]] Result<> copy_for(ArrayUser& user);
    static void join(PageArray& array, ArrayUser& user);
    void add_saved(std::uint64_t pages);
    void drop_frame(Frame frame);

    FrameTable& frames_;
    FramePool& pool_;
    HalfPages& halves_;
};

void PageArrays::for_each_array(Frame frame, auto visit) const {
    PageFamily const& family = *frames_[frame].family.get();
    std::uint32_t const entry = frames_[frame].entry;
    for (PageArray* array = family.arrays.front(); array != nullptr;
         array = family.arrays.next(*array)) {
        if (array->entries[entry] == FrameReference{frame}) {
            visit(*array);
        }
    }
}

} // namespace pager
