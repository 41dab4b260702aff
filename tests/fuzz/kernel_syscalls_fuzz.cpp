// SPDX-License-Identifier: BSD-2-Clause
//
// Any sequence of system calls, faults and interrupts in a small system: whoever runs has any
// registers and any IPC buffer, and time passes. After each entry nothing in the kernel may
// contradict itself.

#include "choices.hpp"
#include "kernel_system.hpp"
#include "message_shapes.hpp"
#include <api/boot_info.hpp>
#include <api/syscall.hpp>
#include <arch/timer.hpp>
#include <kernel/cap/lookup.hpp>
#include <kernel/debug/checks.hpp>
#include <kernel/debug/invariants.hpp>
#include <kernel/syscall/entry.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace {

using api::Word;
using fuzz::Choices;
using kernel::Tcb;

/// Small numbers, numbers of slots, and what lies at the edges of ranges.
Word any_word(Choices& choices, std::span<Word const> slots) {
    constexpr Word edges[] = {
        64,        ~Word{0},  Word{1} << 63, Word{1} << 47,  api::user_top, api::user_top - 0xfff,
        0x10'0000, 0x20'0000, 0x4000'0000,   0x80'0000'0000, 0x40'1000,     1000,
        100'000,   64 - 13,
    };
    auto const choice = choices.byte();
    if (choice < 100) {
        return choice;
    }
    return choice < 200 ? slots[choice % slots.size()] : edges[choice % std::size(edges)];
}

/// Not those that stop a debug build on purpose.
bool stops_the_machine(std::int64_t number) {
    return number == std::to_underlying(api::Syscall::DebugHalt) ||
           number == std::to_underlying(api::Syscall::DebugNameThread);
}

Word word_of_shape(Choices& choices, std::span<Word const> slots, char letter) {
    constexpr Word size_bits[] = {1, 2, 4, 5, 7, 8, 12, 13};
    switch (letter) {
    case 's': return choices.any_of(slots);
    case 'd': return 64;
    case 't': return choices.below(api::object_type_count);
    case 'z': return choices.any_of(size_bits);
    case 'n': return choices.below(5);
    case 'b': return choices.byte();
    case 'a': return 0x10'0000 + (Word{choices.byte()} << (choices.below(4) * 9 + 8));
    case 'u': return 20 + choices.below(16) * 50;
    case '0': return 0;
    default: return any_word(choices, slots);
    }
}

/// A label that the capability knows, if `cptr` is that of a slot.
Word fitting_label(Choices& choices, Tcb& thread, Word cptr) {
    auto const slot = kernel::lookup_slot(thread, cptr);
    auto const kind = slot ? (*slot)->cap.kind() : kernel::CapKind::Null;
    auto const of_kind = [&](fuzz::Labels const& labels) { return labels.kind == kind; };
    auto const first = std::ranges::find_if(fuzz::labels_by_kind, of_kind);
    auto const last = std::find_if_not(first, std::end(fuzz::labels_by_kind), of_kind);
    if (first == last) {
        return choices.below(3); // a message
    }
    auto const& labels = first[choices.below(static_cast<Word>(last - first))];
    auto const label = std::to_underlying(labels.first);
    return label + choices.below(std::to_underlying(labels.last) - label + 1);
}

void put_word(Tcb& thread, std::size_t index, Word word) {
    auto* const buffer = thread.ipc_buffer(Tcb::BufferUse::Receive);
    if (index < api::register_message_words) {
        thread.context.set_message_word(index, word);
    } else if (buffer != nullptr) {
        buffer->words.at(index) = word;
    }
}

void put_caps(Choices& choices, std::span<Word const> slots, Tcb& thread, Word count) {
    auto* const buffer = thread.ipc_buffer(Tcb::BufferUse::Receive);
    if (buffer == nullptr) {
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        auto const choice = choices.byte();
        auto const common = 1 + choice % 3; // the root task's TCB, CNode and VSpace
        buffer->caps_or_badges.at(i) = choice < 100   ? common
                                       : choice < 250 ? choices.any_of(slots)
                                                      : any_word(choices, slots);
    }
    buffer->receive_cnode = api::initial_slot::cnode;
    buffer->receive_index = choices.any_of(slots);
    buffer->receive_depth = 64;
}

