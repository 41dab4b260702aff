// SPDX-License-Identifier: BSD-2-Clause
//
// Why there is no block. Misuse of blocks there are is no error but a mistake: see misuse.hpp.
#pragma once

#include <base/result.hpp>

#include <cstdint>
#include <string_view>

namespace heap {

enum class Error : std::uint8_t {
    OutOfMemory,
    InvalidSize,    // nothing, or more than an address space holds
    NotAligned,     // the alignment is no power of two, or more than an address space holds
    NotSupported,   // the page source has no such memory
    InvalidAddress, // to be resized: not a live block; the misuse was reported
};

template <typename T = void>
using Result = base::Result<T, Error>;

/// For people.
constexpr std::string_view describe(Error error) {
    switch (error) {
    case Error::OutOfMemory: return "out of memory";
    case Error::InvalidSize: return "invalid size";
    case Error::NotAligned: return "not aligned";
    case Error::NotSupported: return "not supported";
    case Error::InvalidAddress: return "invalid address";
    }
    return "unknown error";
}

} // namespace heap
