// SPDX-License-Identifier: BSD-2-Clause
//
// FreePageList: the pages that go with free blocks, which nobody needs. They are spare, or absent:
// back with the page source until they are touched.
#pragma once

#include <base/intrusive_list.hpp>
#include <heap/extent_tree.hpp>
#include <heap/page_set.hpp>

namespace heap {

/// What is noted in a free block that pages go with.
struct FreePages {
    Extent extent;                  // first: as in all free blocks
    base::ListLink<FreePages> link; // if any are spare
    std::size_t spare;              // how many
    PageSet absent;                 // all others
};

class FreePageList {
public:
    FreePageList() = default;
    FreePageList(FreePageList const&) = delete;
    FreePageList& operator=(FreePageList const&) = delete;

    /// Those of `all` that are in `absent` are so now, too.
    void add(FreePages& pages, PageRange all, PageSet const& absent);

    /// What was absent, and will not be when it is touched.
    PageSet remove(FreePages& pages, PageRange all);

    /// From the first spare page to the last: all that must go so that none is left.
    [[nodiscard]] static PageRange spare_range(FreePages const& pages, PageRange all);

    /// They did not go: those of others are next.
    void put_last(FreePages& pages);

    /// They went.
    void make_absent(FreePages& pages, PageRange all);

    /// Of those with spare pages, those that were added first and last, or null; and the one after
    /// another.
    [[nodiscard]] FreePages* oldest() const { return with_spare_.front(); }
    [[nodiscard]] FreePages* newest() const { return with_spare_.back(); }
    [[nodiscard]] static FreePages* after(FreePages const& pages) { return List::next(pages); }

    [[nodiscard]] std::size_t spare() const { return spare_; }
    [[nodiscard]] std::size_t absent() const { return absent_; }

private:
    using List = base::IntrusiveList<FreePages, &FreePages::link>;

    List with_spare_;
    std::size_t spare_{0};
    std::size_t absent_{0};
};

} // namespace heap