/// What the thread is about to say, and what to: mostly something that is there, and that might
/// understand it.
void fill_registers(Choices& choices, std::span<Word const> slots, Tcb& thread) {
    constexpr Word labels = 58; // one more than there are in a row
    auto& x = thread.context.x;
    auto const kind = choices.byte();
    x[0] = kind >= 248 ? any_word(choices, slots) : choices.any_of(slots);
    x[6] = choices.any_of(slots);
    x[8] = choices.any_of(slots);
    bool const fits = kind % 8 != 0;
    auto const label = fits ? fitting_label(choices, thread, x[0]) : choices.below(labels);
    auto const shape = fits ? fuzz::shape_of(label) : std::string_view{};
    auto const some = kind % 64 == 8 ? Word{choices.byte()} : choices.below(9);
    auto const length = shape.empty() ? some : shape.size();
    for (std::size_t i = 0; i < std::min<std::size_t>(length, 9); ++i) {
        put_word(thread, i, word_of_shape(choices, slots, shape.empty() ? 'w' : shape[i]));
    }
    auto const caps = fits ? Word{3} : choices.below(4);
    put_caps(choices, slots, thread, caps);
    thread.context.set_message_info(api::MessageInfo::make(label, length, caps));
}

std::int64_t any_number(Choices& choices) {
    using api::Syscall;
    constexpr Syscall mostly[] = {
        Syscall::Call, Syscall::Call,      Syscall::Call,       Syscall::Call,
        Syscall::Call, Syscall::ReplyRecv, Syscall::NBSendRecv, Syscall::NBSendWait,
        Syscall::Send, Syscall::NBSend,    Syscall::Recv,       Syscall::NBRecv,
        Syscall::Wait, Syscall::NBWait,    Syscall::Yield,      Syscall::DebugCapIdentify,
    };
    auto const choice = choices.byte();
    auto const number =
        choice < 240 ? std::to_underlying(mostly[choice % std::size(mostly)]) : 205 - choice;
    return stops_the_machine(number) ? 0 : number;
}

void system_call(Choices& choices, fuzz::KernelSystem& system) {
    auto& thread = system.current();
    fill_registers(choices, system.slots(), thread);
    auto const number = any_number(choices);
    thread.context.x[7] = static_cast<Word>(number);
    thread.context.fault_ip = thread.context.next_ip - 4;
    handle_syscall(system.kernel(), number);
}

/// One kernel entry.
void step(Choices& choices, fuzz::KernelSystem& system) {
    constexpr Word irqs[] = {27, 40, 41, 42, 43, 1000};
    auto& machine = arch::fake_machine();
    auto const what = choices.byte();
    if (what % 4 == 0) {
        machine.now += arch::us_to_ticks(Word{1} << choices.below(14));
    }
    if (what % 8 == 1) {
        machine.pending_irqs.push_back(choices.any_of(irqs));
    }
    if (system.idle() || what < 24) {
        handle_interrupt(system.kernel());
    } else if (what < 32) {
        system.current().context.fault_ip = system.current().context.next_ip;
        handle_vm_fault(system.kernel(), choices.byte(), choices.below(2) == 1, choices.byte());
    } else if (what < 36) {
        system.current().context.fault_ip = system.current().context.next_ip;
        handle_user_exception(system.kernel(), choices.byte(), choices.byte());
    } else {
        system_call(choices, system);
    }
    machine.console.clear();
}

void complain(std::string_view finding) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(finding.size()), finding.data());
    std::abort();
}

void check_threads_of(fuzz::KernelSystem& system) {
    auto const& kernel = system.kernel();
    if (auto const decision = check_decision(kernel); !decision) {
        complain(decision.error());
    }
    if (auto const threads = check_threads(kernel); !threads) {
        complain(threads.error());
    }
}

/// Looking at all capabilities takes longer than what an input does.
void check_all_of(fuzz::KernelSystem& system) {
    if (auto const finding = find_contradiction(system.kernel()); !finding.empty()) {
        complain(finding);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static fuzz::KernelSystem system;
    system.reset();
    for (Choices choices{{data, size}}; choices.left();) {
        step(choices, system);
        check_threads_of(system);
    }
    check_all_of(system);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max, unsigned seed) {
    return fuzz::mutate_to_long(data, size, max, seed);
}
