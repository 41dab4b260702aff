// SPDX-License-Identifier: BSD-2-Clause
//
// The console protocol: what a client may ask of the UART server. The badge says who asks, so that
// output of several clients never mixes inside a line, and input goes to one of them at a time:
// to the one in the foreground, which is whom the owner of the terminal brought there.
#pragma once

#include <ipc/message.hpp>

namespace ipc::console {

inline constexpr std::size_t max_text = 952;

/// What a badge of the console's endpoint means.
struct Caller {
    using Process = base::Bits<api::Word, 0, 32>;
    using OwnsTerminal = base::Bits<bool, 60>; // the shell: it says who is in the foreground
};

/// Print text. Answered when the text has been taken over. Lines of several clients never mix: half
/// a line is kept until it is whole, until its client is in the foreground, or until it has ended.
/// When the line is slow the caller waits, with an empty hand: Busy says that now is the time to
/// send it again.
struct Write : Text<max_text> {
    static constexpr api::Word label = 1;

    struct Reply {};
};

/// Wait for input and take what is there. Who is not in the foreground waits until it is; the owner
/// of the terminal comes to the foreground by reading. Errors: OutOfMemory (too many wait).
struct Read {
    static constexpr api::Word label = 2;

    struct Reply {
        api::Word lost; // bytes dropped in front of this text, because nobody took them in time
        Text<max_text - 8> text;

        [[nodiscard]] std::size_t wire_size() const { return sizeof(lost) + text.wire_size(); }
    };

    api::Word max; // at most so many bytes; 0 means as many as fit
};

/// From now on input is for process `pid`, until it has ended or the owner reads. Errors:
/// PermissionDenied (only the owner of the terminal decides).
struct Foreground {
    static constexpr api::Word label = 5;

    struct Reply {};

    api::Word pid;
};

/// Was ctrl-C pressed while the owner of the terminal did not read, and is it still there to be
/// read? Takes it out of the input, from which it has driven whatever was typed before it. A
/// command that takes long asks this, to be stopped. Errors: PermissionDenied (only the owner and
/// init may).
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
