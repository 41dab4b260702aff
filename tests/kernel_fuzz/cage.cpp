// SPDX-License-Identifier: BSD-2-Clause
//
// Building the cage, and restarting who is in it.

#include "cage.hpp"

#include "prisoner.hpp"
#include <api/registers.hpp>

#include <utility>

/// Set by the linker: what lies before is code and constants.
extern char const constants_end[] asm("__init_array_end");

namespace fuzz {

namespace {

using api::Invocation;
using api::ObjectType;
using api::Rights;
using test::Lab;
using test::require;

constexpr Word writable_data = api::page_cacheable | api::page_execute_never;
constexpr Word software_irq = 7;
constexpr Word slice_us = 5000;

/// Makes all 64 bits of a capability pointer the number of a slot.
constexpr Word guard = api::word_bits - cnode_radix;
constexpr Word inner_guard = api::word_bits - inner_radix;

/// Where the supervisor sees a prisoner's page.
constexpr Word view(Word prisoner) {
    return Lab::window + prisoner * api::page_size;
}

PrisonerState& state_of(Word prisoner) {
    return *reinterpret_cast<PrisonerState*>(view(prisoner));
}

void must(test::Answer const& answer) {
    require(answer.error == api::Error::None);
}

} // namespace

Cage::Cage(Lab& lab, Word seed)
    : lab_{lab}, large_frame_{lab.make(ObjectType::LargePage)},
      cnode_{lab.make(ObjectType::CNode, cnode_radix)}, space_{lab.make(ObjectType::VSpace)},
      faults_{lab.make_endpoint()} {
    make_space();
    show_image();
    for (Word i = 0; i < prisoners; ++i) {
        make_prisoner(prisoners_[i], i, seed + i);
    }
    give_everything();
}

void Cage::make_space() {
    must(lab_.invoke(api::initial_slot::asid_pool, Invocation::AsidPoolAssign, {}, {space_}));
    // Levels 1 to 3 for the image, then what is missing for their pages: level 3.
    for (Word const address : {Lab::image_begin, Lab::image_begin, Lab::image_begin, own_page(0)}) {
        page_table_ = lab_.make(ObjectType::PageTable);
        must(lab_.invoke(page_table_, Invocation::PageTableMap, {address, 0}, {space_}));
    }
}

void Cage::map(Word frame, Word address, Rights rights, Word attributes) {
    must(lab_.invoke(frame, Invocation::PageMap, {address, rights.bits(), attributes}, {space_}));
}

void Cage::show_image() {
    auto const end = reinterpret_cast<Word>(constants_end);
    for (auto page = Lab::image_begin; page < end; page += api::page_size) {
        auto const frame = lab_.copy(lab_.frame_of(reinterpret_cast<void const*>(page)));
        map(frame, page, Rights::Read, api::page_cacheable);
    }
}

void Cage::make_prisoner(Prisoner& prisoner, Word index, Word seed) {
    prisoner = {.tcb = lab_.make(ObjectType::Tcb),
                .sched_context = lab_.make(ObjectType::SchedContext, 8),
                .page = lab_.make(ObjectType::SmallPage),
                .buffer = lab_.make(ObjectType::SmallPage)};
    map(prisoner.page, own_page(index), Rights::ReadWrite, writable_data);
    map(prisoner.buffer, buffer_page(index), Rights::ReadWrite, writable_data);
    must(lab_.invoke(lab_.copy(prisoner.page), Invocation::PageMap,
                     {view(index), Rights::ReadWrite.bits(), writable_data}, {Lab::vspace}));
    state_of(index).random = seed | 1;
    state_of(index).calls = 0;
}

// ---- capabilities for the prisoners ------------------------------------------------------------

void Cage::give(Word slot, Word source) {
    must(lab_.invoke(cnode_, Invocation::CNodeCopy,
                     {slot, cnode_radix, source, Lab::depth, Rights::All.bits()}, {Lab::cnode}));
}

void Cage::give_away(Word slot, Word source) {
    must(lab_.invoke(cnode_, Invocation::CNodeMove, {slot, cnode_radix, source, Lab::depth},
                     {Lab::cnode}));
}

void Cage::give_minted(Word slot, Word source, Word data) {
    must(lab_.invoke(cnode_, Invocation::CNodeMint,
                     {slot, cnode_radix, source, Lab::depth, Rights::All.bits(), data},
                     {Lab::cnode}));
}

void Cage::give_everything() {
    give_minted(slots_of(Kind::CNode).first, cnode_, guard);
    give_minted(slots_of(Kind::CNode).first + 1, lab_.make(ObjectType::CNode, inner_radix),
                inner_guard);
    for (Word i = 0; i < prisoners; ++i) {
        give(slots_of(Kind::Tcb).first + i, prisoners_[i].tcb);
        give(slots_of(Kind::SchedContext).first + i, prisoners_[i].sched_context);
    }
    give_memory();
    give_ipc_objects();
    give_controls();
}

void Cage::give_memory() {
    give(slots_of(Kind::VSpace).first, space_);
    give_away(slots_of(Kind::VSpace).first + 1, lab_.make(ObjectType::VSpace));
    auto frame = slots_of(Kind::Frame).first;
    give(frame++, large_frame_);
    give(frame++, lab_.make(ObjectType::SmallPage));
    give_away(frame++, lab_.make(ObjectType::SmallPage));
    for (auto const& prisoner : prisoners_) {
        give(frame++, prisoner.page);
        give(frame++, prisoner.buffer);
    }
    auto const table = slots_of(Kind::PageTable).first;
    give(table, page_table_);
    give_away(table + 1, lab_.make(ObjectType::PageTable));
    give_away(table + 2, lab_.make(ObjectType::PageTable));
    auto const untyped = slots_of(Kind::Untyped).first;
    give_away(untyped, lab_.make(ObjectType::Untyped, 16));
    give_away(untyped + 1, lab_.make(ObjectType::Untyped, 12));
}

void Cage::give_ipc_objects() {
    auto const endpoint = lab_.make_endpoint();
    auto const notification = lab_.make_notification();
    auto const first_endpoint = slots_of(Kind::Endpoint).first;
    give(first_endpoint, endpoint);
    give_minted(first_endpoint + 1, endpoint, 1);
    give(first_endpoint + 2, lab_.make_endpoint());
    auto const first_notification = slots_of(Kind::Notification).first;
    give(first_notification, notification);
    give_minted(first_notification + 1, notification, 1);
    give(first_notification + 2, lab_.make_notification());
    give(slots_of(Kind::Reply).first, lab_.make_reply());
    give(slots_of(Kind::Reply).first + 1, lab_.make_reply());
}

void Cage::give_controls() {
    must(lab_.invoke(api::initial_slot::asid_control, Invocation::AsidControlMakePool,
                     {slots_of(Kind::AsidPool).first, cnode_radix},
                     {lab_.make(ObjectType::Untyped, api::asid_pool_bits), cnode_}));
    must(lab_.invoke(api::initial_slot::irq_control, Invocation::IrqIssueHandler,
                     {software_irq, slots_of(Kind::IrqHandler).first, cnode_radix}, {cnode_}));
    must(lab_.invoke(api::initial_slot::irq_control, Invocation::IrqIssueSgiSignal,
                     {software_irq, 0, slots_of(Kind::SgiSignal).first, cnode_radix}, {cnode_}));
    give(slots_of(Kind::SchedControl).first, lab_.boot_info().sched_control.start);
    give(slots_of(Kind::AsidControl).first, api::initial_slot::asid_control);
    give(slots_of(Kind::Domain).first, api::initial_slot::domain);
}

// ---- while they are in it ----------------------------------------------------------------------

void Cage::restart(Word index) {
    // Any of this may be refused in the state that they have brought about.
    auto const& [tcb, context, page, buffer] = prisoners_[index];
    lab_.invoke(tcb, Invocation::TcbSuspend);
    lab_.invoke(tcb, Invocation::TcbSetSchedParams, {highest_priority, 50 + index % 2},
                {Lab::tcb, Lab::null_slot, faults_});
    lab_.invoke(tcb, Invocation::TcbConfigure, {guard, 0, buffer_page(index)},
                {cnode_, space_, buffer});
    lab_.invoke(tcb, Invocation::TcbSetFlags, {api::tcb_flag_fpu_disabled, 0});
    for (auto const& [frame, address] :
         {std::pair{page, own_page(index)}, std::pair{buffer, buffer_page(index)}}) {
        lab_.invoke(frame, Invocation::PageMap, {address, Rights::ReadWrite.bits(), writable_data},
                    {space_});
    }
    lab_.invoke(context, Invocation::SchedContextUnbind);
    lab_.invoke(context, Invocation::SchedContextBind, {}, {tcb});
    resume(index);
}

void Cage::resume(Word index) {
    constexpr Word resume_too = 1;
    constexpr Word up_to_x0 = 4;
    // With the least budget there is it could compute, but not enter the kernel.
    lab_.configure(prisoners_[index].sched_context, slice_us, slice_us);
    lab_.invoke(prisoners_[index].tcb, Invocation::TcbWriteRegisters,
                {resume_too, up_to_x0, reinterpret_cast<Word>(&run_prisoner),
                 own_page(index) + api::page_size, 0, index});
}

Word Cage::calls(Word prisoner) const {
    return state_of(prisoner).calls;
}

bool Cage::has_succeeded(Word prisoner, Word place) const {
    return state_of(prisoner).succeeded[place] != 0;
}

} // namespace fuzz
