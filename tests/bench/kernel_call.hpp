// SPDX-License-Identifier: BSD-2-Clause
//
// KernelCall: an invocation of a kernel object, loaded but not made yet.
#pragma once

#include "measure.hpp"

namespace bench {

/// Words from the fifth on, and capabilities, are already in the IPC buffer: only one at a time.
class KernelCall {
public:
    KernelCall(Lab& lab, Word cptr, api::Invocation label, test::Words words,
               test::Words caps = {}) {
        registers_.x[0] = cptr;
        registers_.x[1] =
            api::MessageInfo::make(std::to_underlying(label), words.size(), caps.size()).raw();
        std::size_t i = 0;
        for (Word const word : words) {
            (i < api::register_message_words ? registers_.x[2 + i] : lab.buffer().words[i]) = word;
            ++i;
        }
        i = 0;
        for (Word const cap : caps) {
            lab.buffer().caps_or_badges[i++] = cap;
        }
    }

    /// Makes the call, which must succeed; what it cost.
    Count make() const {
        auto const call = marked_trap(api::Syscall::Call, registers_);
        test::require(call.registers.label() == std::to_underlying(api::Error::None));
        return call.cost();
    }

private:
    Registers registers_{};
};

} // namespace bench
