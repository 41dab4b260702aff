// SPDX-License-Identifier: BSD-2-Clause
//
// Random system calls. Words without any sense are refused by the first check and reach nothing
// else; so most calls are drawn from a table of what makes sense, and then spoiled here and there.
#pragma once

#include "random.hpp"
#include <api/message.hpp>
#include <api/syscall.hpp>

#include <trap.hpp>

namespace fuzz {

struct RandomCall {
    api::Syscall number;
    test::Registers registers;
};

/// Also fills the part of the IPC buffer that matters.
RandomCall random_call(Random& random, api::IpcBuffer& buffer);

} // namespace fuzz
