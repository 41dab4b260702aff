// SPDX-License-Identifier: BSD-2-Clause
//
// Untyped_Retype: each object type, each error in order, and memory that comes back zeroed.

#include "lab.hpp"
#include "suites.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::ObjectType;

struct Retype {
    ObjectType type{ObjectType::Endpoint};
    Word size_bits{0};
    Word node_index{0};
    Word node_depth{0};
    Word offset{0};
    Word count{1};
    Word root{Lab::cnode};
};

Answer retype(Lab& lab, Word untyped, Retype const& request) {
    return lab.invoke(untyped, Invocation::UntypedRetype,
                      {std::to_underlying(request.type), request.size_bits, request.node_index,
                       request.node_depth, request.offset, request.count},
                      {request.root});
}

void makes_every_type(Lab& lab) {
    for (auto const type :
         {ObjectType::Tcb, ObjectType::Endpoint, ObjectType::Notification, ObjectType::Reply,
          ObjectType::SmallPage, ObjectType::PageTable, ObjectType::VSpace}) {
        expect_success(retype(lab, lab.arena(), {.type = type, .offset = lab.slots()}));
    }
    expect_success(retype(lab, lab.arena(),
                          {.type = ObjectType::CNode, .size_bits = 1, .offset = lab.slots()}));
    expect_success(
        retype(lab, lab.arena(),
               {.type = ObjectType::SchedContext, .size_bits = 7, .offset = lab.slots()}));
    expect_success(retype(lab, lab.arena(),
                          {.type = ObjectType::Untyped, .size_bits = 4, .offset = lab.slots()}));
}

void large_pages_are_made(Lab& lab) {
    expect_success(
        retype(lab, lab.arena(), {.type = ObjectType::LargePage, .offset = lab.slots()}));
}

void checks_arguments_in_order(Lab& lab) {
    auto const slot = lab.slots();
    auto const small = lab.make(ObjectType::Untyped, 12);
    auto const node = lab.make(ObjectType::CNode, 4);
    expect_error(lab.invoke(small, Invocation::TcbResume), Error::IllegalOperation);
    expect_error(lab.invoke(small, Invocation::UntypedRetype, {2, 0, 0, 0, slot}, {Lab::cnode}),
                 Error::TruncatedMessage);
    expect_error(lab.invoke(small, Invocation::UntypedRetype, {2, 0, 0, 0, slot, 1}),
                 Error::TruncatedMessage);
    expect_error(retype(lab, small, {.type = ObjectType{12}, .offset = slot}),
                 Error::InvalidArgument, {0});
    expect_error(retype(lab, small, {.size_bits = 64, .offset = slot}), Error::RangeError, {0, 47});
    expect_error(retype(lab, small, {.type = ObjectType::Untyped, .size_bits = 48}),
                 Error::RangeError, {0, 47});
    expect_error(retype(lab, small, {.type = ObjectType::CNode, .size_bits = 0}),
                 Error::InvalidArgument, {1});
    expect_error(retype(lab, small, {.type = ObjectType::Untyped, .size_bits = 3}),
                 Error::InvalidArgument, {1});
    expect_error(retype(lab, small, {.type = ObjectType::SchedContext, .size_bits = 6}),
                 Error::InvalidArgument, {1});
    expect_error(retype(lab, small, {.node_index = slot, .node_depth = 65}), Error::RangeError,
                 {1, 64});
    expect_error(retype(lab, small, {.node_index = slot, .node_depth = 64}), Error::FailedLookup,
                 {0, 2, 64});
    expect_error(retype(lab, small, {.root = small}), Error::FailedLookup, {0, 2, 0});
    expect_error(retype(lab, small, {.offset = 16, .root = node}), Error::RangeError, {0, 15});
    expect_error(retype(lab, small, {.count = 0, .root = node}), Error::RangeError, {1, 256});
    expect_error(retype(lab, small, {.count = 257, .root = node}), Error::RangeError, {1, 256});
    expect_error(retype(lab, small, {.offset = 15, .count = 2, .root = node}), Error::RangeError,
                 {1, 1});
    expect_error(retype(lab, small, {.offset = small}), Error::DeleteFirst);
    expect_error(
        retype(lab, small, {.type = ObjectType::Tcb, .offset = 0, .count = 3, .root = node}),
        Error::NotEnoughMemory, {4096});
}

