// SPDX-License-Identifier: BSD-2-Clause
//
// Bystander: a thread beside the cage. Its objects lie among those of the prisoners, its time comes
// between theirs, and it keeps looking whether its registers and memory are as it left them.
#pragma once

#include <worker.hpp>

namespace fuzz {

using api::Word;

class Bystander {
public:
    /// It signals `turn` from time to time.
    Bystander(test::Lab& lab, Word turn);

    /// It has run when it should have, and never found anything wrong.
    [[nodiscard]] bool is_well();

private:
    test::Worker worker_;
    Word seen_{0};
    Word seen_at_{0}; // ticks
};

} // namespace fuzz
