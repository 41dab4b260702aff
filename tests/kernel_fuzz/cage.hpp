// SPDX-License-Identifier: BSD-2-Clause
//
// Cage: an address space and a CSpace with the prisoners in it. The supervisor keeps the first
// capability to everything, so that it can restart a prisoner whatever that has done to itself.
#pragma once

#include "cage_layout.hpp"

#include <lab.hpp>

namespace fuzz {

class Cage {
public:
    /// Everything is made in the lab, and is gone when the lab is cleared.
    Cage(test::Lab& lab, Word seed);

    /// Lets it begin anew, if nothing but itself stops it.
    void resume(Word prisoner);

    /// Puts right what it needs to run, as far as that is possible, and lets it begin anew.
    void restart(Word prisoner);

    /// So many calls it says it has made.
    [[nodiscard]] Word calls(Word prisoner) const;
    [[nodiscard]] bool has_succeeded(Word prisoner, Word place) const;

    static constexpr Word highest_priority = 60; // that a prisoner may give itself or others

private:
    struct Prisoner {
        Word tcb;
        Word sched_context;
        Word page;
        Word buffer;
    };

    void make_space();
    void show_image();
    void make_prisoner(Prisoner& prisoner, Word index, Word seed);
    void give_everything();

    void map(Word frame, Word address, api::Rights rights, Word attributes);
    /// The next slot of that kind gets a copy, or the capability itself, or a copy with a badge.
    void give(Word slot, Word source);
    void give_away(Word slot, Word source);
    void give_minted(Word slot, Word source, Word data);
    void give_memory();
    void give_ipc_objects();
    void give_controls();

    test::Lab& lab_;
    Word large_frame_;
    Word cnode_;
    Word space_;
    Word page_table_{0}; // of their own pages
    Word faults_;
    std::array<Prisoner, prisoners> prisoners_{};
};

} // namespace fuzz
