// SPDX-License-Identifier: BSD-2-Clause
//
// What init asks the pager for: each request, and each error of it.

#include "../support/cut.hpp"
#include "actor.hpp"
#include "lists.hpp"

#include <cstring>

namespace test {

namespace {

constexpr Word no_space = 0x7fff'0000;
constexpr Word somewhere = 0x6000'0000'0000;

template <ipc::Request R>
void refused(R const& request, Error error, Location where = Location::current()) {
    expect_error(workshop().manage(request), error, where);
}

/// Who may not manage may not, with the right space or with none; nor may one who may inspect.
void nobody_else_may() {
    Space const space{workshop()};
    Word const number = space.number();
    auto const refused_to = [&](sys::Endpoint endpoint, Location where = Location::current()) {
        auto const ask = [&](auto const& request) {
            expect_error(ipc::call(endpoint, request), Error::PermissionDenied, where);
        };
        ask(pager::CreateSpace{});
        ask(pager::DestroySpace{.space = number});
        ask(pager::CloneSpace{.source = number, .target = 0, .pid = 1, .name = {}});
        ask(pager::MapFile{.space = number,
                           .file_offset = 0,
                           .file_size = page_size,
                           .address = somewhere,
                           .memory_size = page_size,
                           .access = Access::Read});
        ask(pager::MapStack{.space = number, .top = somewhere, .size = page_size});
        ask(pager::MapBuffer{.space = number, .address = somewhere});
        ask(pager::WatchStack{.space = number, .top = somewhere});
        ask(pager::SetQuota{.space = number, .pages = 0, .regions = 0});
        ask(pager::SetAccessPolicy{.space = number, .forbidden = 0});
        ask(pager::TakeUntyped{.size_bits = api::page_bits});
        ask(pager::ReturnUntyped{.id = 0});
        ask(pager::TakeReport{});
    };
    refused_to(space.client());
    refused_to(workshop().inspector());
    auto const unbadged = workshop().pager_as(0);
    refused_to(unbadged);
    workshop().give_slot(unbadged.cptr());
    expect_success(space.ask(pager::Map{
        .address = somewhere, .size = page_size, .access = Access::Read})); // nothing came there
}

void a_space_comes_and_goes() {
    auto const vspace = workshop().take_slot();
    pager::CreateSpace const create{.pid = 5, .name = ipc::Text<pager::max_name>::of("name")};
    Word const number = must(workshop().manage(create, vspace)).space;
    expect(number != 0);
    auto const told = must(workshop().inspect(pager::SpaceStatistics{.after = number - 1}));
    expect_equal(told.space, number);
    expect_equal(told.pid, 5);
    expect(told.name.view() == "name");
    expect_equal(told.reserved, 0);
    while (must(workshop().manage(pager::DestroySpace{.space = number})).ended == 0) {
    }
    refused(pager::DestroySpace{.space = number}, Error::NotFound);
    workshop().give_slot(vspace);

    Space const next{workshop()};
    expect(next.number() != number); // a badge that outlived its space means nobody
}

void spaces_that_do_not_exist() {
    for (Word const space : {Word{0}, no_space, Word{1} << 32, ~Word{0}}) {
        refused(pager::DestroySpace{.space = space}, Error::NotFound);
        refused(pager::CloneSpace{.source = space, .target = 0, .pid = 1, .name = {}},
                Error::NotFound);
        refused(pager::MapFile{.space = space,
                               .file_offset = 0,
                               .file_size = page_size,
                               .address = somewhere,
                               .memory_size = page_size,
                               .access = Access::Read},
                Error::NotFound);
        refused(pager::MapStack{.space = space, .top = somewhere, .size = page_size},
                Error::NotFound);
        refused(pager::MapBuffer{.space = space, .address = somewhere}, Error::NotFound);
        refused(pager::SetQuota{.space = space, .pages = 1, .regions = 1}, Error::NotFound);
    }
    Space const space{workshop()};
    refused(pager::CloneSpace{.source = space.number(), .target = no_space, .pid = 1, .name = {}},
            Error::NotFound);
    refused(pager::TakeReport{}, Error::NotFound);
}

void a_clone_that_is_in_the_way_of_itself() {
    Space const space{workshop()};
    Word const memory = space.map(4);
    auto const vspace = workshop().take_slot();
    pager::CloneSpace request{.source = space.number(), .target = 0, .pid = 1, .name = {}};
    auto const first = must(workshop().manage(request, vspace));
    expect_equal(first.done, 0);
    request.target = first.space;
    auto const client = workshop().pager_as(pager::Caller::Space::set(Word{0}, first.space));
    expect_success(ipc::call(
        client, pager::Map{.address = memory, .size = page_size, .access = Access::Read}));
    refused(request, Error::AlreadyMapped);
    while (must(workshop().manage(pager::DestroySpace{.space = first.space})).ended == 0) {
    }
    workshop().give_slot(client.cptr());
    workshop().give_slot(vspace);
}

/// The sum of what a file mapping must show of the archive.
Word sum_of_file(Word address, Word size, pager::MapFile const& mapping) {
    auto const bytes = workshop().parts().archive.bytes();
    Word sum = 0;
    for (Word at = address; at < address + size; at += sizeof(Word)) {
        std::array<std::byte, sizeof(Word)> word{};
        for (Word i = 0; i < word.size(); ++i) {
            Word const offset = at + i - mapping.address;
            if (offset < mapping.file_size) { // in front of it that is a huge number
                word[i] = bytes[mapping.file_offset + offset];
            }
        }
        sum = add_to_sum(sum, std::bit_cast<Word>(word));
    }
    return sum;
}

void files_are_mapped() {
    struct Case {
        Word file_offset, file_size, address, memory_size;
    };
    constexpr Case cases[]{
        {0, page_size, somewhere, page_size},
        {0, 5 * page_size, somewhere + 0x10'0000, 5 * page_size},
        {3, 100, somewhere + 0x20'0000, 3 * page_size},
        {page_size + 17, 2 * page_size, somewhere + 0x30'0123, 4 * page_size},
        {2 * page_size, 1, somewhere + 0x40'0fff, 1},
        {0, 0, somewhere + 0x50'0000, 2 * page_size},
        {0x123, 9 * page_size, somewhere + 0x60'0123, 9 * page_size},
    };
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    for (auto const& [offset, file_size, address, memory_size] : cases) {
        for (Word copy = 0; copy < 3; ++copy) {
            pager::MapFile const mapping{.space = space.number(),
                                         .file_offset = offset,
                                         .file_size = file_size,
                                         .address = address + copy * 0x1000'0000,
                                         .memory_size = memory_size,
                                         .access = copy == 0   ? Access::Read
                                                   : copy == 1 ? Access::ReadExecute
                                                               : Access::ReadWrite};
            must(workshop().manage(mapping));
            Word const begin = page_down(mapping.address);
            Word const size = page_up(mapping.address + memory_size) - begin;
            expect_equal(done(actor.perform(sum_from(begin, size))),
                         sum_of_file(begin, size, mapping));
            if (mapping.access == Access::ReadWrite) {
                done(actor.perform(fill_from(begin, size, 1)));
                expect_equal(done(actor.perform(sum_from(begin, size))), expected_sum(size, 1));
            }
        }
    }
    auto const file = space.page_of(somewhere);
    expect(file.region == pager::RegionKind::File);
    expect(file.page == pager::PageKind::File || file.page == pager::PageKind::Private);
}

void files_are_refused() {
    Space const space{workshop()};
    Word const archive = workshop().parts().archive.bytes().size();
    pager::MapFile const good{.space = space.number(),
                              .file_offset = 0,
                              .file_size = page_size,
                              .address = somewhere,
                              .memory_size = page_size,
                              .access = Access::Read};
    auto const with = [&](auto change) {
        auto request = good;
        change(request);
        return request;
    };
    auto const sizes = [&](Word offset, Word file_size, Word memory_size) {
        return with([=](auto& r) {
            r.file_offset = offset;
            r.file_size = file_size;
            r.memory_size = memory_size;
        });
    };
    refused(sizes(0, 0, 0), Error::InvalidSize);
    refused(sizes(0, page_size + 1, page_size), Error::InvalidSize);
    refused(sizes(archive, 1, page_size), Error::InvalidSize);
    refused(sizes(archive + 1, 0, page_size), Error::InvalidSize);
    refused(sizes(~Word{0}, 2, page_size), Error::InvalidSize);
    refused(sizes(0, ~Word{0}, ~Word{0}), Error::InvalidSize);
    refused(sizes(0, 0, ~Word{0}), Error::InvalidSize);
    for (Word const address : {Word{0}, page_size, user_end, user_end - 1, ~Word{0}}) {
        refused(with([=](auto& r) { r.address = address; }), Error::InvalidAddress);
    }
    refused(with([](auto& r) { r.access = static_cast<Access>(4); }), Error::BadMessage);
    expect_success(workshop().manage(good));
    refused(good, Error::AlreadyMapped);
}

void stacks_grow_and_overflow() {
    constexpr Word size = 100 * page_size;
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    must(workshop().manage(
        pager::MapStack{.space = space.number(), .top = somewhere, .size = size}));
    for (Word page = 1; page <= 100; ++page) {
        done(actor.perform(fill_from(somewhere - page * page_size, page_size, page)));
    }
    for (Word page = 1; page <= 100; ++page) {
        expect_equal(done(actor.perform(sum_from(somewhere - page * page_size, page_size))),
                     expected_sum(page_size, page));
    }
    for (Word const below : {Word{8}, page_size, Word{64 * 1024}}) {
        stopped(actor.perform(write_at(somewhere - size - below)), pager::StopReason::GuardHit,
                somewhere - size - below);
        actor.restart();
    }
}

void stacks_are_refused() {
    Space const space{workshop()};
    auto const stack = [&](Word top, Word size) {
        return pager::MapStack{.space = space.number(), .top = top, .size = size};
    };
    refused(stack(somewhere + 8, page_size), Error::NotAligned);
    refused(stack(somewhere, page_size + 8), Error::NotAligned);
    refused(stack(somewhere, 0), Error::InvalidSize);
    refused(stack(somewhere, Word{} - page_size), Error::InvalidSize);
    refused(stack(0, page_size), Error::InvalidAddress);
    refused(stack(2 * page_size, page_size), Error::InvalidAddress);
    refused(stack(user_end + page_size, page_size), Error::InvalidAddress);
    refused(stack(Word{} - page_size, page_size), Error::InvalidAddress);
    expect_success(workshop().manage(stack(somewhere, page_size)));
    refused(stack(somewhere, page_size), Error::AlreadyMapped);
    refused(stack(somewhere - page_size, page_size), Error::AlreadyMapped); // its guard
    refused(stack(somewhere + page_size, page_size), Error::AlreadyMapped); // in the guard's place
}

void buffers() {
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    auto const frame = workshop().take_slot();
    auto const buffer = [&](Word address) {
        return pager::MapBuffer{.space = space.number(), .address = address};
    };
    expect_success(workshop().manage(buffer(somewhere), frame));
    expect(space.page_of(somewhere).page == pager::PageKind::Buffer);
    expect_equal(done(actor.perform(sum_from(somewhere, page_size))), 0);
    done(actor.perform(fill_from(somewhere, page_size, 1)));
    expect_equal(done(actor.perform(sum_from(somewhere, page_size))), expected_sum(page_size, 1));
    refused(buffer(somewhere), Error::AlreadyMapped);
    refused(buffer(somewhere + 8), Error::NotAligned);
    refused(buffer(0), Error::InvalidAddress);
    refused(buffer(user_end), Error::InvalidAddress);

    Space const clone{workshop(), space};
    expect_error(clone.ask(pager::Query{.address = somewhere}), Error::RegionNotFound);
    workshop().give_slot(frame);
}

/// A capability to memory, from which objects can be made; what is not given back by its holder
/// ends when the memory goes back.
void untypeds_are_lent() {
    auto const memory = workshop().take_slot();
    auto const object = workshop().take_slot();
    for (Word bits = api::page_bits; bits <= api::large_page_bits; ++bits) {
        Word const id = must(workshop().manage(pager::TakeUntyped{.size_bits = bits}, memory)).id;
        auto const& cspace = workshop().parts().factory.cspace();
        must_do(sys::Untyped{memory}.retype(api::ObjectType::Untyped, static_cast<unsigned>(bits),
                                            cspace.range(object)));
        expect(!sys::Untyped{memory}.retype(api::ObjectType::Endpoint, 0, cspace.range(object)));
        must_do(workshop().slot(memory).revoke());
        must_do(workshop().slot(memory).remove());
        expect_success(workshop().manage(pager::ReturnUntyped{.id = id}));
        refused(pager::ReturnUntyped{.id = id}, Error::NotFound);
    }
    for (Word const bits : {Word{0}, Word{11}, Word{22}, Word{63}, Word{64}, ~Word{0}}) {
        refused(pager::TakeUntyped{.size_bits = bits}, Error::InvalidSize);
    }
    refused(pager::ReturnUntyped{.id = ~Word{0}}, Error::NotFound);
    workshop().give_slot(object);
    workshop().give_slot(memory);
}

void messages_that_are_too_short() {
    auto const manager = workshop().manager();
    Space const space{workshop()};
    refuses_cut(manager, pager::CreateSpace{});
    refuses_cut(manager, pager::DestroySpace{.space = space.number()});
    refuses_cut(manager,
                pager::CloneSpace{.source = space.number(), .target = 0, .pid = 1, .name = {}});
    refuses_cut(manager, pager::MapFile{});
    refuses_cut(manager, pager::MapStack{});
    refuses_cut(manager, pager::WatchStack{});
    refuses_cut(manager, pager::MapBuffer{});
    refuses_cut(manager, pager::SetQuota{});
    refuses_cut(manager, pager::SetAccessPolicy{});
    refuses_cut(manager, pager::TakeUntyped{.size_bits = api::page_bits});
    refuses_cut(manager, pager::ReturnUntyped{});
    auto const inspector = workshop().inspector();
    refuses_cut(inspector, pager::SpaceStatistics{});
    refuses_cut(inspector, pager::LazyStatistics{});
    refuses_cut(inspector, pager::ProtectPage{});
    refuses_cut(inspector, pager::PageMap{});
    refuses_cut(inspector, pager::Growth{});
    refuses_cut(inspector, pager::SetGrowth{});
    refuses_cut(inspector, pager::SetTracing{});
    refuses_cut(inspector, pager::TracedFaults{});
    refuses_cut(space.client(), pager::MapShared{});
    refuses_cut(space.client(), pager::Share{});
    refuses_cut(space.client(), pager::Attach{});
    refuses_cut(space.client(), pager::Revoke{});
    refuses_cut(space.client(), pager::CloneRange{});
    refuses_cut(space.client(), pager::MapContiguous{});
}

constexpr Test tests[]{
    {"nobody else may", nobody_else_may},
    {"a space comes and goes", a_space_comes_and_goes},
    {"spaces that do not exist", spaces_that_do_not_exist},
    {"a clone that is in the way of itself", a_clone_that_is_in_the_way_of_itself},
    {"files are mapped", files_are_mapped},
    {"files are refused", files_are_refused},
    {"stacks grow and overflow", stacks_grow_and_overflow},
    {"stacks are refused", stacks_are_refused},
    {"buffers", buffers},
    {"untypeds are lent", untypeds_are_lent},
    {"messages that are too short", messages_that_are_too_short},
};

} // namespace

Tests const management_tests = tests;

} // namespace test
