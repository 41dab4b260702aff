// SPDX-License-Identifier: BSD-2-Clause
//
// PageArray: counts of references. None of them overflows: each is an entry of an array, arrays
// take memory, and there is no memory for so many.

#include <base/scope_guard.hpp>
#include <pager/page_array.hpp>

#include <algorithm>
#include <utility>

namespace pager {

Result<PageArray*> PageArrays::make_in(PageFamily& family) {
    std::byte* const memory = halves_.take();
    if (memory == nullptr) {
        return base::fail(Error::OutOfMemory);
    }
    auto* const entries = reinterpret_cast<FrameReference*>(memory);
    auto* const array = new PageArray{
        .entries = std::span<FrameReference, leaf_pages>{entries, leaf_pages}, .family = family};
    family.arrays.push_back(*array);
    return array;
}

Result<> PageArrays::make(ArrayUser& user) {
    auto* const family = new PageFamily;
    base::ScopeGuard forget{[&] { delete family; }};
    PageArray& array = *TRY(make_in(*family));
    forget.disarm();
    join(array, user);
    return {};
}

void PageArrays::join(PageArray& array, ArrayUser& user) {
    user.pages = &array;
    array.users.push_back(user);
    ++array.references;
}

void PageArrays::share(ArrayUser const& other, ArrayUser& user) {
    PageArray& array = *other.pages;
    join(array, user);
    array.was_shared = true;
    statistics.cloned += array.present;
    add_saved(array.present);
}

void PageArrays::release(ArrayUser& user) {
    PageArray& array = *std::exchange(user.pages, nullptr);
    array.users.remove(user);
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
    array.family.arrays.remove(array);
    if (array.family.arrays.empty()) {
        delete &array.family;
    }
    delete &array;
}

/// What the array saved is saved by its frames from now on, until one after the other is copied.
Result<> PageArrays::copy_for(ArrayUser& user) {
    PageArray& array = *user.pages;
    PageArray& copy = *TRY(make_in(array.family));
    std::ranges::copy(array.entries, copy.entries.begin());
    copy.present = array.present;
    copy.was_shared = true;
    for (FrameReference const entry : array.entries) {
        if (entry.present()) {
            ++frames_[entry.frame()].references;
        }
    }
    array.users.remove(user);
    --array.references;
    join(copy, user);
    return {};
}

void PageArrays::put(PageArray& array, std::uint32_t entry, Frame frame) {
    drop(array, entry);
    put_new(array, entry, frame, frames_[frame]);
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

std::uint64_t PageArrays::sharers(Frame frame) const {
    std::uint64_t count = 0;
    for_each_array(frame, [&](PageArray const& array) { count += array.references; });
    return count;
}

void PageArrays::add_saved(std::uint64_t pages) {
    statistics.saved_now += pages;
    statistics.saved_peak = std::max(statistics.saved_peak, statistics.saved_now);
}

} // namespace pager
