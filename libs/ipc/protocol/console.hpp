// SPDX-License-Identifier: BSD-2-Clause
//
// The console protocol: what a client may ask of the UART server. The badge is the client's
// process number, so that output of several clients never mixes inside a line.
#pragma once

#include <ipc/message.hpp>

namespace ipc::console {

inline constexpr std::size_t max_text = 952;

/// Print text. Answered when the text has been taken over; a slow line makes the caller wait.
struct Write : Text<max_text> {
    static constexpr api::Word label = 1;

    struct Reply {};
};

/// Wait for input and take what is there. Errors: Busy, if another client is reading already.
struct Read {
    static constexpr api::Word label = 2;

    struct Reply {
        api::Word lost; // bytes of input dropped since the last Read, because nobody took them
        Text<max_text - 8> text;

        [[nodiscard]] std::size_t wire_size() const { return sizeof(lost) + text.wire_size(); }
    };

    api::Word max; // at most so many bytes; 0 means as many as fit
};

/// A process is gone: drop what it still waits for. Errors: PermissionDenied (only init may).
struct Forget {
    static constexpr api::Word label = 3;

    struct Reply {};

    api::Word pid;
};

} // namespace ipc::console
