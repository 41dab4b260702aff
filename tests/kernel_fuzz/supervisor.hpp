// SPDX-License-Identifier: BSD-2-Clause
//
// Supervisor: builds a cage, restarts who is stuck in it, tears it down when nobody moves any more,
// and looks all the time whether anybody outside has come to harm.
#pragma once

#include "operations.hpp"
#include "random.hpp"

#include <lab.hpp>
#include <string_view>

namespace fuzz {

class Supervisor {
public:
    explicit Supervisor(test::Lab& lab);

    struct Outcome {
        Word calls{0};
        Word lives{0};         // cages that were built
        std::string_view harm; // empty: none
    };

    /// Some prisoner has once succeeded with this.
    [[nodiscard]] bool reached(api::Invocation label) const {
        return reached_[PrisonerState::place_of(std::to_underlying(label))];
    }

    /// At least so many calls by prisoners whose randomness comes from `seed`.
    Outcome run(Word seed, Word calls);

private:
    Outcome live(Word seed);
    [[nodiscard]] std::string_view find_harm_outside();
    [[nodiscard]] std::string_view find_leak();

    test::Lab& lab_;
    std::array<bool, PrisonerState::labels> reached_{};
};

} // namespace fuzz
