// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel answers when it refuses an invocation.
#pragma once

#include <api/error.hpp>
#include <base/result.hpp>
#include <sys/syscall.hpp>

#include <string_view>

namespace sys {

struct Error {
    api::Error code{api::Error::None};
    RegisterWords words{}; // what they mean depends on the code: see api/error.hpp

    friend constexpr bool operator==(Error const& error, api::Error expected) {
        return error.code == expected;
    }
};

template <typename T = void>
using Result = base::Result<T, Error>;

/// For people.
constexpr std::string_view describe(api::Error code) {
    switch (code) {
    case api::Error::None: return "success";
    case api::Error::InvalidArgument: return "invalid argument";
    case api::Error::InvalidCapability: return "invalid capability";
    case api::Error::IllegalOperation: return "illegal operation";
    case api::Error::RangeError: return "argument out of range";
    case api::Error::AlignmentError: return "not aligned";
    case api::Error::FailedLookup: return "no such slot or table";
    case api::Error::TruncatedMessage: return "too few arguments";
    case api::Error::DeleteFirst: return "slot in use";
    case api::Error::RevokeFirst: return "has children";
    case api::Error::NotEnoughMemory: return "not enough memory";
    }
    return "unknown error";
}

} // namespace sys
