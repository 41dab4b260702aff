// SPDX-License-Identifier: BSD-2-Clause
//
// System calls with all their registers in view, for this thread and for workers alike.
#pragma once

#include <api/invocation.hpp>
#include <api/message.hpp>
#include <api/syscall.hpp>

#include <array>
#include <utility>

namespace test {

using api::Word;

/// x0 ... x8.
struct Registers {
    std::array<Word, 9> x{};

    [[nodiscard]] Word badge() const { return x[0]; }
    [[nodiscard]] api::MessageInfo info() const { return api::MessageInfo{x[1]}; }
    [[nodiscard]] Word label() const { return info().label(); }
    /// `index` below 4.
    [[nodiscard]] Word word(std::size_t index) const { return x[2 + index]; }
};

inline Registers trap(api::Syscall number, Registers const& in) {
    register Word x0 asm("x0") = in.x[0];
    register Word x1 asm("x1") = in.x[1];
    register Word x2 asm("x2") = in.x[2];
    register Word x3 asm("x3") = in.x[3];
    register Word x4 asm("x4") = in.x[4];
    register Word x5 asm("x5") = in.x[5];
    register Word x6 asm("x6") = in.x[6];
    register Word x7 asm("x7") = static_cast<Word>(number);
    register Word x8 asm("x8") = in.x[8];
    asm volatile("svc #0"
                 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7),
                   "+r"(x8)
                 :
                 : "memory");
    return {{x0, x1, x2, x3, x4, x5, x6, x7, x8}};
}

/// A message of up to four words.
struct Message {
    Word label{0};
    Word length{0};
    std::array<Word, 4> words{};
    Word caps{0};

    [[nodiscard]] Word info() const { return api::MessageInfo::make(label, length, caps).raw(); }
};

inline Registers with_message(Word x0, Message const& message, Word x6 = 0, Word x8 = 0) {
    auto const& words = message.words;
    return {{x0, message.info(), words[0], words[1], words[2], words[3], x6, 0, x8}};
}

inline Registers call(Word cptr, Message const& message = {}) {
    return trap(api::Syscall::Call, with_message(cptr, message));
}

inline void send(Word cptr, Message const& message = {}) {
    trap(api::Syscall::Send, with_message(cptr, message));
}

inline void nb_send(Word cptr, Message const& message = {}) {
    trap(api::Syscall::NBSend, with_message(cptr, message));
}

inline Registers recv(Word cptr, Word reply) {
    return trap(api::Syscall::Recv, {{cptr, 0, 0, 0, 0, 0, reply, 0, 0}});
}

inline Registers nb_recv(Word cptr, Word reply) {
    return trap(api::Syscall::NBRecv, {{cptr, 0, 0, 0, 0, 0, reply, 0, 0}});
}

inline Registers wait(Word cptr) {
    return trap(api::Syscall::Wait, {{cptr}});
}

inline Registers nb_wait(Word cptr) {
    return trap(api::Syscall::NBWait, {{cptr}});
}

inline Registers reply_recv(Word cptr, Word reply, Message const& message = {}) {
    return trap(api::Syscall::ReplyRecv, with_message(cptr, message, reply));
}

inline void yield() {
    trap(api::Syscall::Yield, {});
}

} // namespace test
