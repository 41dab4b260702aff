// SPDX-License-Identifier: BSD-2-Clause
//
// Space: how it comes and goes.

#include "space.hpp"

#include <init/program_file.hpp>

namespace test {

namespace {

constexpr std::string_view program_path = "bin/actor";

Access access_of(formats::elf::Segment const& segment) {
    return segment.executable ? Access::ReadExecute
           : segment.writable ? Access::ReadWrite
                              : Access::Read;
}

} // namespace

Space::Space(Workshop& shop, Location where) : shop_{shop}, vspace_{shop.take_slot()} {
    auto const name = ipc::Text<pager::max_name>::of("space");
    number_ =
        must(shop.manage(pager::CreateSpace{.pid = some_pid, .name = name}, vspace_), where).space;
    connect();
}

Space::Space(Workshop& shop, Space const& source, Location where)
    : shop_{shop}, vspace_{shop.take_slot()}, entry_{source.entry_} {
    pager::CloneSpace request{.source = source.number(),
                              .target = 0,
                              .pid = some_pid,
                              .name = ipc::Text<pager::max_name>::of("clone")};
    auto reply = must(shop.manage(request, vspace_), where);
    request.target = number_ = reply.space;
    while (reply.done == 0) {
        reply = must(shop.manage(request), where);
    }
    connect();
}

Space::~Space() {
    end();
    shop_.remove(*this);
    shop_.give_slot(client_.cptr());
    shop_.give_slot(vspace_);
}

void Space::end() {
    pager::DestroySpace const request{.space = number_};
    while (number_ != 0 && must(shop_.manage(request)).ended == 0) {
    }
    number_ = 0;
}

void Space::connect() {
    client_ = shop_.pager_as(pager::Caller::Space::set(Word{0}, number_));
    shop_.add(*this);
}

void Space::load() {
    auto const file = shop_.parts().archive.find(program_path);
    if (!file) {
        give_up("the boot archive has no program for actors", Location::current());
    }
    auto const program = init::parse_program(file->data);
    if (!program) {
        give_up("the program for actors is none", Location::current());
    }
    for (std::size_t i = 0; auto const segment = program->segment(i); ++i) {
        must(shop_.manage(pager::MapFile{.space = number_,
                                         .file_offset = file->data_offset + segment->offset,
                                         .file_size = segment->file_size,
                                         .address = segment->address,
                                         .memory_size = segment->memory_size,
                                         .access = access_of(*segment)}));
    }
    for (Word const top : {stack_top, second_stack_top}) {
        must(shop_.manage(pager::MapStack{.space = number_, .top = top, .size = stack_size}));
    }
    entry_ = program->entry();
}

Word Space::map(Word pages, Access access) const {
    return must(ask(pager::Map{.address = 0, .size = pages * page_size, .access = access})).address;
}

pager::Query::Reply Space::page_of(Word address) const {
    return must(ask(pager::Query{.address = address}));
}

} // namespace test
