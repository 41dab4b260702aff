// SPDX-License-Identifier: BSD-2-Clause
//
// PageMapper: the kernel is asked first, the books follow; so a refusal leaves both as they were.

#include <base/scope_guard.hpp>
#include <pager/page_mapper.hpp>

namespace pager {

namespace {

/// Shared pages are never writable, whatever the region allows.
constexpr Access without_write(Access access) {
    return access == Access::ReadWrite ? Access::Read : access;
}

constexpr Access mapped_access(PageEntry entry, Access access) {
    return entry.has_frame() ? access : without_write(access);
}

} // namespace

PageMapper::~PageMapper() {
    clear(UserAddr{0}, user_end);
}

Slot PageMapper::capability(PageEntry entry) const {
    return entry.has_frame() ? memory_.capability(entry.frame) : entry.capability;
}

Result<> PageMapper::place_zero(UserAddr page, Access access) {
    Slot const copy = TRY(memory_.copy_readable(memory_.zero_page()));
    base::ScopeGuard drop{[&] { memory_.drop_copy(copy); }};
    TRY(place(page, {.state = PageState::Zero, .capability = copy}, access));
    drop.disarm();
    return {};
}

Result<> PageMapper::place_file(UserAddr page, std::uint64_t offset, Access access) {
    Slot const copy = TRY(memory_.copy_readable(memory_.archive.frame_at(offset)));
    base::ScopeGuard drop{[&] { memory_.drop_copy(copy); }};
    TRY(place(page, {.state = PageState::File, .capability = copy}, access));
    drop.disarm();
    return {};
}

Result<> PageMapper::place_private(UserAddr page, Frame frame, Access access) {
    return place(page, {.state = PageState::Private, .frame = frame}, access);
}

Result<> PageMapper::place(UserAddr page, PageEntry entry, Access access) {
    PageEntry const before = pages_.get(page);
    if (!before.mapped()) {
        TRY(tables_.hold(page));
    }
    base::ScopeGuard release{[&] {
        if (!before.mapped()) {
            tables_.release(page);
        }
    }};
    // Where something is mapped already, the kernel replaces it in one step.
    Slot const cap = capability(entry);
    TRY(memory_.port.map_frame(cap, vspace_, page, mapped_access(entry, access)));
    release.disarm();
    if (access == Access::ReadExecute) {
        memory_.port.unify_instructions(cap);
    }
    record(page, before, entry);
    give_back(before);
    return {};
}

Result<> PageMapper::remap(UserAddr page, Access access) {
    PageEntry const before = pages_.get(page);
    PageEntry after = before;
    if (before.state == PageState::Parked) {
        TRY(tables_.hold(page));
        after.state = PageState::Private;
    }
    auto const mapped =
        memory_.port.map_frame(capability(before), vspace_, page, mapped_access(before, access));
    if (!mapped) {
        if (before.state == PageState::Parked) {
            tables_.release(page);
        }
        return mapped;
    }
    if (access == Access::ReadExecute) {
        memory_.port.unify_instructions(capability(before));
    }
    record(page, before, after);
    return {};
}

void PageMapper::set_access(UserAddr start, UserAddr end, Access access) {
    for (auto page = first_present(start, end); page;
         page = first_present(*page + page_size, end)) {
        set_page_access(*page, access);
    }
}

void PageMapper::set_page_access(UserAddr page, Access access) {
    PageEntry const entry = pages_.get(page);
    if (!entry.has_frame()) {
        clear_page(page); // it comes back with the right access when it is touched
        return;
    }
    if (!entry.mapped() || (access != Access::None && remap(page, access))) {
        return;
    }
    memory_.port.unmap_frame(capability(entry));
    tables_.release(page);
    PageEntry parked = entry;
    parked.state = PageState::Parked;
    record(page, entry, parked);
}

UserAddr PageMapper::end_of_step(UserAddr start, UserAddr end, unsigned count) const {
    auto page = first_present(start, end);
    for (; page && count > 1; --count) {
        page = first_present(*page + page_size, end);
    }
    return page ? *page + page_size : end;
}

void PageMapper::clear(UserAddr start, UserAddr end) {
    for (auto page = first_present(start, end); page;
         page = first_present(*page + page_size, end)) {
        clear_page(*page);
    }
}

void PageMapper::clear_page(UserAddr page) {
    PageEntry const entry = pages_.get(page);
    give_back(entry);
    if (entry.mapped()) {
        tables_.release(page);
    }
    record(page, entry, {});
}

std::uint64_t PageMapper::cost() const {
    constexpr std::uint64_t capability_size = base::bit(api::slot_bits);
    return (count(PageState::Private) + count(PageState::Parked) + tables()) * page_size +
           (count(PageState::Zero) + count(PageState::File)) * capability_size;
}

/// Ends a page that is in no book any more, or will not be in a moment. Its mapping goes with it.
void PageMapper::give_back(PageEntry entry) {
    if (entry.has_frame()) {
        memory_.destroy(entry.frame);
    } else if (entry.present()) {
        memory_.drop_copy(entry.capability);
    }
}

void PageMapper::record(UserAddr page, PageEntry before, PageEntry after) {
    auto const tally = [this](PageState state, std::uint64_t change) {
        counts_[static_cast<std::size_t>(state)] += change;
        memory_.zero_mapped += state == PageState::Zero ? change : 0;
        memory_.file_mapped += state == PageState::File ? change : 0;
    };
    tally(before.state, ~std::uint64_t{0}); // minus one
    tally(after.state, 1);
    if (after.has_frame()) {
        FrameRecord& frame = memory_.frames[after.frame];
        frame.use.owner = space_;
        frame.page = base::extract(page.raw(), api::page_bits, 40);
    }
    pages_.set(page, after);
}

} // namespace pager
