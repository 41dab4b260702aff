// SPDX-License-Identifier: BSD-2-Clause
//
// What the shell may ask: sums over all memory, what a process has, what its pages are.

#include "lists.hpp"
#include "memory.hpp"
#include "system.hpp"
#include <ipc/protocol/pager_management.hpp>

namespace test {

namespace {

namespace pager = ipc::pager;
using client::pager_server;

constexpr Word nobody = 0x7fff'0000;

template <ipc::Request R>
void refused(R const& request, Error error, Location where = Location::current()) {
    expect_error(ipc::call(pager_server, request), error, where);
}

void sums_are_right() {
    Memory const memory{64};
    auto const before = statistics();
    fill(memory.address(), memory.size(), 1);
    auto const after = statistics();
    for (auto const& sums : {before, after}) {
        expect_equal(sums.free + sums.anonymous + sums.shared_zero + sums.buffers +
                         sums.page_tables + sums.kernel_objects + sums.pager,
                     sums.total);
    }
    expect_equal(after.total, before.total);
    expect(after.anonymous - before.anonymous >= memory.size());
    expect(after.faults > before.faults);
}

void spaces_are_listed() {
    auto const self = own_space();
    expect(self.name.view() == "shell");
    expect(self.reserved > 0);
    expect(self.anonymous > 0);
    expect(self.page_tables > 0);
    expect_equal(self.buffers, page_size);
    Memory const memory{10};
    fill(memory.address(), memory.size(), 1);
    auto const now = own_space();
    expect_equal(now.reserved, self.reserved + memory.size());
    expect(now.anonymous >= self.anonymous + memory.size());
    refused(pager::SpaceStatistics{.after = self.space}, Error::NotFound);
    refused(pager::SpaceStatistics{.after = ~Word{0}}, Error::NotFound);
}

void how_pages_came() {
    auto const ask = [] {
        return must(ipc::call(pager_server, pager::LazyStatistics{.pid = own_space().pid}));
    };
    Memory const memory{64};
    auto const before = ask();
    fill(memory.address(), memory.size(), 1);
    auto const after = ask();
    expect_equal(after.reserved, before.reserved);
    expect(after.resident >= before.resident + 64);
    expect(after.faults > before.faults);
    expect(after.frames + after.ahead + after.copies >= before.frames + before.copies + 64);
    refused(pager::LazyStatistics{.pid = nobody}, Error::NotFound);
}

pager::PageMap::Reply map_of(Word address, Word from_page = 0) {
    return must(ipc::call(
        pager_server,
        pager::PageMap{.pid = own_space().pid, .address = address, .from_page = from_page}));
}

void maps_show_pages() {
    Memory const memory{8};
    expect_success(vm::mprotect(memory.address(), memory.size(), Access::Read));
    expect_success(vm::mprotect(memory.page(2), 4 * page_size, Access::ReadWrite));
    fill(memory.page(4), page_size, 1);
    auto const map = map_of(memory.page(3));
    expect_equal(map.start, memory.page(2));
    expect_equal(map.end, memory.page(6));
    expect(map.kind == pager::RegionKind::Anonymous);
    expect(map.access == Access::ReadWrite);
    expect_equal(map.pages.view().size(), 4);
    expect(map.pages.view().size() > 2 && map.pages.view()[2] == 'a');
    expect(map_of(memory.page(2), 2).pages.view().starts_with('a'));
    expect(map_of(guard_page()).pages.view().starts_with('-'));
    expect(map_of(buffer_page()).pages.view() == "b");
    refused(pager::PageMap{.pid = nobody, .address = 0, .from_page = 0}, Error::NotFound);
    refused(pager::PageMap{.pid = own_space().pid, .address = user_end, .from_page = 0},
            Error::NotFound);
}

void pages_are_protected_to_look_at() {
    Memory const memory{2};
    Word const page = memory.address();
    Word const pid = own_space().pid;
    fill(page, page_size, 1);
    auto const protect = [](Word pid, Word address, Word on) {
        return pager::ProtectPage{.pid = pid, .address = address, .protect = on};
    };
    expect_success(ipc::call(pager_server, protect(pid, page, 1)));
    expect_equal(page_of(page).is_writable, 0);
    expect_equal(sum_of(page, page_size), expected_sum(page_size, 1));
    fill(page, page_size, 2);
    expect_equal(page_of(page).is_writable, 1);
    expect_equal(sum_of(page, page_size), expected_sum(page_size, 2));
    expect_success(ipc::call(pager_server, protect(pid, page, 1)));
    expect_success(ipc::call(pager_server, protect(pid, page, 0)));
    expect_equal(page_of(page).is_writable, 1);
    refused(protect(nobody, page, 1), Error::NotFound);
    expect_success(vm::madvise(memory.page(1), page_size, Advice::DontNeed));
    refused(protect(pid, memory.page(1), 1), Error::NotFound);
    expect_success(vm::munmap(memory.page(1), page_size));
    refused(protect(pid, memory.page(1), 1), Error::NotFound);
}

void work_may_be_done_ahead() {
    auto const before = statistics();
    expect_success(vm::work_ahead());
    expect_equal(statistics().total, before.total);
}

void faults_are_written_down() {
    auto const set = [](pager::Tracing tracing) {
        return ipc::call(pager_server, pager::SetTracing{.tracing = tracing});
    };
    auto const traced = [](Word from) {
        return must(ipc::call(pager_server, pager::TracedFaults{.from = from}));
    };
    Memory const memory{1};
    expect_error(set(static_cast<pager::Tracing>(3)), Error::BadMessage);
    Word const begin = traced(0).behind;
    expect_success(set(pager::Tracing::On));
    word_at(memory.address()) = 1;
    expect_success(set(pager::Tracing::Off));
    auto const told = traced(begin);
    expect(told.tracing == pager::Tracing::Off);
    expect_equal(told.first, begin);
    auto const is_ours = [&](pager::TracedFault const& fault) {
        return fault.address == memory.address() && fault.space == own_space().space &&
               fault.kind == static_cast<std::uint8_t>(pager::FaultKind::Write);
    };
    expect(std::ranges::count_if(told.view(), is_ours) == 1);
    expect_success(set(pager::Tracing::Clear));
    expect_equal(traced(begin).count, 0);
}

/// One who may inspect may not manage.
void managing_is_refused() {
    Word const self = own_space().space;
    refused(pager::CreateSpace{}, Error::PermissionDenied);
    refused(pager::DestroySpace{.space = self}, Error::PermissionDenied);
    refused(pager::CloneSpace{.source = self, .target = 0, .pid = 0, .name = {}},
            Error::PermissionDenied);
    refused(pager::MapFile{}, Error::PermissionDenied);
    refused(pager::MapStack{}, Error::PermissionDenied);
    refused(pager::MapBuffer{}, Error::PermissionDenied);
    refused(pager::WatchStack{}, Error::PermissionDenied);
    refused(pager::MapDevice{}, Error::PermissionDenied);
    refused(pager::SetAccessPolicy{}, Error::PermissionDenied);
    refused(pager::SetQuota{}, Error::PermissionDenied);
    refused(pager::TakeUntyped{.size_bits = api::page_bits}, Error::PermissionDenied);
    refused(pager::ReturnUntyped{}, Error::PermissionDenied);
    refused(pager::TakeReport{}, Error::PermissionDenied);
}

constexpr Test tests[]{
    {"sums are right", sums_are_right},
    {"spaces are listed", spaces_are_listed},
    {"how pages came", how_pages_came},
    {"maps show pages", maps_show_pages},
    {"pages are protected to look at", pages_are_protected_to_look_at},
    {"work may be done ahead", work_may_be_done_ahead},
    {"faults are written down", faults_are_written_down},
    {"managing is refused", managing_is_refused},
};

} // namespace

Tests const inspection_tests = tests;

} // namespace test
