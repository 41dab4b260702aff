// SPDX-License-Identifier: BSD-2-Clause
//
// What the root task is given.

#include "counter.hpp"
#include "lab.hpp"
#include "suites.hpp"
#include <api/boot_info.hpp>

namespace test {

namespace {

using api::Error;
using api::Invocation;

bool follows(api::SlotRegion a, api::SlotRegion b) {
    return a.end <= b.start && b.start <= b.end;
}

void regions_are_in_order(Lab& lab) {
    auto const& info = lab.boot_info();
    expect_equal(info.node_id, 0);
    expect_equal(info.node_count, 1);
    expect(info.user_image_paging.start >= api::initial_slot::first_free);
    expect(follows(info.user_image_paging, info.extra_boot_info_pages));
    expect(follows(info.extra_boot_info_pages, info.sched_control));
    expect(follows(info.sched_control, info.user_image_frames));
    expect(follows(info.user_image_frames, info.untyped));
    expect(follows(info.untyped, info.empty));
    expect_equal(info.sched_control.end - info.sched_control.start, 1);
    // All the rest, but for the last slot: counters_test.cpp.
    expect_equal(info.empty.end, base::bit(static_cast<unsigned>(info.root_cnode_bits)) - 1);
    expect_equal(info.shared_frames.end, 0);
    expect_equal(info.io_space_caps.end, 0);
}

void untypeds_do_not_overlap(Lab& lab) {
    auto const& info = lab.boot_info();
    auto const count = info.untyped.end - info.untyped.start;
    expect(count > 0 && count <= api::max_boot_untypeds);
    for (Word i = 0; i < count; ++i) {
        auto const& a = info.untyped_list[i];
        expect(a.size_bits >= api::min_untyped_bits && a.size_bits <= api::max_untyped_bits);
        for (Word j = 0; j < i; ++j) {
            auto const& b = info.untyped_list[j];
            expect(a.paddr >= b.paddr + base::bit(b.size_bits) ||
                   b.paddr >= a.paddr + base::bit(a.size_bits));
        }
    }
}

/// The device tree and whatever else is told comes in chunks that fill the extra area.
void extra_area_is_a_row_of_chunks(Lab& lab) {
    auto const& info = lab.boot_info();
    auto const pages = info.extra_boot_info_pages.end - info.extra_boot_info_pages.start;
    expect_equal(pages, (info.extra_length + api::page_size - 1) / api::page_size);
    auto const begin = reinterpret_cast<Word>(&info) + api::page_size;
    Word offset = 0;
    while (offset < info.extra_length) {
        auto const& chunk = *reinterpret_cast<api::BootInfoHeader const*>(begin + offset);
        if (chunk.length < sizeof(chunk)) {
            break;
        }
        offset += chunk.length;
    }
    expect_equal(offset, info.extra_length);
}

void initial_capabilities_are_of_their_kinds(Lab& lab) {
    namespace slot = api::initial_slot;
    // A label of another kind is refused differently by each that is there, and by none.
    for (Word const cap : {slot::tcb, slot::cnode, slot::vspace, slot::irq_control,
                           slot::asid_control, slot::asid_pool, slot::boot_info_frame,
                           slot::ipc_buffer, slot::domain, slot::sched_context}) {
        expect_error(lab.invoke(cap, Invocation{4000}), Error::IllegalOperation);
    }
    for (Word const empty : {Word{0}, Word{7}, Word{8}, Word{12}, Word{13}}) {
        expect_error(lab.invoke(empty, Invocation{4000}), Error::InvalidCapability, {0});
    }
    expect_equal(static_cast<Word>(lab.invoke(slot::ipc_buffer, Invocation::PageGetAddress).error),
                 0);
}

void the_counter_can_be_read(Lab&) {
    auto const first = ticks();
    auto const second = ticks();
    expect(second >= first && first != 0);
}

constexpr Test tests[] = {
    {"boot: regions of slots are in order", regions_are_in_order},
    {"boot: untypeds do not overlap", untypeds_do_not_overlap},
    {"boot: the extra area is a row of chunks", extra_area_is_a_row_of_chunks},
    {"boot: initial capabilities are of their kinds", initial_capabilities_are_of_their_kinds},
    {"boot: the virtual counter can be read", the_counter_can_be_read},
};

} // namespace

constinit Tests const boot_tests{tests};

} // namespace test
