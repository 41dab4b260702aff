// SPDX-License-Identifier: BSD-2-Clause
//
// A thread to be invoked, and what is needed to invoke it with.
#pragma once

#include <tests/unit/kernel/fixture.hpp>

namespace kernel {

inline Answered error(api::Error code, std::vector<Word> words = {}) {
    return {code, std::move(words)};
}

class TcbTest : public KernelTest {
protected:
    Answered tcb(api::Invocation label, std::vector<Word> const& words = {},
                 std::vector<Word> const& caps = {}) {
        return invoke(slot_of(thread), label, words, caps);
    }

    Tcb& thread = make_passive_thread(100);
    Word endpoint = make_endpoint();
    Word note = make_notification();
    Word frame = make(api::ObjectType::SmallPage);
};

} // namespace kernel
