// SPDX-License-Identifier: BSD-2-Clause
//
// The lab. What it needs itself must work: if not, there is nothing to test with, and it stops.

#include "lab.hpp"

namespace test {

using api::Error;
using api::Invocation;
using api::ObjectType;

namespace {

constexpr unsigned permanent_bits = 20;

} // namespace

void expect_success(Answer const& answer, Words words, Location where) {
    expect_error(answer, Error::None, words, where);
}

void expect_error(Answer const& answer, Error error, Words words, Location where) {
    expect_equal(std::to_underlying(answer.error), std::to_underlying(error), where);
    expect_equal(answer.length, words.size(), where);
    std::size_t i = 0;
    for (Word const word : words) {
        expect_equal(answer.words[i++], word, where);
    }
}

void expect_kind(Answer const& answer, Error error, Location where) {
    expect_equal(std::to_underlying(answer.error), std::to_underlying(error), where);
}

void require(bool condition) {
    if (!condition) {
        asm volatile("brk #1");
    }
}

Lab::Lab(api::BootInfo const& boot_info)
    : boot_info_{boot_info}, next_slot_{boot_info.empty.start} {
    auto const untyped = find_ram();
    permanent_ = retype(untyped, ObjectType::Untyped, permanent_bits, slots());
    arena_ = retype(untyped, ObjectType::Untyped, arena_bits, slots());
    prepare_tables(window);
    devices_.start(*this);
}

void Lab::begin_tests() {
    first_test_slot_ = next_slot_;
}

void Lab::clear() {
    require(revoke(arena_).error == Error::None);
    for (Word slot = first_test_slot_; slot < next_slot_; ++slot) {
        require(remove(slot).error == Error::None);
    }
    next_slot_ = first_test_slot_;
}

Word Lab::slots(Word count) {
    require(next_slot_ + count <= boot_info_.empty.end);
    return std::exchange(next_slot_, next_slot_ + count);
}

Word Lab::retype(Word untyped, ObjectType type, Word size_bits, Word slot, Word count) {
    auto const answer = invoke(untyped, Invocation::UntypedRetype,
                               {std::to_underlying(type), size_bits, 0, 0, slot, count}, {cnode});
    require(answer.error == Error::None);
    return slot;
}

Word Lab::make(ObjectType type, Word size_bits) {
    return retype(arena_, type, size_bits, slots());
}

Answer Lab::configure(Word sched_context, Word budget_us, Word period_us, Word extra_refills,
                      Word badge, Word flags) {
    return invoke(boot_info_.sched_control.start, Invocation::SchedControlConfigureFlags,
                  {budget_us, period_us, extra_refills, badge, flags}, {sched_context});
}

Word Lab::make_sched_context(Word budget_us, Word period_us, Word badge, Word extra_refills) {
    auto const context = make(ObjectType::SchedContext, 8);
    require(configure(context, budget_us, period_us, extra_refills, badge).error == Error::None);
    return context;
}

Word Lab::copy(Word source, api::Rights rights) {
    auto const slot = slots();
    require(
        invoke(cnode, Invocation::CNodeCopy, {slot, depth, source, depth, rights.bits()}, {cnode})
            .error == Error::None);
    return slot;
}

Word Lab::mint(Word source, Word data, api::Rights rights) {
    auto const slot = slots();
    require(invoke(cnode, Invocation::CNodeMint, {slot, depth, source, depth, rights.bits(), data},
                   {cnode})
                .error == Error::None);
    return slot;
}

Answer Lab::remove(Word slot) {
    return invoke(cnode, Invocation::CNodeDelete, {slot, depth});
}

Answer Lab::revoke(Word slot) {
    return invoke(cnode, Invocation::CNodeRevoke, {slot, depth});
}

bool Lab::empty(Word slot) {
    auto const other = slots();
    auto const answer = invoke(cnode, Invocation::CNodeMove, {other, depth, slot, depth}, {cnode});
    if (answer.error == Error::None) {
        invoke(cnode, Invocation::CNodeMove, {slot, depth, other, depth}, {cnode});
    }
    return answer.error == Error::FailedLookup;
}

Answer Lab::invoke(Word cptr, Invocation label, Words words, Words caps) {
    Message message{.label = std::to_underlying(label),
                    .length = words.size(),
                    .words = {},
                    .caps = caps.size()};
    std::size_t i = 0;
    for (Word const word : words) {
        (i < message.words.size() ? message.words[i] : buffer().words[i]) = word;
        ++i;
    }
    i = 0;
    for (Word const cap : caps) {
        buffer().caps_or_badges[i++] = cap;
    }
    auto const answer = call(cptr, message);
    return {.error = api::Error{answer.label()},
            .length = answer.info().length(),
            .words = {answer.word(0), answer.word(1), answer.word(2), answer.word(3)}};
}

Word Lab::frame_of(void const* page) const {
    auto const offset = reinterpret_cast<Word>(page) - image_begin;
    return boot_info_.user_image_frames.start + offset / api::page_size;
}

void Lab::prepare_tables(Word address) {
    for (;;) {
        auto const table = retype(permanent_, ObjectType::PageTable, 0, slots());
        auto const answer = invoke(table, Invocation::PageTableMap, {address, 0}, {vspace});
        if (answer.error == Error::DeleteFirst) {
            return; // all are there; this one is left over
        }
        require(answer.error == Error::None);
    }
}

Word Lab::find_ram() const {
    auto const region = boot_info_.untyped;
    for (Word i = 0; i < region.end - region.start; ++i) {
        auto const& untyped = boot_info_.untyped_list[i];
        if (untyped.is_device == 0 && untyped.size_bits > arena_bits) {
            return region.start + i;
        }
    }
    require(false);
    return null_slot;
}

} // namespace test
