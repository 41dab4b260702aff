// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper: the pages of one space, in the books and in the translation tables, always alike.
// Whatever it puts in place of a page, the page that was there before is given back.
#pragma once

#include <pager/leaf.hpp>
#include <pager/memory.hpp>

#include <optional>

namespace pager {

/// What stands behind a page of a client.
enum class PageState : std::uint8_t {
    Absent = 0, // never touched; its content follows from its region
    Zero,       // the shared zero page
    File,       // a page of the boot archive, in place
    Private,    // a frame, which clones of the space may share until one of them writes
    Buffer,     // an IPC buffer, or a frame for devices
    Shared,     // a frame of shared memory, as far as it was mapped here
};

struct PageView {
    PageState state{PageState::Absent};
    Frame frame{no_frame};    // Private, Buffer
    bool is_mapped{false};    // as opposed to: it will be when it is touched
    bool is_writable{false};  // mapped so that it can be written
    bool is_exclusive{false}; // Private: nobody else refers to the frame
};

class PageMapper {
public:
    PageMapper(Memory& memory, SpaceNumber space, Slot vspace)
        : memory_{memory}, space_{space}, vspace_{vspace},
          tables_{memory.objects, vspace, FrameState::PageTable, space} {}

    ~PageMapper();
    PageMapper(PageMapper const&) = delete;
    PageMapper& operator=(PageMapper const&) = delete;

    [[nodiscard]] PageView get(UserAddr page) const;

    /// Whether something of its 2 MiB was mapped before: a table is there, or was until a fork.
    [[nodiscard]] bool has_leaf(UserAddr page) const { return find(page) != nullptr; }

    /// The first page of [from, end) that is not Absent.
    [[nodiscard]] std::optional<UserAddr> first_present(UserAddr from, UserAddr end) const;

    // Each of these maps a page; where something else is mapped, in its place. If one fails, all is
    // as before.

    /// The shared zero page, readable, and executable if `access` says so.
    [[nodiscard]] Result<> place_zero(UserAddr page, Access access);

    /// The page of the boot archive at `offset`, likewise.
    [[nodiscard]] Result<> place_file(UserAddr page, std::uint64_t offset, Access access);

    /// Pages of the boot archive from `offset` on, likewise, by its own capabilities and by one
    /// call of the kernel: those of `count` pages from `page` on, until something is in the way, or
    /// none if that fails: how many.
    [[nodiscard]] std::uint32_t place_files(UserAddr page, std::uint64_t offset,
                                            std::uint32_t count, Access access);

    /// A frame that nobody else refers to. It is the mapper's from now on, unless this fails.
    [[nodiscard]] Result<> place_frame(UserAddr page, Frame frame, Access access);

    /// Zeroed frames out of the stock for up to `count` pages from `page` on, until something is in
    /// the way or missing: how many. For pages that are not executed.
    [[nodiscard]] std::uint32_t place_new(UserAddr page, std::uint32_t count, Access access);

    /// A frame of shared memory, which stays where it is if this fails.
    [[nodiscard]] Result<> place_shared(UserAddr page, Frame frame, Access access);

    /// An IPC buffer, likewise. The answer is the capability that maps it.
    [[nodiscard]] Result<Slot> place_buffer(UserAddr page, Frame frame);

    /// A frame of a block for devices, which keeps the capability.
    [[nodiscard]] Result<> place_uncached(UserAddr page, Slot slot, Access access);

    /// What stands behind the page already; it is not Absent. Not to be written while it is shared.
    [[nodiscard]] Result<> map_again(UserAddr page, Access access);

    /// The same, but not to be written, for a page that has a frame: its next write is noticed, and
    /// own_run() leaves it out until then.
    [[nodiscard]] Result<> watch(UserAddr page);

    /// The same for a page that has a frame and is about to be written: if others share it, what is
    /// mapped is a copy.
    [[nodiscard]] Result<> own_for_write(UserAddr page, Access access);

    /// The same for pages in a row, up to `count` of them from `page` on, until one has no frame or
    /// is watched, or a table ends; copies are frames out of the stock only. How many were copied
    /// or upgraded.
    [[nodiscard]] std::uint32_t own_run(UserAddr page, std::uint32_t count, Access access);

    /// How far to go from `start` on for one step of work.
    [[nodiscard]] UserAddr end_of_step(UserAddr start, UserAddr end) const;

    /// The same downwards from `end`: where the step begins.
    [[nodiscard]] UserAddr start_of_step(UserAddr start, UserAddr end) const;

    /// Which of at most 64 pages may have been written since this was asked last: a bit each.
    [[nodiscard]] std::uint64_t take_written(UserAddr start, std::uint64_t pages);

    /// Make the pages of [start, end) fit `access`. Cannot fail, and takes nothing: a page that is
    /// not mapped after this is mapped when it is touched.
    void set_access(UserAddr start, UserAddr end, Access access);