void one_occupied_slot_stops_all(Lab& lab) {
    auto const untyped = lab.make(ObjectType::Untyped, 12);
    auto const first = lab.slots(3);
    expect_success(retype(lab, untyped, {.offset = first + 2}));
    expect_error(retype(lab, untyped, {.offset = first, .count = 3}), Error::DeleteFirst);
    expect(lab.empty(first));
    expect(lab.empty(first + 1));
}

void the_destination_may_be_deep(Lab& lab) {
    auto const outer = lab.make(ObjectType::CNode, 4);
    auto const inner = lab.make(ObjectType::CNode, 3);
    expect_success(
        lab.invoke(outer, Invocation::CNodeMove, {5, 4, inner, Lab::depth}, {Lab::cnode}));
    expect_success(
        retype(lab, lab.arena(), {.node_index = 5, .node_depth = 4, .offset = 7, .root = outer}));
    // Seven bits name it: four for the outer, three for the inner node.
    constexpr Word path = 5 * 8 + 7;
    expect_success(lab.invoke(outer, Invocation::CNodeDelete, {path, 7}));
}

void memory_comes_back_zeroed(Lab& lab) {
    auto const untyped = lab.make(ObjectType::Untyped, 12);
    for (int round = 0; round < 2; ++round) {
        auto const frame = lab.slots();
        expect_success(retype(lab, untyped, {.type = ObjectType::SmallPage, .offset = frame}));
        expect_success(lab.invoke(frame, Invocation::PageMap, {Lab::window, 3, 3}, {Lab::vspace}));
        auto* const words = reinterpret_cast<Word volatile*>(Lab::window);
        for (std::size_t i = 0; i < api::page_size / sizeof(Word); ++i) {
            if (words[i] != 0) {
                expect(false);
                break;
            }
            words[i] = ~Word{0};
        }
        expect_success(lab.revoke(untyped));
    }
}

void the_watermark_only_falls_when_all_is_gone(Lab& lab) {
    auto const untyped = lab.make(ObjectType::Untyped, 12);
    auto const slots = lab.slots(2);
    expect_success(retype(
        lab, untyped, {.type = ObjectType::Untyped, .size_bits = 11, .offset = slots, .count = 2}));
    auto const more = lab.slots();
    expect_success(lab.remove(slots + 1));
    expect_error(retype(lab, untyped, {.offset = more}), Error::NotEnoughMemory, {0});
    expect_success(lab.remove(slots));
    expect_success(retype(lab, untyped, {.offset = more}));
}

void device_memory_makes_frames_only(Lab& lab) {
    auto const& info = lab.boot_info();
    for (Word i = 0; i < info.untyped.end - info.untyped.start; ++i) {
        auto const& untyped = info.untyped_list[i];
        if (untyped.is_device != 0 && untyped.size_bits == 20) {
            auto const cap = info.untyped.start + i;
            expect_error(retype(lab, cap, {.type = ObjectType::Tcb, .offset = lab.slots()}),
                         Error::InvalidArgument, {1});
            return;
        }
    }
}

constexpr Test tests[] = {
    {"untyped: makes every type", makes_every_type},
    {"untyped: makes large pages", large_pages_are_made},
    {"untyped: checks arguments in order", checks_arguments_in_order},
    {"untyped: one occupied slot stops all", one_occupied_slot_stops_all},
    {"untyped: the destination may be deep", the_destination_may_be_deep},
    {"untyped: memory comes back zeroed", memory_comes_back_zeroed},
    {"untyped: the watermark falls when all is gone", the_watermark_only_falls_when_all_is_gone},
    {"untyped: device memory makes frames only", device_memory_makes_frames_only},
};

} // namespace

constinit Tests const untyped_tests{tests};

} // namespace test
