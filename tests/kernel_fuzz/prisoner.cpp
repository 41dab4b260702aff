// SPDX-License-Identifier: BSD-2-Clause
//
// The life of a prisoner.

#include "prisoner.hpp"

#include "cage_layout.hpp"
#include "random_call.hpp"

#include <registers.hpp>
#include <trap.hpp>

namespace fuzz {

namespace {

/// Not only system calls enter the kernel. Now and then a thread touches what it has not, or does
/// what it may not; and it leaves something in its floating-point registers.
void misbehave(Random& random) {
    auto const page = playground + random.below(16) * api::page_size;
    switch (random.below(512)) {
    case 0: *reinterpret_cast<Word volatile*>(page) = random.next(); break;
    case 1: (void)*reinterpret_cast<Word volatile*>(random.next()); break;
    case 2: asm volatile("msr vbar_el1, xzr"); break;
    case 3: reinterpret_cast<void (*)()>(page)(); break;
    case 4: asm volatile("brk #1"); break;
    default: set_d31(random.next());
    }
}

} // namespace

void run_prisoner(Word index) {
    auto& state = *reinterpret_cast<PrisonerState*>(own_page(index));
    auto& buffer = *reinterpret_cast<api::IpcBuffer*>(buffer_page(index));
    for (;;) {
        Random random{state.random};
        auto const call = random_call(random, buffer);
        // First of all what comes next is noted: there may be no way back from here.
        state.random = random.next() | 1;
        ++state.calls;
        misbehave(random);
        auto const place = PrisonerState::place_of(call.registers.label());
        auto const answer = test::trap(call.number, call.registers);
        if (call.number == api::Syscall::Call && answer.label() == 0 &&
            place < PrisonerState::labels) {
            ++state.succeeded[place];
        }
    }
}

} // namespace fuzz
