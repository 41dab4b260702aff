// SPDX-License-Identifier: BSD-2-Clause
//
// The bystander's rounds.

#include "bystander.hpp"

#include <counter.hpp>
#include <registers.hpp>

namespace fuzz {

namespace {

constexpr Word priority = 150; // above what prisoners can reach
constexpr Word budget_us = 200;
constexpr Word period_us = 1000;

std::array<Word, 512> memory;
std::array<Word, 31> registers;

void fill(Word round) {
    for (std::size_t i = 0; i < memory.size(); ++i) {
        memory[i] = round * 0x1'0001 + i;
    }
    for (std::size_t i = 0; i < registers.size(); ++i) {
        registers[i] = round + (i << 32);
    }
    registers[7] = static_cast<Word>(api::Syscall::Yield);
    set_d31(~round);
    test::set_thread_pointer(round);
}

bool unchanged(Word round) {
    bool same = get_d31() == ~round && test::thread_pointer() == round;
    for (std::size_t i = 0; i < memory.size(); ++i) {
        same = same && memory[i] == round * 0x1'0001 + i;
    }
    for (std::size_t i = 0; i < registers.size(); ++i) {
        auto const expected = i == 7 ? static_cast<Word>(api::Syscall::Yield) : round + (i << 32);
        same = same && registers[i] == expected;
    }
    return same;
}

void body(test::Worker& self) {
    for (Word round = 1;; ++round) {
        fill(round);
        trap_with_all_registers(registers.data()); // gives up the rest of its time
        if (!unchanged(round)) {
            return;
        }
        ++self.steps;
        test::send(self.notification);
    }
}

} // namespace

Bystander::Bystander(test::Lab& lab, Word turn)
    : worker_{lab, body, priority}, seen_at_{test::ticks()} {
    worker_.notification = turn;
    worker_.bind(lab.make_sched_context(budget_us, period_us));
    worker_.start();
}

bool Bystander::is_well() {
    auto const now = test::ticks();
    constexpr Word patience_ms = 4; // periods
    if (now - seen_at_ < patience_ms * test::ticks_per_ms()) {
        return worker_.finished == 0;
    }
    seen_at_ = now;
    auto const before = std::exchange(seen_, worker_.steps);
    return worker_.finished == 0 && seen_ != before;
}

} // namespace fuzz
