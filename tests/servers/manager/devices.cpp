// SPDX-License-Identifier: BSD-2-Clause
//
// Memory for devices: who may have it, that it is memory, and that it comes back.

#include "actor.hpp"
#include "lists.hpp"

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

constexpr Test tests[]{
    {"memory for a device is memory, in one piece", is_memory_where_it_was_told},
    {"memory for a device comes back", comes_back_and_is_zero_again},
    {"memory for a device is for drivers", is_for_drivers_and_of_some_sizes},
    {"memory for a device is its owner's alone", is_its_owners_alone},
};

} // namespace

Tests const device_tests = tests;

} // namespace test
