// SPDX-License-Identifier: BSD-2-Clause
//
// The console protocol: what a client may ask of the UART server. The badge is the client's
// process number, so that output of several clients never mixes inside a line.
#pragma once

#include <ipc/message.hpp>

namespace ipc::console {

inline constexpr std::size_t max_text = 952;

/// Print text. Answered when the text has been taken over. Lines of several clients never mix: half
/// a line is kept until it is whole, until its client reads, or until it has ended. When the line
/// is slow the caller waits, with an empty hand: Busy says that now is the time to send it again.
struct Write : Text<max_text> {
    static constexpr api::Word label = 1;

    struct Reply {};
};

/// Wait for input and take what is there. Errors: Busy, if another client is reading already.
struct Read {
    static constexpr api::Word label = 2;

    struct Reply {
        api::Word lost; // bytes dropped in front of this text, because nobody took them in time
        Text<max_text - 8> text;

        [[nodiscard]] std::size_t wire_size() const { return sizeof(lost) + text.wire_size(); }
    };

    api::Word max; // at most so many bytes; 0 means as many as fit
};

/// Was ctrl-C pressed while nobody read, and is it still there to be read? Takes it out of the
/// input, from which it has driven whatever was typed before it. A command that takes long asks
/// this, to be stopped.
struct TakeInterrupt {
    static constexpr api::Word label = 4;

    struct Reply {
        api::Word pressed; // 1: yes
    };
};

/// A process is gone: drop what it still waits for. Errors: PermissionDenied (only init may).
struct Forget {
    static constexpr api::Word label = 3;

    struct Reply {};

    api::Word pid;
};

/// Any amount of text, in as many messages as it takes, each as often as it takes.
Result<> write(auto&& endpoint, std::string_view text) {
    while (!text.empty()) {
        auto const part = text.substr(0, max_text);
        auto const result = call(endpoint, Write{Text<max_text>::of(part)});
        if (result) {
            text.remove_prefix(part.size());
        } else if (result.error() != Error::Busy) {
            return base::fail(result.error());
        }
    }
    return {};
}

} // namespace ipc::console
