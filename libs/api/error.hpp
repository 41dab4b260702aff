// SPDX-License-Identifier: BSD-2-Clause
//
// Error: the label of a reply to a failed invocation; 0 is success.
#pragma once

#include <api/types.hpp>

namespace api {

enum class Error : Word {
    None = 0,
    InvalidArgument = 1,   // MR0: index of the argument
    InvalidCapability = 2, // MR0: index of the capability, 0 = the invoked one
    IllegalOperation = 3,
    RangeError = 4, // MR0: smallest, MR1: largest accepted value
    AlignmentError = 5,
    FailedLookup = 6, // MR0: 1 if the source lookup failed; MR1...: the LookupFailure
    TruncatedMessage = 7,
    DeleteFirst = 8,
    RevokeFirst = 9,
    NotEnoughMemory = 10, // MR0: bytes available
};

/// Why a capability pointer did not lead to a slot. The words that follow it in a message:
/// MissingCapability: bits left; DepthMismatch: bits left, bits found;
/// GuardMismatch: bits left, guard found, bits found.
enum class LookupFailure : Word {
    None = 0,
    InvalidRoot = 1,
    MissingCapability = 2,
    DepthMismatch = 3,
    GuardMismatch = 4,
};

} // namespace api
