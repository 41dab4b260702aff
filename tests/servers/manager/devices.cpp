// SPDX-License-Identifier: BSD-2-Clause
//
// Memory for devices, and their registers: who may have it, that it is what it should be, and that
// it comes back.

#include "../support/cut.hpp"
#include "actor.hpp"
#include "lists.hpp"
#include <board.hpp>

#include <algorithm>

namespace test {

namespace {

using pager::MapContiguous;
using Block = MapContiguous::Reply;

constexpr Word largest = base::bit(api::large_page_bits);

/// What a component whose grants say so has: a badge that asks for such memory.
class Driver {
public:
    explicit Driver(Space const& space)
        : endpoint_{workshop().pager_as(pager::Caller::MayUseDma::set(
              pager::Caller::Space::set(Word{0}, space.number()), true))} {}
    Driver(Driver const&) = delete;
    Driver& operator=(Driver const&) = delete;
    ~Driver() { workshop().give_slot(endpoint_.cptr()); }

    [[nodiscard]] ipc::Result<Block> map(Word size, Word alignment_bits = 0,
                                         Access access = Access::ReadWrite) const {
        MapContiguous const request{
            .size = size, .alignment_bits = alignment_bits, .access = access};
        return ipc::call(endpoint_, request);
    }

private:
    sys::Endpoint endpoint_;
};

void is_memory_where_it_was_told() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Driver const driver{space};
    constexpr Word size = 20 * page_size;
    Block const first = must(driver.map(size, 18));
    Block const second = must(driver.map(size));
    expect_equal(first.physical % base::bit(18), 0);
    expect(first.physical + size <= second.physical || second.physical + size <= first.physical);
    expect_equal(done(actor.perform(sum_from(first.address, size))), 0);
    done(actor.perform(fill_from(first.address, size, 1)));
    done(actor.perform(fill_from(second.address, size, 2)));
    expect_equal(done(actor.perform(sum_from(first.address, size))), expected_sum(size, 1));
    expect_equal(done(actor.perform(sum_from(second.address, size))), expected_sum(size, 2));
    auto const page = space.page_of(first.address);
    expect(page.region == pager::RegionKind::Device);
    expect_equal(page.is_writable, 1);
    stopped(actor.perform(execute_at(first.address)), pager::StopReason::Forbidden, first.address);
    actor.restart();
    Word const end = std::max(first.address, second.address) + size;
    stopped(actor.perform(write_at(end)), pager::StopReason::NoRegion, end);
}

/// Whatever is written to what others have, it comes back as zeroes.
void comes_back_and_is_zero_again() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Driver const driver{space};
    for (Word round = 0; round < 20; ++round) {
        Block const block = must(driver.map(largest));
        expect_equal(block.physical % largest, 0);
        expect_success(space.ask_in_steps(pager::Advise{
            .address = block.address, .size = largest, .advice = pager::Advice::Populate}));
        expect_equal(done(actor.perform(sum_from(block.address, 4 * page_size))), 0);
        done(actor.perform(fill_from(block.address, 4 * page_size, round)));
        Word const part = round * page_size;
        expect_success(space.ask_in_steps(
            pager::Unmap{.address = block.address + part, .size = largest - part}));
        if (part > 0) {
            expect_success(
                space.ask_in_steps(pager::Unmap{.address = block.address, .size = part}));
        }
    }
}

void is_for_drivers_and_of_some_sizes() {
    Space const space{workshop()};
    Driver const driver{space};
    MapContiguous const request{
        .size = page_size, .alignment_bits = 0, .access = Access::ReadWrite};
    expect_error(space.ask(request), Error::PermissionDenied);
    expect_error(workshop().manage(request), Error::PermissionDenied);
    expect_error(workshop().inspect(request), Error::PermissionDenied);
    expect_error(driver.map(0), Error::InvalidSize);
    expect_error(driver.map(largest + page_size), Error::InvalidSize);
    expect_error(driver.map(page_size, api::large_page_bits + 1), Error::InvalidSize);
    expect_error(driver.map(page_size + 1), Error::NotAligned);
    expect_error(driver.map(page_size, 0, Access::None), Error::BadMessage);
    expect_error(driver.map(page_size, 0, Access::ReadExecute), Error::BadMessage);
    must(workshop().manage(pager::SetQuota{
        .space = space.number(), .pages = 4, .regions = pager::SetQuota::unlimited}));
    expect_error(driver.map(5 * page_size), Error::QuotaExceeded);
    expect_success(driver.map(3 * page_size)); // as four
    expect_error(driver.map(page_size), Error::QuotaExceeded);
}

