// SPDX-License-Identifier: BSD-2-Clause
//
// PageArray: counts of references. None of them overflows: each is an entry of an array, arrays
// take memory, and there is no memory for so many.

#include <base/scope_guard.hpp>
#include <pager/page_array.hpp>

#include <algorithm>

namespace pager {

Result<PageArray*> PageArrays::make() {
    std::byte* const memory = halves_.take();
    if (memory == nullptr) {
        return base::fail(Error::OutOfMemory);
    }
    auto* const entries = reinterpret_cast<FrameReference*>(memory);
    return new PageArray{.entries = std::span<FrameReference, leaf_pages>{entries, leaf_pages}};
}

void PageArrays::share(PageArray& array) {
    ++array.references;
    array.was_shared = true;
    statistics.cloned += array.present;
    add_saved(array.present);
}

void PageArrays::release(PageArray& array) {
    if (--array.references > 0) {
        statistics.saved_now -= array.present;
        return;
    }
    for (FrameReference const entry : array.entries) {
        if (entry.present()) {
            drop_frame(entry.frame());
        }
    }
    halves_.give(reinterpret_cast<std::byte*>(array.entries.data()));
    delete &array;
}

/// What the array saved is saved by its frames from now on, until one after the other is copied.
Result<PageArray*> PageArrays::make_exclusive(PageArray& array) {
    if (array.references == 1) {
        return &array;
    }
    PageArray* const copy = TRY(make());
    std::ranges::copy(array.entries, copy->entries.begin());
    copy->present = array.present;
    copy->was_shared = true;
    for (FrameReference const entry : array.entries) {
        if (entry.present()) {
            ++frames_[entry.frame()].references;
        }
    }
    --array.references;
    return copy;
}

void PageArrays::put(PageArray& array, std::uint32_t entry, Frame frame) {
    drop(array, entry);
    array.entries[entry] = FrameReference{frame};
    ++array.present;
}

void PageArrays::drop(PageArray& array, std::uint32_t entry) {
    FrameReference const before = array.entries[entry];
    if (before.present()) {
        array.entries[entry] = {};
        --array.present;
        drop_frame(before.frame());
    }
}

void PageArrays::drop_frame(Frame frame) {
    if (--frames_[frame].references > 0) {
        --statistics.saved_now;
        return;
    }
    pool_.give(frame);
}

void PageArrays::add_saved(std::uint64_t pages) {
    statistics.saved_now += pages;
    statistics.saved_peak = std::max(statistics.saved_peak, statistics.saved_now);
}

} // namespace pager
