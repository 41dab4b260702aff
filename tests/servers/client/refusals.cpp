// SPDX-License-Identifier: BSD-2-Clause
//
// What a client may not ask for about its own memory: each error of each request, and that nothing
// has changed after it.

#include "../support/cut.hpp"
#include "lists.hpp"
#include "memory.hpp"
#include <client/program_heap.hpp>

namespace test {

namespace {

namespace pager = ipc::pager;
using client::pager_server;

constexpr auto no_access = static_cast<Access>(4);
constexpr auto no_placement = static_cast<pager::Placement>(2);
constexpr auto no_advice = static_cast<Advice>(999);

template <ipc::Request R>
void refused(R const& request, Error error, Location where = Location::current()) {
    expect_error(ipc::call(pager_server, request), error, where);
}

/// The same request for a range that a table gives.
template <ipc::Request R>
R with_range(R request, Word address, Word size) {
    request.address = address;
    request.size = size;
    return request;
}

/// The start of every address space stays empty, and its end is that of what the kernel gives.
void map_refuses() {
    Memory const memory{1};
    auto const map = [](Word address, Word size) {
        return pager::Map{.address = address, .size = size, .access = Access::ReadWrite};
    };
    Word const there = memory.address();
    refused(map(0, 0), Error::InvalidSize);
    refused(map(there, 0), Error::InvalidSize);
    refused(map(0, user_end + page_size), Error::InvalidSize);
    refused(map(0, Word{} - page_size), Error::InvalidSize);
    refused(map(0, page_size + 1), Error::NotAligned);
    refused(map(there + 8, page_size), Error::NotAligned);
    refused(map(page_size, page_size), Error::InvalidAddress);
    refused(map(user_end, page_size), Error::InvalidAddress);
    refused(map(user_end - page_size, 2 * page_size), Error::InvalidAddress);
    refused(map(Word{} - page_size, page_size), Error::InvalidAddress);
    refused(map(there, page_size), Error::AlreadyMapped);
    refused(map(buffer_page(), page_size), Error::AlreadyMapped);
    refused(map(guard_page(), page_size), Error::AlreadyMapped);
    refused(pager::Map{.address = 0, .size = page_size, .access = no_access}, Error::BadMessage);
    refused(
        pager::Map{
            .address = there, .size = page_size, .access = Access::Read, .placement = no_placement},
        Error::BadMessage);
    refused(pager::Map{.address = there + 8,
                       .size = page_size,
                       .access = Access::Read,
                       .placement = pager::Placement::Hint},
            Error::NotAligned);
}

void map_refuses_what_fits_nowhere() {
    constexpr Word half = user_end / 2;
    auto const first = vm::mmap(half);
    expect_error(vm::mmap(half), Error::OutOfMemory);
    if (expect_success(first)) {
        expect_success(vm::munmap(*first, half));
    }
}

/// What Unmap, Protect and Advise have in common.
template <ipc::Request R>
void refuses_ranges(R const& request, Location where = Location::current()) {
    Memory const memory{3};
    fill(memory.address(), memory.size(), 1);
    must(vm::munmap(memory.page(1), page_size));
    struct Case {
        Word address;
        Word size;
        Error error;
    };
    Case const cases[]{
        {memory.page(0) + 1, page_size, Error::NotAligned},
        {memory.page(0), page_size - 1, Error::NotAligned},
        {memory.page(0), 0, Error::InvalidSize},
        {memory.page(0), user_end + page_size, Error::InvalidSize},
        {0, page_size, Error::InvalidAddress},
        {user_end, page_size, Error::InvalidAddress},
        {user_end - page_size, 2 * page_size, Error::InvalidAddress},
        {Word{} - page_size, page_size, Error::InvalidAddress},
        {memory.page(1), page_size, Error::RegionNotFound},
        {memory.page(0), 2 * page_size, Error::RegionNotFound},
        {memory.page(0), 3 * page_size, Error::RegionNotFound},
        {buffer_page(), page_size, Error::PermissionDenied},
        {guard_page(), page_size, Error::PermissionDenied},
        {guard_page(), 2 * page_size, Error::PermissionDenied},
    };
    for (auto const& [address, size, error] : cases) {
        if (!expect_error(ipc::call(pager_server, with_range(request, address, size)), error,
                          where)) {
            print("#   for address ", base::Hex{address}, ", size ", base::Hex{size});
        }
    }
    for (Word const page : {memory.page(0), memory.page(2)}) {
        expect(page_of(page).access == Access::ReadWrite, where);
    }
    expect_equal(sum_of(memory.page(0), page_size), expected_sum(page_size, 1), where);
}

void unmap_refuses() {
    refuses_ranges(pager::Unmap{});
}

void protect_refuses() {
    refuses_ranges(pager::Protect{.address = 0, .size = 0, .access = Access::Read});
    Memory const memory{1};
    refused(pager::Protect{.address = memory.address(), .size = page_size, .access = no_access},
            Error::BadMessage);
}

/// Programs have the code they were started with, and no other.
void new_code_is_refused() {
    expect_error(vm::mmap(page_size, Access::ReadExecute), Error::PermissionDenied);
    Memory const memory{1};
    expect_error(vm::mprotect(memory.address(), page_size, Access::ReadExecute),
                 Error::PermissionDenied);
}

void advise_refuses() {
    for (auto const advice : {Advice::Normal, Advice::Random, Advice::WillNeed, Advice::Populate,
                              Advice::DontNeed, Advice::Free, Advice::Lock, Advice::Unlock}) {
        refuses_ranges(pager::Advise{.address = 0, .size = 0, .advice = advice});
    }
    Memory const memory{2};
    refused(pager::Advise{.address = memory.address(), .size = page_size, .advice = no_advice},
            Error::BadMessage);
    fill(memory.address(), memory.size(), 2);
    expect_success(vm::madvise(memory.page(1), page_size, Advice::Lock));
    for (auto const advice : {Advice::DontNeed, Advice::Free}) {
        expect_error(vm::madvise(memory.page(0), 2 * page_size, advice), Error::PermissionDenied);
    }
    expect_equal(sum_of(memory.address(), memory.size()), expected_sum(memory.size(), 2));
}

void written_refuses() {
    Memory const memory{pager::Written::max_pages + 1};
    auto const written = [](Word address, Word size) {
        return pager::Written{.address = address, .size = size};
    };
    refused(written(memory.address(), memory.size()), Error::InvalidSize);
    refused(written(memory.address(), 0), Error::InvalidSize);
    refused(written(memory.address() + 1, page_size), Error::NotAligned);
    refused(written(memory.address(), 1), Error::NotAligned);
    refused(written(0, page_size), Error::InvalidAddress);
    refused(written(user_end, page_size), Error::InvalidAddress);
    must(vm::munmap(memory.page(1), page_size));
    refused(written(memory.page(1), page_size), Error::RegionNotFound);
    refused(written(memory.page(0), 3 * page_size), Error::RegionNotFound);
}

void query_refuses() {
    Memory const memory{1};
    expect_error(vm::query(memory.address() + 8), Error::NotAligned);
    expect_error(vm::query(0), Error::InvalidAddress);
    expect_error(vm::query(user_end), Error::InvalidAddress);
    expect_error(vm::query(Word{} - page_size), Error::InvalidAddress);
    must(vm::munmap(memory.address(), page_size));
    expect_error(vm::query(memory.address()), Error::RegionNotFound);
}

void break_refuses() {
    auto const before = must(ipc::call(pager_server, pager::Break{.end = 0}));
    refused(pager::Break{.end = before.start - 1}, Error::InvalidAddress);
    refused(pager::Break{.end = 1}, Error::InvalidAddress);
    refused(pager::Break{.end = user_end}, Error::InvalidAddress);
    refused(pager::Break{.end = ~Word{0}}, Error::InvalidAddress);

    Word const obstacle =
        must(vm::mmap(page_size, Access::Read, page_up(before.end) + 8 * page_size));
    refused(pager::Break{.end = obstacle + 1}, Error::AlreadyMapped);
    expect_success(vm::munmap(obstacle, page_size));
    expect_equal(must(vm::brk()), before.end);
}

void clone_refuses() {
    Memory const memory{3};
    must(vm::munmap(memory.page(2), page_size));
    auto const clone = [](Word address, Word size, Word target = 0, Word done = 0) {
        return pager::CloneRange{.address = address, .size = size, .target = target, .done = done};
    };
    refused(clone(memory.page(0), 3 * page_size), Error::RegionNotFound);
    refused(clone(memory.page(2), page_size), Error::RegionNotFound);
    refused(clone(memory.page(0), 0), Error::InvalidSize);
    refused(clone(memory.page(0), page_size + 1), Error::NotAligned);
    refused(clone(memory.page(0) + 8, page_size), Error::NotAligned);
    refused(clone(0, page_size), Error::InvalidAddress);
    refused(clone(user_end, page_size), Error::InvalidAddress);
    refused(clone(guard_page(), page_size), Error::PermissionDenied);
    refused(clone(buffer_page(), page_size), Error::PermissionDenied);
    Word const shared = must(vm::mmap_shared(page_size, Access::Read));
    refused(clone(shared, page_size), Error::PermissionDenied);
    must(vm::munmap(shared, page_size));

    fill(memory.page(0), page_size, 1);
    Word const target = must(ipc::call(pager_server, clone(memory.page(0), page_size))).target;
    refused(clone(memory.page(0), page_size, target, 2 * page_size), Error::NotAligned);
    refused(clone(memory.page(0), page_size, target, 8), Error::NotAligned);
    refused(clone(memory.page(0), page_size, memory.page(1)), Error::NotAligned);
    refused(clone(memory.page(0), page_size, memory.page(2)), Error::RegionNotFound);
    word_at(target) = 1; // before it was done
    refused(clone(memory.page(0), page_size, target), Error::AlreadyMapped);
    must(vm::munmap(target, page_size));
    expect_equal(sum_of(memory.page(0), page_size), expected_sum(page_size, 1));
}

void files_are_refused() {
    constexpr std::string_view name = "bin/subject";
    Memory const memory{1};
    auto const file = must(vm::map_file(name));
    must(vm::munmap(file.address, page_up(file.size)));
    auto const map = [&](Word offset, Word size, Word address = 0, Access access = Access::Read) {
        return vm::map_file(name, access, offset, size, address);
    };
    expect_error(vm::map_file("bin/nothing"), Error::NotFound);
    expect_error(vm::map_file(""), Error::NotFound);
    expect_error(map(file.size, 0), Error::InvalidSize);
    expect_error(map(file.size + 1, 1), Error::InvalidSize);
    expect_error(map(1, file.size), Error::InvalidSize);
    expect_error(map(1, ~Word{0}), Error::InvalidSize);
    expect_error(map(0, 0, memory.address() + 8), Error::NotAligned);
    expect_error(map(0, 0, memory.address()), Error::AlreadyMapped);
    expect_error(map(0, 0, page_size), Error::InvalidAddress);
    expect_error(map(0, 0, user_end), Error::InvalidAddress);
    expect_error(map(0, 0, 0, no_access), Error::BadMessage);
    expect_error(vm::map_file(name, Access::Read, 0, 0, memory.address(), no_placement),
                 Error::BadMessage);
    expect_error(map(0, 0, 0, Access::ReadExecute), Error::PermissionDenied);
}

void messages_that_are_too_short() {
    Memory const memory{1};
    Word const there = memory.address();
    refuses_cut(pager_server, pager::Map{.address = 0, .size = page_size, .access = Access::Read});
    refuses_cut(pager_server, pager::Unmap{.address = there, .size = page_size});
    refuses_cut(pager_server,
                pager::Protect{.address = there, .size = page_size, .access = Access::None});
    refuses_cut(pager_server,
                pager::Advise{.address = there, .size = page_size, .advice = Advice::DontNeed});
    refuses_cut(pager_server, pager::Break{.end = 0});
    refuses_cut(pager_server, pager::Query{.address = there});
    refuses_cut(pager_server, pager::Written{.address = there, .size = page_size});
    expect(page_of(there).access == Access::ReadWrite);
}

/// Who drives no device has no business with physical addresses.
void memory_for_devices_is_not_for_everybody() {
    expect_error(vm::map_contiguous(page_size), Error::PermissionDenied);
    auto const block = client::program_heap().allocate_dma(100);
    expect(!block && block.error() == heap::Error::NotSupported);
}

void requests_that_do_not_exist() {
    for (Word const label : {Word{0}, Word{30}, Word{31}, Word{63}, Word{1000}}) {
        expect_answer(static_cast<Error>(pager_server.call(ipc::Packet{label}).label),
                      Error::UnknownRequest, Location::current());
    }
}

constexpr Test tests[]{
    {"map refuses", map_refuses},
    {"map refuses what fits nowhere", map_refuses_what_fits_nowhere},
    {"unmap refuses", unmap_refuses},
    {"protect refuses", protect_refuses},
    {"new code is refused", new_code_is_refused},
    {"advise refuses", advise_refuses},
    {"written refuses", written_refuses},
    {"query refuses", query_refuses},
    {"break refuses", break_refuses},
    {"clone refuses", clone_refuses},
    {"files are refused", files_are_refused},
    {"messages that are too short", messages_that_are_too_short},
    {"memory for devices is not for everybody", memory_for_devices_is_not_for_everybody},
    {"requests that do not exist", requests_that_do_not_exist},
};

} // namespace

Tests const refusal_tests = tests;

} // namespace test