void is_its_owners_alone() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Driver const driver{space};
    Block const block = must(driver.map(page_size));
    done(actor.perform(write_at(block.address, 5)));
    Space clone{workshop(), space};
    Actor twin{workshop(), clone};
    stopped(twin.perform(read_at(block.address)), pager::StopReason::NoRegion, block.address);
    expect_equal(done(actor.perform(read_at(block.address))), 5);
    for (auto const advice : {pager::Advice::DontNeed, pager::Advice::Free}) {
        expect_error(
            space.ask(pager::Advise{.address = block.address, .size = page_size, .advice = advice}),
            Error::PermissionDenied);
    }
    expect_error(space.ask(pager::Protect{
                     .address = block.address, .size = page_size, .access = Access::ReadExecute}),
                 Error::PermissionDenied);
    expect_error(space.ask(pager::CloneRange{
                     .address = block.address, .size = page_size, .target = 0, .done = 0}),
                 Error::PermissionDenied);
    expect_success(space.ask(
        pager::Protect{.address = block.address, .size = page_size, .access = Access::Read}));
    stopped(actor.perform(write_at(block.address)), pager::StopReason::Forbidden, block.address);
}

// ---- registers -------------------------------------------------------------------------------

/// The board's clock: nobody minds who looks at it.
sys::Untyped clock() {
    return must_do(workshop().parts().devices.lend(Board::clock, api::page_bits));
}

/// What init asks for a driver.
ipc::Result<pager::MapDevice::Reply> map_clock(Space const& space, Word size = page_size) {
    return ipc::call(sys::GivingCall{workshop().manager(), clock()},
                     pager::MapDevice{.space = space.number(), .size = size});
}

/// A PL031 says what it is; the other boards' clock is known by that it goes on.
void expect_clock(Actor& actor, Word registers) {
    constexpr Word part = 0xfe0;
    constexpr Word count = 4;
    if constexpr (Board::clock_name == "pl031") {
        expect_equal(done(actor.perform(register_at(registers + part))), 0x31);
        expect_equal(done(actor.perform(register_at(registers + part + 4))) & 0xf, 0);
    } else {
        Word const before = done(actor.perform(register_at(registers + count)));
        expect(done(actor.perform(register_at(registers + count))) > before);
    }
}

void registers_are_a_devices() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    auto const before = must(workshop().inspect(pager::Statistics{}));
    Word const at = must(map_clock(space)).address;
    expect_clock(actor, at);
    auto const page = space.page_of(at);
    expect(page.region == pager::RegionKind::Device);
    expect(page.access == Access::ReadWrite);
    expect_equal(page.region_end - page.region_start, page_size);
    auto const map = must(
        workshop().inspect(pager::PageMap{.pid = Space::some_pid, .address = at, .from_page = 0}));
    expect(map.kind == pager::RegionKind::Device && map.pages.view() == "d");
    expect_equal(must(workshop().inspect(pager::Statistics{})).buffers, before.buffers);
    stopped(actor.perform(execute_at(at)), pager::StopReason::Forbidden, at);
    actor.restart();
    stopped(actor.perform(read_at(at + page_size)), pager::StopReason::NoRegion, at + page_size);
}

