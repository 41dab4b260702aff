// SPDX-License-Identifier: BSD-2-Clause
//
// Crowd: many threads that only send, again and again. They have no memory of their own.
#pragma once

#include "lab.hpp"

namespace test {

class Crowd {
public:
    static constexpr Word priority = 120; // between the tests and workers

    Crowd(Lab& lab, Word count);

    /// Each in turn: lets it send to `endpoint` until it waits. Then it has no time any more.
    void send(Word endpoint);

    /// From now on each has time of its own, and sends again as soon as it does not wait.
    void keep_sending(Word endpoint);

    [[nodiscard]] Word size() const { return count_; }

private:
    void start(Word thread, Word endpoint);

    Lab& lab_;
    Word count_;
    Word first_; // thread: slots in a row
    Word time_;
};

} // namespace test
