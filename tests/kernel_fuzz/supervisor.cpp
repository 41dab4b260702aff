// SPDX-License-Identifier: BSD-2-Clause
//
// The supervisor's rounds.

#include "supervisor.hpp"

#include "bystander.hpp"
#include "cage.hpp"

#include <algorithm>

namespace fuzz {

namespace {

using api::Invocation;
using api::ObjectType;
using test::Lab;

constexpr Word priority = 200; // above everybody
constexpr Word calls_per_life = 4000;
constexpr Word lowest_priority = 1;
constexpr unsigned patience = 3; // rounds in which nobody moves

std::array<Word, 4096> canary;

constexpr Word canary_word(std::size_t index) {
    return 0xca11'ab1e'0000'0000 + index;
}

/// Runs when nobody else can: then it is the supervisor's turn.
void be_last(test::Worker& self) {
    for (;;) {
        test::send(self.notification);
    }
}

/// What a prisoner says it has done, against what it said before.
class Progress {
public:
    /// Calls since the last look; what cannot be (its page was overwritten) is nothing.
    Word look(Word calls) {
        auto const before = std::exchange(seen_, calls);
        constexpr Word plausible = 100'000;
        bool const moved = calls > before && calls - before < plausible;
        idle_ = moved ? 0 : idle_ + 1;
        return moved ? calls - before : 0;
    }

    /// In so many rounds it has not moved.
    [[nodiscard]] unsigned idle() const { return idle_; }

private:
    Word seen_{0};
    unsigned idle_{0};
};

} // namespace

Supervisor::Supervisor(Lab& lab) : lab_{lab} {
    for (std::size_t i = 0; i < canary.size(); ++i) {
        canary[i] = canary_word(i);
    }
    test::require(lab.invoke(Lab::tcb, Invocation::TcbSetPriority, {priority}, {Lab::tcb}).error ==
                  api::Error::None);
}

Supervisor::Outcome Supervisor::run(Word seed, Word calls) {
    Outcome all;
    Random random{seed};
    while (all.calls < calls && all.harm.empty()) {
        auto const life = live(random.next());
        all.calls += life.calls;
        all.lives += 1;
        lab_.clear();
        all.harm = life.harm.empty() ? find_leak() : life.harm;
    }
    return all;
}

Supervisor::Outcome Supervisor::live(Word seed) {
    Outcome outcome;
    Cage cage{lab_, seed};
    auto const turn = lab_.make_notification();
    test::Worker last{lab_, be_last, lowest_priority};
    last.notification = turn;
    last.start();
    Bystander bystander{lab_, turn};
    std::array<Progress, prisoners> progress;
    auto const untouched = lab_.make_notification();
    for (Word i = 0; i < prisoners; ++i) {
        cage.restart(i);
    }
    auto const given_up = [](Progress const& prisoner) { return prisoner.idle() > patience; };
    while (outcome.calls < calls_per_life && outcome.harm.empty() &&
           !std::ranges::all_of(progress, given_up)) {
        test::wait(turn);
        for (Word i = 0; i < prisoners; ++i) {
            outcome.calls += progress[i].look(cage.calls(i));
            if (progress[i].idle() == 1) {
                cage.resume(i);
            } else if (progress[i].idle() > 1) {
                cage.restart(i);
            }
        }
        outcome.harm = !bystander.is_well()                    ? "the bystander was disturbed"
                       : test::nb_wait(untouched).badge() != 0 ? "a signal came from nowhere"
                                                               : find_harm_outside();
    }
    for (Word place = 0; place < reached_.size(); ++place) {
        for (Word i = 0; i < prisoners; ++i) {
            reached_[place] = reached_[place] || cage.has_succeeded(i, place);
        }
    }
    return outcome;
}

std::string_view Supervisor::find_harm_outside() {
    for (std::size_t i = 0; i < canary.size(); ++i) {
        if (canary[i] != canary_word(i)) {
            return "memory of the supervisor has changed";
        }
    }
    return "";
}

/// When all is revoked all of the memory is free again.
std::string_view Supervisor::find_leak() {
    auto const answer = lab_.invoke(
        lab_.arena(), Invocation::UntypedRetype,
        {std::to_underlying(ObjectType::Untyped), Lab::arena_bits, 0, 0, lab_.slots(), 1},
        {Lab::cnode});
    lab_.clear();
    return answer.error == api::Error::None ? "" : "something of the cage was left over";
}

} // namespace fuzz
