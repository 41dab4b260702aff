// SPDX-License-Identifier: BSD-2-Clause
//
// Sums, and who is in the list.

#include <heap/free_pages.hpp>

namespace heap {

void FreePageList::add(FreePages& pages, PageRange all, PageSet const& absent) {
    pages.link = {};
    pages.spare = all.count();
    pages.absent = absent;
    if (!absent.empty()) {
        pages.absent &= PageSet{all};
        pages.spare -= pages.absent.count();
        absent_ += all.count() - pages.spare;
    }
    if (pages.spare > 0) {
        spare_ += pages.spare;
        with_spare_.push_back(pages);
    }
}

PageSet FreePageList::remove(FreePages& pages, PageRange all) {
    absent_ -= all.count() - pages.spare;
    if (pages.spare > 0) {
        spare_ -= pages.spare;
        with_spare_.remove(pages);
    }
    return pages.absent;
}

PageRange FreePageList::spare_range(FreePages const& pages, PageRange all) {
    while (pages.absent.contains(all.first)) {
        ++all.first;
    }
    while (pages.absent.contains(all.behind - 1)) {
        --all.behind;
    }
    return all;
}

void FreePageList::put_last(FreePages& pages) {
    with_spare_.remove(pages);
    with_spare_.push_back(pages);
}

void FreePageList::make_absent(FreePages& pages, PageRange all) {
    with_spare_.remove(pages);
    spare_ -= pages.spare;
    absent_ += pages.spare;
    pages.spare = 0;
    pages.absent = PageSet{all};
}

} // namespace heap