/// The kernel passes no untyped on of which something is made: so there is one driver at a time.
void registers_are_one_drivers() {
    Loaded other{workshop()};
    Actor actor{workshop(), other};
    {
        Loaded driver{workshop()};
        Actor thread{workshop(), driver};
        Word const at = must(map_clock(driver)).address;
        expect_error(map_clock(other), Error::BadMessage);
        expect_clock(thread, at);
        expect_error(map_clock(driver), Error::BadMessage);
        Space clone{workshop(), driver};
        Actor twin{workshop(), clone};
        stopped(twin.perform(register_at(at)), pager::StopReason::NoRegion, at);
        expect_clock(thread, at); // its tables went with the clone, and come back
        expect_success(driver.ask(pager::Unmap{.address = at, .size = page_size}));
        Word const there = must(map_clock(other)).address;
        expect_clock(actor, there);
        expect_error(map_clock(driver), Error::BadMessage);
        expect_success(other.ask(pager::Unmap{.address = there, .size = page_size}));
        must(map_clock(driver));
    }
    expect_clock(actor, must(map_clock(other)).address); // its driver has ended
}

void registers_stay_what_they_are() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const at = must(map_clock(space)).address;
    auto const advise = [&](pager::Advice advice) {
        return space.ask(pager::Advise{.address = at, .size = page_size, .advice = advice});
    };
    auto const protect = [&](Access access) {
        return space.ask(pager::Protect{.address = at, .size = page_size, .access = access});
    };
    expect_success(advise(pager::Advice::Populate));
    expect_clock(actor, at);
    expect_error(advise(pager::Advice::DontNeed), Error::PermissionDenied);
    expect_error(advise(pager::Advice::Free), Error::PermissionDenied);
    expect_error(protect(Access::ReadExecute), Error::PermissionDenied);
    expect_error(space.ask(pager::Share{.address = at, .size = page_size, .access = Access::Read}),
                 Error::PermissionDenied);
    expect_error(
        space.ask(pager::CloneRange{.address = at, .size = page_size, .target = 0, .done = 0}),
        Error::PermissionDenied);
    expect_success(space.ask(pager::Written{.address = at, .size = page_size}));
    expect_clock(actor, at);
    expect_success(protect(Access::Read));
    expect_clock(actor, at);
    stopped(actor.perform(write_at(at)), pager::StopReason::Forbidden, at);
}

void registers_are_refused() {
    Space const space{workshop()};
    auto const ask = [&](sys::Endpoint endpoint, Word number, Word size, sys::Capability given) {
        return ipc::call(sys::GivingCall{endpoint, given},
                         pager::MapDevice{.space = number, .size = size});
    };
    auto const manager = workshop().manager();
    Word const number = space.number();
    expect_error(ask(space.client(), number, page_size, clock()), Error::PermissionDenied);
    expect_error(ask(workshop().inspector(), number, page_size, clock()), Error::PermissionDenied);
    expect_error(ask(manager, 0, page_size, clock()), Error::NotFound);
    expect_error(ask(manager, number, 0, clock()), Error::InvalidSize);
    expect_error(ask(manager, number, largest + page_size, clock()), Error::InvalidSize);
    expect_error(ask(manager, number, 100, clock()), Error::NotAligned);
    expect_error(workshop().manage(pager::MapDevice{.space = number, .size = page_size}),
                 Error::BadMessage);
    expect_error(ask(manager, number, 2 * page_size, clock()), Error::BadMessage); // too small
    expect_error(ask(manager, number, page_size, space.vspace()), Error::BadMessage);
    expect_error(ask(manager, number, page_size, workshop().inspector()), Error::BadMessage);
    must(workshop().manage(
        pager::SetQuota{.space = number, .pages = pager::SetQuota::unlimited, .regions = 0}));
    expect_error(ask(manager, number, page_size, clock()), Error::QuotaExceeded);
    refuses_cut(manager, pager::MapDevice{.space = number, .size = page_size});
}

constexpr Test tests[]{
    {"memory for a device is memory, in one piece", is_memory_where_it_was_told},
    {"memory for a device comes back", comes_back_and_is_zero_again},
    {"memory for a device is for drivers", is_for_drivers_and_of_some_sizes},
    {"memory for a device is its owner's alone", is_its_owners_alone},
    {"registers are a device's", registers_are_a_devices},
    {"registers are one driver's", registers_are_one_drivers},
    {"registers stay what they are", registers_stay_what_they_are},
    {"registers are refused", registers_are_refused},
};

} // namespace

Tests const device_tests = tests;

} // namespace test
