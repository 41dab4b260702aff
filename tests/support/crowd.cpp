// SPDX-License-Identifier: BSD-2-Clause
//
// Crowds: threads of two instructions.

#include "crowd.hpp"

#include "registers.hpp"

#include <algorithm>

namespace test {

using api::Error;
using api::Invocation;
using api::ObjectType;

namespace {

/// In rows as long as one Retype makes.
Word make_threads(Lab& lab, Word count) {
    auto const first = lab.slots(count);
    for (Word done = 0; done < count; done += api::retype_fan_out) {
        lab.retype(lab.arena(), ObjectType::Tcb, 0, first + done,
                   std::min(count - done, api::retype_fan_out));
    }
    return first;
}

} // namespace

Crowd::Crowd(Lab& lab, Word count)
    : lab_{lab}, count_{count}, first_{make_threads(lab, count)}, time_{lab.make_sched_context()} {
    for (Word thread = first_; thread < first_ + count_; ++thread) {
        require(lab.invoke(thread, Invocation::TcbConfigure, {0, 0, 0},
                           {Lab::cnode, Lab::vspace, Lab::null_slot})
                    .error == Error::None);
        require(lab.invoke(thread, Invocation::TcbSetPriority, {priority}, {Lab::tcb}).error ==
                Error::None);
    }
}

void Crowd::start(Word thread, Word endpoint) {
    constexpr Word resume = 1;
    constexpr Word up_to_x7 = 11;
    require(lab_.invoke(thread, Invocation::TcbWriteRegisters,
                        {resume, up_to_x7, reinterpret_cast<Word>(&lone_trap), 0, 0, endpoint, 0, 0,
                         0, 0, 0, 0, static_cast<Word>(api::Syscall::Send)})
                .error == Error::None);
}

void Crowd::send(Word endpoint) {
    for (Word thread = first_; thread < first_ + count_; ++thread) {
        start(thread, endpoint);
        require(lab_.invoke(time_, Invocation::SchedContextBind, {}, {thread}).error ==
                Error::None);
        require(lab_.invoke(time_, Invocation::SchedContextUnbind).error == Error::None);
    }
}

void Crowd::keep_sending(Word endpoint) {
    for (Word thread = first_; thread < first_ + count_; ++thread) {
        start(thread, endpoint);
        require(lab_.invoke(lab_.make_sched_context(), Invocation::SchedContextBind, {}, {thread})
                    .error == Error::None);
    }
}

} // namespace test
