// SPDX-License-Identifier: BSD-2-Clause
//
// What the root task has the threads of the spaces do that it makes. It fits into registers: such
// a thread needs no IPC buffer.
#pragma once

#include <ipc/message.hpp>

namespace test {

enum class Act : api::Word {
    Nothing = 0,
    Read = 1,      // the result is the word at `address`
    Write = 2,     // `value` there
    Execute = 3,   // jump there; what is there comes back
    Fill = 4,      // `size` bytes from `address` on, with the pattern of seed `value`
    Sum = 5,       // of these
    Hammer = 6,    // write to `address` for ever
    Flood = 7,     // ask the pager for ever: maps and unmaps
    Touch = 8,     // write a word to each page of `size` bytes
    Syscall = 9,   // make a system call that does not exist
    Receive = 10,  // wait at a capability that does not exist
    Register = 11, // read 32 bits, as devices have them
};

/// Done, and what now?
struct Ready {
    static constexpr api::Word label = 100;

    struct Reply {
        Act act;
        api::Word address;
        api::Word size;
        api::Word value;
    };

    api::Word result;
};

using Command = Ready::Reply;

} // namespace test
