// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper: the pages of one space, in the books and in the translation tables, always alike.
// Whatever it puts in place of a page, the page that was there before is given back.
#pragma once

#include <pager/page_tree.hpp>
#include <pager/table_set.hpp>

namespace pager {

class PageMapper {
public:
    PageMapper(Memory& memory, SpaceNumber space, Slot vspace)
        : memory_{memory}, space_{space}, vspace_{vspace},
          tables_{memory, vspace, FrameState::PageTable, space} {}

    ~PageMapper();
    PageMapper(PageMapper const&) = delete;
    PageMapper& operator=(PageMapper const&) = delete;

    [[nodiscard]] PageEntry get(UserAddr page) const { return pages_.get(page); }

    [[nodiscard]] std::optional<UserAddr> first_present(UserAddr from, UserAddr end) const {
        return pages_.first_present(from, end);
    }

    /// The shared zero page, readable, and executable if `access` says so.
    [[nodiscard]] Result<> place_zero(UserAddr page, Access access);

    /// The page of the boot archive at `offset`, likewise.
    [[nodiscard]] Result<> place_file(UserAddr page, std::uint64_t offset, Access access);

    /// A frame of the space's own, which the mapper owns from now on, unless this fails.
    [[nodiscard]] Result<> place_private(UserAddr page, Frame frame, Access access);

    /// Map again what is there already. For pages whose mapping may be missing or too weak.
    [[nodiscard]] Result<> remap(UserAddr page, Access access);

    /// How far to go from `start` on to have passed at most `count` pages that are there.
    [[nodiscard]] UserAddr end_of_step(UserAddr start, UserAddr end, unsigned count) const;

    /// Make the pages of [start, end) fit `access`. Cannot fail, and takes nothing: a page that is
    /// not mapped after this is mapped when it is touched.
    void set_access(UserAddr start, UserAddr end, Access access);

    /// Give all pages of [start, end) back.
    void clear(UserAddr start, UserAddr end);

    /// Bytes that the pages take: frames, tables, capabilities. The books about them are not more.
    [[nodiscard]] std::uint64_t cost() const;

    [[nodiscard]] std::uint64_t count(PageState state) const {
        return counts_[static_cast<std::size_t>(state)];
    }

    [[nodiscard]] std::uint64_t tables() const { return tables_.count(); }

private:
    [[nodiscard]] Result<> place(UserAddr page, PageEntry entry, Access access);
    [[nodiscard]] Slot capability(PageEntry entry) const;
    void record(UserAddr page, PageEntry before, PageEntry after);
    void give_back(PageEntry entry);
    void clear_page(UserAddr page);
    void set_page_access(UserAddr page, Access access);

    Memory& memory_;
    SpaceNumber space_;
    Slot vspace_;
    PageTree pages_;
    TableSet tables_;
    std::array<std::uint64_t, 5> counts_{}; // by PageState; Absent means nothing
};

} // namespace pager
