// SPDX-License-Identifier: BSD-2-Clause
//
// Workers. Their stacks and buffers are pages of this program, used again by each test.

#include "worker.hpp"

#include <api/registers.hpp>

namespace test {

using api::Error;
using api::Invocation;

namespace {

constexpr std::size_t stack_size = 16 * 1024;

struct alignas(api::page_size) Place {
    std::array<std::byte, stack_size> stack;
    alignas(api::page_size) std::array<std::byte, api::page_size> buffer_page;
};

std::array<Place, Worker::most> places;
std::size_t next_place = 0;

Place& take_place() {
    next_place = next_place + 1 < places.size() ? next_place + 1 : 0;
    return places[next_place];
}

} // namespace

Worker::Worker(Lab& lab, Body body, Word priority, Word vspace)
    : lab_{lab}, body_{body}, tcb_{lab.make(api::ObjectType::Tcb)} {
    auto& place = take_place();
    buffer_ = reinterpret_cast<api::IpcBuffer*>(place.buffer_page.data());
    *buffer_ = {};
    require(lab.invoke(tcb_, Invocation::TcbConfigure, {0, 0, reinterpret_cast<Word>(buffer_)},
                       {Lab::cnode, vspace, lab.frame_of(buffer_)})
                .error == Error::None);
    require(lab.invoke(tcb_, Invocation::TcbSetPriority, {priority}, {Lab::tcb}).error ==
            Error::None);
    auto const stack_top = reinterpret_cast<Word>(place.stack.data() + place.stack.size());
    constexpr Word up_to_x0 = 4;
    require(lab.invoke(tcb_, Invocation::TcbWriteRegisters,
                       {0, up_to_x0, reinterpret_cast<Word>(&run), stack_top, 0,
                        reinterpret_cast<Word>(this)})
                .error == Error::None);
}

void Worker::run(Worker* self) {
    self->body_(*self);
    self->finished = 1;
    for (;;) {
        call(self->tcb_, {.label = std::to_underlying(Invocation::TcbSuspend)});
    }
}

void Worker::bind(Word sched_context) {
    sched_context_ = sched_context;
    require(lab_.invoke(sched_context, Invocation::SchedContextBind, {}, {tcb_}).error ==
            Error::None);
}

void Worker::take_time() {
    require(lab_.invoke(sched_context_, Invocation::SchedContextUnbind).error == Error::None);
}

void Worker::start() {
    if (sched_context_ == 0) {
        bind(lab_.make_sched_context());
    }
    start_without_time();
}

void Worker::start_without_time() {
    require(lab_.invoke(tcb_, Invocation::TcbResume).error == Error::None);
}

void Worker::set_fault_handler(Word handler) {
    require(lab_.invoke(tcb_, Invocation::TcbSetSpace, {0, 0}, {handler, Lab::cnode, Lab::vspace})
                .error == Error::None);
}

Word Worker::read_register(std::size_t index) {
    auto const answer = lab_.invoke(tcb_, Invocation::TcbReadRegisters, {0, index + 1});
    require(answer.error == Error::None);
    return index < answer.words.size() ? answer.words[index] : lab_.buffer().words[index];
}

} // namespace test
