// SPDX-License-Identifier: BSD-2-Clause
//
// The second address space: code can be executed and data written, as in the first, and no page
// both.

#include "second_space.hpp"

// By the linker script: what lies below is code and constants.
extern "C" std::byte const data_begin[]; // NOLINT(readability-identifier-naming)

namespace bench {

using api::Error;
using api::Invocation;
using api::Word;
using test::Lab;
using test::require;

namespace {

/// With the tables that this takes.
void map(Lab& lab, Word space, Word frame, Word address, api::Rights rights, Word attributes) {
    auto const try_it = [&] {
        return lab.invoke(frame, Invocation::PageMap, {address, rights.bits(), attributes}, {space})
            .error;
    };
    auto error = try_it();
    while (error == Error::FailedLookup) {
        auto const table = lab.make(api::ObjectType::PageTable);
        require(lab.invoke(table, Invocation::PageTableMap, {address, 0}, {space}).error ==
                Error::None);
        error = try_it();
    }
    require(error == Error::None);
}

} // namespace

Word make_second_space(Lab& lab) {
    auto const space = lab.make(api::ObjectType::VSpace);
    require(
        lab.invoke(api::initial_slot::asid_pool, Invocation::AsidPoolAssign, {}, {space}).error ==
        Error::None);
    auto const frames = lab.boot_info().user_image_frames;
    auto address = Lab::image_begin;
    for (auto frame = frames.start; frame < frames.end; ++frame, address += api::page_size) {
        bool const is_data = address >= reinterpret_cast<Word>(data_begin);
        auto const rights = is_data ? api::Rights::ReadWrite : api::Rights::Read;
        auto const attributes = api::page_cacheable | (is_data ? api::page_execute_never : 0);
        map(lab, space, lab.copy(frame), address, rights, attributes);
    }
    return space;
}

} // namespace bench