    /// Whether clear() takes memory: arrays that are shared are changed in a copy.
    [[nodiscard]] bool clear_needs_memory(UserAddr start, UserAddr end) const;

    /// Give all pages of [start, end) back.
    void clear(UserAddr start, UserAddr end);

    struct Range {
        UserAddr from;
        UserAddr end;
    };

    /// Let `clone` share the frames of the first leaf of `range`, all of that leaf, `shift` bytes
    /// further up, modulo 2^64; a multiple of 2 MiB. The answer is where to go on; nothing if there
    /// was none.
    [[nodiscard]] Result<std::optional<UserAddr>> share_leaf(PageMapper& clone, Range range,
                                                             std::uint64_t shift);

    /// Bytes that the pages take: frames, tables, capabilities. The books about them are not more.
    [[nodiscard]] std::uint64_t cost() const;

    /// Pages with a frame, whether others share it or not.
    [[nodiscard]] std::uint64_t private_pages() const { return private_pages_; }

    [[nodiscard]] std::uint64_t mappings(MappingKind kind) const {
        return counts_[static_cast<std::size_t>(kind)];
    }

    [[nodiscard]] std::uint64_t tables() const { return tables_.count(); }

    /// Give back what is kept for the next page.
    void drop_idle();

    /// For the checker.
    [[nodiscard]] Leaf* first_leaf() const { return leaves_.first(); }
    [[nodiscard]] Leaf* next_leaf(Leaf const& leaf) const { return leaves_.next(leaf); }

private:
    [[nodiscard]] Leaf* find(UserAddr page) const;
    [[nodiscard]] Leaf* find_first(UserAddr page) const;
    [[nodiscard]] Result<Leaf*> make(UserAddr page);
    [[nodiscard]] Result<Leaf*> add(UserAddr page);
    void remove(Leaf& leaf);
    void keep_idle(Leaf& leaf);

    /// After its pages have changed: whether it is to be kept for others.
    void retire(Leaf& leaf) {
        if (leaf.is_empty()) {
            keep_idle(leaf);
        } else if (idle_ == &leaf) {
            idle_ = nullptr;
        }
    }

    [[nodiscard]] Result<Slot> place_as(MappingKind kind, UserAddr page, Frame frame,
                                        Access access);
    [[nodiscard]] Result<> prepare(Leaf& leaf);
    [[nodiscard]] Result<> add_table(Leaf& leaf);
    [[nodiscard]] bool place_one(Leaf& leaf, std::uint32_t entry, Access access);
    [[nodiscard]] std::uint32_t place_run(Leaf& leaf, std::uint32_t entry, std::uint32_t count,
                                          Access access);
    [[nodiscard]] std::uint32_t copy_run(Leaf& leaf, std::uint32_t entry, std::uint32_t count,
                                         Access access);
    [[nodiscard]] bool map_stock(Leaf& leaf, std::uint32_t entry, FrameRun run, Access access);
    void copy(Frame from, Frame to);
    [[nodiscard]] Result<> upgrade(Leaf& leaf, UserAddr page, Access access);
    [[nodiscard]] std::uint32_t count_shared(Leaf const& leaf, std::uint32_t entry,
                                             std::uint32_t count) const;
    [[nodiscard]] static std::uint32_t count_untouched(Leaf const& leaf, std::uint32_t entry,
                                                       std::uint32_t count, MappingKind besides);
    [[nodiscard]] Result<> map_run(Leaf const& leaf, std::uint32_t entry, Slot first,
                                   std::uint32_t count, Access access);
    [[nodiscard]] Result<> map(Leaf& leaf, UserAddr page, Slot slot, Access access);
    void note_run(Leaf& leaf, std::uint32_t entry, Slot first, std::uint32_t pages,
                  MappingKind kind, Access access);
    void note(Leaf& leaf, std::uint32_t entry, Slot slot, MappingKind kind, Access access);
    void forget(Leaf& leaf, std::uint32_t entry, bool is_unclean);
    void give_back(Leaf const& leaf, std::uint32_t entry, Mapping mapping, bool is_unclean);
    void unmap(Leaf& leaf, std::uint32_t entry);
    void detach(Leaf& leaf);
    void clear_leaf(Leaf& leaf);
    void clear_part(Leaf& leaf, UserAddr start, UserAddr end);
    void set_page_access(Leaf& leaf, UserAddr page, Access access);
    void count(MappingKind kind, std::uint64_t change);

    Memory& memory_;
    SpaceNumber space_;
    Slot vspace_;
    OrderedTree<Leaf, &Leaf::link> leaves_;
    mutable Leaf* last_{nullptr}; // found
    Leaf* idle_{nullptr};         // empty, but not given back yet
    TableSet tables_;
    std::array<std::uint64_t, mapping_kind_count> counts_{}; // by MappingKind; None means nothing
    std::uint64_t private_pages_{0};
};

} // namespace pager
