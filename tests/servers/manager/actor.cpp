// SPDX-License-Identifier: BSD-2-Clause
//
// Actor: its kernel objects come from memory that the pager lends, as those of processes do.

#include "actor.hpp"

#include <init/own_capabilities.hpp>
#include <ipc/environment.hpp>

namespace test {

namespace {

namespace environment = ipc::environment;

constexpr api::Rights client_rights = api::Rights::Write | api::Rights::GrantReply;

} // namespace

Actor::Actor(Workshop& shop, Space& space, Word stack_top, Turns const& turns, Location where)
    : shop_{shop}, space_{space}, stack_top_{stack_top}, number_{shop.add(*this)},
      memory_{shop.take_slot()}, thread_{shop.take_slot()}, cnode_{shop.take_slot()},
      context_{shop.take_slot()} {
    memory_id_ =
        must(shop_.manage(pager::TakeUntyped{.size_bits = api::page_bits}, memory_), where).id;
    make_objects();
    connect();
    schedule(turns);
    restart();
}

Actor::~Actor() {
    suspend();
    shop_.remove(*this);
    must_do(shop_.slot(memory_).revoke());
    for (auto const slot : {memory_, thread_, cnode_, context_}) {
        shop_.give_slot(slot);
    }
    must(shop_.manage(pager::ReturnUntyped{.id = memory_id_}));
}

void Actor::make_objects() {
    auto const make = [&](api::ObjectType type, unsigned bits, api::CPtr to) {
        auto const& cspace = shop_.parts().factory.cspace();
        must_do(sys::Untyped{memory_}.retype(type, bits, cspace.range(to)));
    };
    make(api::ObjectType::Tcb, 0, thread_);
    make(api::ObjectType::CNode, environment::cnode_bits, cnode_);
    make(api::ObjectType::SchedContext, api::min_sched_context_bits, context_);
}

void Actor::connect() {
    auto const& connections = shop_.parts().connections;
    auto const give = [&](Word index, sys::Endpoint endpoint, Word badge) {
        must_do(sys::CNode{cnode_}
                    .slot(index, environment::cnode_bits)
                    .mint_from(shop_.slot(endpoint.cptr()), client_rights, badge));
    };
    give(environment::slot::init, connections.init, number_);
    give(environment::slot::pager, connections.pager,
         pager::Caller::Space::set(Word{0}, space_.number()));
    auto const guard = sys::guard_word(0, api::word_bits - environment::cnode_bits);
    sys::Tcb const thread{thread_};
    must_do(thread.set_space(
        {.cspace = sys::CNode{cnode_}, .cspace_guard = guard, .vspace = space_.vspace()}, {}));
    thread.set_name("actor");
}

void Actor::schedule(Turns const& turns) {
    sys::SchedContext const context{context_};
    must_do(shop_.parts().connections.sched_control.configure(
        context, {.budget = turns.budget_us, .period = turns.period_us}));
    auto const badge = pager::Caller::Space::set(Word{0}, space_.number());
    auto const handler = shop_.pager_as(pager::Caller::IsFault::set(badge, true));
    must_do(sys::Tcb{thread_}.set_scheduling(
        init::own::thread,
        {.priority = turns.priority, .context = context, .fault_handler = handler}));
    shop_.give_slot(handler.cptr());
}

void Actor::restart() {
    suspend();
    space_.report.reset();
    api::UserRegisters registers{};
    registers.pc = space_.entry();
    registers.sp = stack_top_;
    must_do(sys::Tcb{thread_}.write_registers(registers, true));
}

void Actor::suspend() {
    must_do(sys::Tcb{thread_}.suspend());
    if (caller_ != nullptr) {
        shop_.forget(*caller_);
        caller_ = nullptr;
    }
}

void Actor::is_ready(ipc::ReplyObject& caller, Word result) {
    caller_ = &caller;
    result_ = result;
}

void Actor::begin(Command const& command) {
    while (caller_ == nullptr && !space_.report) {
        shop_.listen();
    }
    if (caller_ != nullptr) {
        shop_.answer(*caller_, command);
        caller_ = nullptr;
    }
}

Outcome Actor::wait() {
    while (caller_ == nullptr && !space_.report) {
        shop_.listen();
    }
    return {.report = space_.report, .result = result_};
}

Outcome Actor::perform(Command const& command) {
    begin(command);
    return wait();
}

Word done(Outcome const& outcome, Location where) {
    if (outcome.report) {
        expect(false, where);
        print("#   stopped at ", base::Hex{outcome.report->address}, ", reason ",
              static_cast<Word>(outcome.report->reason));
    }
    return outcome.result;
}

void stopped(Outcome const& outcome, pager::StopReason reason, Word address, Location where) {
    auto const report = outcome.report.value_or(pager::TakeReport::Reply{});
    expect_equal(static_cast<Word>(report.reason), static_cast<Word>(reason), where);
    expect_equal(report.address, address, where);
}

} // namespace test
