// SPDX-License-Identifier: BSD-2-Clause
//
// subject ACT: a program that does one thing for main.cpp to look at. Its exit code says whether it
// found everything as it should be.

#include "memory.hpp"
#include <base/number.hpp>
#include <client/console.hpp>
#include <client/process.hpp>
#include <ipc/protocol/pager_management.hpp>

namespace test {

void print_text(std::string_view text) {
    static_cast<void>(client::console::write(text));
}

void stop() {
    client::process::exit(1);
}

namespace {

namespace pager = ipc::pager;
namespace process = client::process;

template <ipc::Request R>
void refused(Location where = Location::current()) {
    expect_error(ipc::call(client::pager_server, R{}), Error::PermissionDenied, where);
}

/// What only the shell and init may.
void rights(std::string_view) {
    refused<pager::Statistics>();
    refused<pager::SpaceStatistics>();
    refused<pager::CopyOnWrite>();
    refused<pager::LazyStatistics>();
    refused<pager::Check>();
    refused<pager::ProtectPage>();
    refused<pager::PageMap>();
    refused<pager::WorkAhead>();
    refused<pager::Growth>();
    refused<pager::SetGrowth>();
    refused<pager::SetTracing>();
    refused<pager::TracedFaults>();
    refused<pager::CreateSpace>();
    refused<pager::WatchStack>();
    refused<pager::MapDevice>();
    refused<pager::SetAccessPolicy>();
    refused<pager::DestroySpace>();
    refused<pager::CloneSpace>();
    refused<pager::MapFile>();
    refused<pager::MapStack>();
    refused<pager::MapBuffer>();
    refused<pager::SetQuota>();
    refused<pager::TakeUntyped>();
    refused<pager::ReturnUntyped>();
    refused<pager::TakeReport>();
    for (auto const* const device : {"pl031", "bcm2711-system-timer", "uart", ""}) {
        expect_error(vm::map_device(device), Error::PermissionDenied);
    }
}

constexpr Word many = 700; // pages, in more than one table

/// The child writes every third page, its child every fifth; then each finds what it should.
void clones(std::string_view) {
    Memory const memory{many};
    auto const seed_of = [](Word page, Word generation) -> Word {
        return generation >= 2 && page % 5 == 0 ? 3 : generation >= 1 && page % 3 == 0 ? 2 : 1;
    };
    auto const check = [&](Word generation) {
        for (Word page = 0; page < many; ++page) {
            expect_equal(sum_of(memory.page(page), page_size),
                         expected_sum(page_size, seed_of(page, generation)));
        }
    };
    for (Word page = 0; page < many; ++page) {
        fill(memory.page(page), page_size, 1);
    }
    Word generation = 0;
    Word child = 0;
    while (generation < 2 && (child = must(process::fork())) == 0) {
        ++generation;
        for (Word page = 0; page < many; ++page) {
            if (seed_of(page, generation) == generation + 1) {
                fill(memory.page(page), page_size, generation + 1);
            }
        }
    }
    check(generation);
    if (child != 0) {
        expect_equal(must(process::wait(child)).code, 0);
    }
    check(generation);
    process::exit(failures());
}

/// One page of it for each call, written on the way down and looked at on the way up.
Word go_down(Word depth) { // NOLINT(misc-no-recursion): that is the point
    std::array<Word volatile, 460> page;
    for (Word i = 0; i < page.size(); ++i) {
        page[i] = pattern(depth, i);
    }
    Word const deeper = depth == 0 ? 0 : go_down(depth - 1);
    Word wrong = 0;
    for (Word i = 0; i < page.size(); ++i) {
        wrong += page[i] != pattern(depth, i) ? 1 : 0;
    }
    return deeper + wrong;
}

/// A child writes what its parent reads: memory that both have, and memory the parent offers, which
/// the child loses again. The first says how far the child is.
void shares(std::string_view) {
    constexpr Word pages = 20;
    Word const common = must(vm::mmap_shared(page_size));
    Word const offered = must(vm::mmap_shared(pages * page_size));
    fill(offered, pages * page_size, 1);
    Word const token = must(vm::share(offered, pages * page_size));
    Word const child = must(process::fork());
    if (child == 0) {
        must(vm::munmap(offered, pages * page_size));
        auto const mine = must(vm::attach(token));
        expect_equal(mine.size, pages * page_size);
        expect_equal(sum_of(mine.address, mine.size), expected_sum(mine.size, 1));
        fill(mine.address, mine.size, 2);
        word_at(common) = failures() + 1;
        for (;;) {
            word_at(mine.address) = 3; // until there is nothing to write to
        }
    }
    while (word_at(common) == 0) {
    }
    expect_equal(word_at(common), 1);
    must(vm::revoke(token));
    expect_error(vm::revoke(token), Error::NotFound);
    expect_error(vm::attach(token), Error::NotFound);
    expect(must(process::wait(child)).state == ipc::process::State::Faulted);
    expect_equal(word_at(offered + page_size), pattern(2, page_size));
}

/// A clone of a range, a file, and what the stack left behind.
void ranges(std::string_view) {
    Memory const memory{many};
    fill(memory.address(), memory.size(), 1);
    Word const copy = must(vm::clone(memory.page(1), (many - 2) * page_size));
    word_at(memory.page(5)) = 2;
    word_at(copy) = 3;
    expect_equal(word_at(copy + 4 * page_size), pattern(1, 5 * page_size));
    expect_equal(word_at(memory.page(1)), pattern(1, page_size));
    expect_equal(word_at(copy + 600 * page_size), pattern(1, 601 * page_size));
    must(vm::munmap(copy, (many - 2) * page_size));
    auto const file = must(vm::map_file("bin/subject"));
    expect_equal(word_at(file.address) & 0xffff'ffff, 0x464c'457f); // as ELF files begin
    expect_error(vm::map_file("bin/nothing"), Error::NotFound);
    expect_equal(go_down(250), 0);
    expect(must(vm::trim_stack()) > 900 * 1024);
    expect_equal(go_down(250), 0);
}

/// So many KiB.
void stack(std::string_view kib) {
    constexpr Word kib_per_call = 4;
    expect_equal(go_down(base::parse_number(kib).value_or(0) / kib_per_call), 0);
}

/// Ends with all kinds of memory, and a child that has it, too.
void hoard(std::string_view end) {
    Word const memory = must(vm::mmap(many * page_size));
    fill(memory, many * page_size, 1);
    must(vm::brk(must(vm::brk()) + 20 * page_size));
    must(vm::mprotect(memory + page_size, 5 * page_size, Access::None));
    must(vm::madvise(memory + 9 * page_size, page_size, Advice::Lock));
    must(vm::munmap(memory + 50 * page_size, page_size));
    must(process::fork());
    word_at(memory) = 1;
    if (end == "fault") {
        word_at(memory + page_size) = 1;
    } else if (end == "jump") {
        reinterpret_cast<void (*)()>(memory)();
    }
}

/// Never ends. It is in its own code for long enough to lose its turn there: a slice that ends
/// while the pager works for it costs it none.
void requests(std::string_view) {
    for (Word i = 0;; ++i) {
        Memory const memory{1 + i % 100};
        for (Word page = memory.address(); page < memory.end(); page += page_size) {
            for (Word seed = 0; seed < 40; ++seed) {
                fill(page, page_size, seed);
            }
        }
        must(vm::mprotect(memory.address(), page_size, Access::Read));
        must(vm::sbrk(page_size));
    }
}

/// Takes so many milliseconds of processor time, or a little more.
void busy(std::string_view milliseconds) {
    constexpr Word rounds_per_millisecond = 500'000; // of two instructions, a nanosecond each
    for (Word i = base::parse_number(milliseconds).value_or(0) * rounds_per_millisecond; i > 0;
         --i) {
        asm volatile("" ::: "memory");
    }
}

struct Act {
    std::string_view name;
    void (*run)(std::string_view argument);
};

constexpr Act acts[]{
    {"rights", rights}, {"busy", busy},   {"clones", clones}, {"shares", shares},
    {"ranges", ranges}, {"stack", stack}, {"hoard", hoard},   {"requests", requests},
};

} // namespace

} // namespace test

int main(int argc, char** argv) {
    for (auto const& act : test::acts) {
        if (argc >= 2 && act.name == argv[1]) {
            act.run(argc >= 3 ? argv[2] : "");
            return static_cast<int>(test::failures());
        }
    }
    return 2;
}
