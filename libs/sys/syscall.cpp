// SPDX-License-Identifier: BSD-2-Clause
//
// The traps. Which register means what is fixed by the kernel's interface; the kernel preserves
// every register that is not listed as output.

#include <sys/ipc_buffer.hpp>
#include <sys/syscall.hpp>

#include <algorithm>
#include <cstring>
#include <span>

namespace sys {

namespace {

struct Registers {
    api::Word x0{0}, x1{0};
    RegisterWords words{}; // x2 ... x5
    api::Word x6{0}, x8{0};
};

Registers trap(api::Syscall number, Registers const& in) {
    // NOLINTBEGIN(misc-const-correctness): the trap writes them
    register api::Word x0 asm("x0") = in.x0;
    register api::Word x1 asm("x1") = in.x1;
    register api::Word x2 asm("x2") = in.words[0];
    register api::Word x3 asm("x3") = in.words[1];
    register api::Word x4 asm("x4") = in.words[2];
    register api::Word x5 asm("x5") = in.words[3];
    // NOLINTEND(misc-const-correctness)
    register api::Word const x6 asm("x6") = in.x6;
    register api::Word const x7 asm("x7") = static_cast<api::Word>(number);
    register api::Word const x8 asm("x8") = in.x8;
    asm volatile("svc #0"
                 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                 : "r"(x6), "r"(x7), "r"(x8)
                 : "memory");
    return {.x0 = x0, .x1 = x1, .words = {x2, x3, x4, x5}};
}

Received received(Registers const& out) {
    return {.badge = api::Badge{out.x0}, .info = api::MessageInfo{out.x1}, .words = out.words};
}

Registers sending(api::CPtr target, Outgoing const& message) {
    return {.x0 = static_cast<api::Word>(target), .x1 = message.info.raw(), .words = message.words};
}

Registers receiving(api::CPtr endpoint, api::CPtr reply) {
    return {.x0 = static_cast<api::Word>(endpoint), .x6 = static_cast<api::Word>(reply)};
}

} // namespace

Received call(api::CPtr target, Outgoing message) {
    return received(trap(api::Syscall::Call, sending(target, message)));
}

void send(api::CPtr target, Outgoing message) {
    trap(api::Syscall::Send, sending(target, message));
}

void nb_send(api::CPtr target, Outgoing message) {
    trap(api::Syscall::NBSend, sending(target, message));
}

Received recv(api::CPtr endpoint, api::CPtr reply) {
    return received(trap(api::Syscall::Recv, receiving(endpoint, reply)));
}

Received nb_recv(api::CPtr endpoint, api::CPtr reply) {
    return received(trap(api::Syscall::NBRecv, receiving(endpoint, reply)));
}

Received reply_recv(api::CPtr endpoint, api::CPtr reply, Outgoing message) {
    auto in = receiving(endpoint, reply);
    in.x1 = message.info.raw();
    in.words = message.words;
    return received(trap(api::Syscall::ReplyRecv, in));
}

Received nb_send_recv(api::CPtr target, Outgoing message, api::CPtr endpoint, api::CPtr reply) {
    auto in = receiving(endpoint, reply);
    in.x1 = message.info.raw();
    in.words = message.words;
    in.x8 = static_cast<api::Word>(target);
    return received(trap(api::Syscall::NBSendRecv, in));
}

api::Badge wait(api::CPtr notification) {
    return api::Badge{trap(api::Syscall::Wait, receiving(notification, api::null_cptr)).x0};
}

api::Badge nb_wait(api::CPtr notification) {
    return api::Badge{trap(api::Syscall::NBWait, receiving(notification, api::null_cptr)).x0};
}

void yield() {
    trap(api::Syscall::Yield, {});
}

/// The name travels as text with a zero at its end, where the words of a message do.
void debug_name_thread(api::CPtr thread, std::string_view name) {
    auto const text = std::as_writable_bytes(std::span{ipc_buffer().words});
    auto const length = std::min(name.size(), text.size() - 1);
    std::memcpy(text.data(), name.data(), length);
    text[length] = std::byte{0};
    trap(api::Syscall::DebugNameThread, {.x0 = static_cast<api::Word>(thread)});
}

void debug_put_char(char c) {
    trap(api::Syscall::DebugPutChar, {.x0 = static_cast<unsigned char>(c)});
}

} // namespace sys
