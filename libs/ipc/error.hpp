// SPDX-License-Identifier: BSD-2-Clause
//
// Error: what a server answers when it refuses. It is the label of the reply; 0 is success.
#pragma once

#include <api/types.hpp>
#include <base/result.hpp>

#include <string_view>

namespace ipc {

enum class Error : api::Word {
    None = 0,
    UnknownRequest = 1, // the label is of no request of this protocol
    BadMessage = 2,     // wrong length, or a field outside its range
    PermissionDenied = 3,
    InvalidAddress = 4,
    InvalidSize = 5,
    NotAligned = 6,
    AlreadyMapped = 7,
    RegionNotFound = 8,
    OutOfMemory = 9,
    QuotaExceeded = 10,
    NotFound = 11,   // no such program, process or entry
    BadProgram = 12, // the ELF file was refused; the server logs why
    Busy = 13,
    Interrupted = 14, // what was waited for is gone
};

template <typename T = void>
using Result = base::Result<T, Error>;

/// For people: "out of memory" and the like.
constexpr std::string_view describe(Error error) {
    switch (error) {
    case Error::None: return "success";
    case Error::UnknownRequest: return "unknown request";
    case Error::BadMessage: return "malformed request";
    case Error::PermissionDenied: return "permission denied";
    case Error::InvalidAddress: return "invalid address";
    case Error::InvalidSize: return "invalid size";
    case Error::NotAligned: return "not aligned";
    case Error::AlreadyMapped: return "already mapped";
    case Error::RegionNotFound: return "no such region";
    case Error::OutOfMemory: return "out of memory";
    case Error::QuotaExceeded: return "quota exceeded";
    case Error::NotFound: return "not found";
    case Error::BadProgram: return "not a valid program";
    case Error::Busy: return "busy";
    case Error::Interrupted: return "interrupted";
    }
    return "unknown error";
}

} // namespace ipc
