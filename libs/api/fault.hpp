// SPDX-License-Identifier: BSD-2-Clause
//
// Fault messages: the label says which fault, the words say what happened.
#pragma once

#include <api/types.hpp>

#include <cstddef>

namespace api {

enum class Fault : Word {
    None = 0,
    CapFault = 1,
    UnknownSyscall = 2,
    UserException = 3,
    DebugException = 4,
    Timeout = 5,
    VmFault = 6,
};

/// Message words of each fault, in order.
namespace vm_fault {
inline constexpr std::size_t ip = 0, address = 1, is_prefetch = 2, syndrome = 3, length = 4;
}
namespace cap_fault {
inline constexpr std::size_t ip = 0, cptr = 1, in_receive_phase = 2, lookup_failure = 3;
}
namespace unknown_syscall {
inline constexpr std::size_t x0 = 0, fault_ip = 8, sp = 9, next_ip = 10, spsr = 11, number = 12,
                             length = 13, reply_length = 12;
}
namespace user_exception {
inline constexpr std::size_t fault_ip = 0, sp = 1, spsr = 2, number = 3, code = 4, length = 5,
                             reply_length = 3;
}
namespace timeout {
inline constexpr std::size_t badge = 0, consumed = 1, length = 2, reply_length = 34;
}

} // namespace api
