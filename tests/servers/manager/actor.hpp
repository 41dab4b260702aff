// SPDX-License-Identifier: BSD-2-Clause
//
// Actor: a thread in a space, which does what it is told (program.cpp).
#pragma once

#include "space.hpp"

namespace test {

/// What came of a command: a result, or a report.
struct Outcome {
    std::optional<pager::TakeReport::Reply> report;
    Word result{0};
};

/// When a thread runs. Below this program, as all programs are below init.
struct Turns {
    Word priority{100};
    Word budget_us{5000};
    Word period_us{5000};
};

class Actor {
public:
    /// Runs at once, on a stack that is there already.
    Actor(Workshop& shop, Space& space, Word stack_top = Space::stack_top, Turns const& turns = {},
          Location where = Location::current());
    Actor(Actor const&) = delete;
    Actor& operator=(Actor const&) = delete;
    ~Actor();

    Outcome perform(Command const& command);

    /// As perform(), but goes on here at once.
    void begin(Command const& command);

    /// Until it has done what it was told, or was stopped.
    Outcome wait();

    /// Wherever it is, it begins anew.
    void restart();

    void suspend();

    [[nodiscard]] api::CPtr thread() const { return thread_; }
    [[nodiscard]] Space& space() const { return space_; }
    void is_ready(ipc::ReplyObject& caller, Word result);

private:
    void make_objects();
    void connect();
    void schedule(Turns const& turns);
    void forget_caller();

    Workshop& shop_;
    Space& space_;
    Word stack_top_;
    Word number_;
    Word memory_id_{0};
    api::CPtr memory_, thread_, cnode_, context_;
    ipc::ReplyObject* caller_{nullptr}; // it waits for a command
    Word result_{0};
};

// Short for what tests say most.
[[nodiscard]] constexpr Command read_at(Word address) {
    return {.act = Act::Read, .address = address, .size = 0, .value = 0};
}

[[nodiscard]] constexpr Command register_at(Word address) {
    return {.act = Act::Register, .address = address, .size = 0, .value = 0};
}

[[nodiscard]] constexpr Command write_at(Word address, Word value = 1) {
    return {.act = Act::Write, .address = address, .size = 0, .value = value};
}

[[nodiscard]] constexpr Command execute_at(Word address) {
    return {.act = Act::Execute, .address = address, .size = 0, .value = 0};
}

[[nodiscard]] constexpr Command fill_from(Word address, Word size, Word seed) {
    return {.act = Act::Fill, .address = address, .size = size, .value = seed};
}

[[nodiscard]] constexpr Command sum_from(Word address, Word size) {
    return {.act = Act::Sum, .address = address, .size = size, .value = 0};
}

/// That it does it without being stopped.
Word done(Outcome const& outcome, Location where = Location::current());

/// That it is stopped for this reason.
void stopped(Outcome const& outcome, pager::StopReason reason, Word address,
             Location where = Location::current());

} // namespace test
