// SPDX-License-Identifier: BSD-2-Clause
//
// The send phase: finds the capability and the extra capabilities, does what it says, and answers
// a Call.

#include <kernel/cap/lookup.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/syscall/phases.hpp>

#include <span>

namespace kernel {

namespace {

/// A pointer that leads nowhere: the handler of a thread that waits for the outcome is told.
[[gnu::noinline]] Outcome lookup_failed(KernelState& kernel, Wait wait, Word cptr) {
    auto& caller = *kernel.core.current;
    if (wait == Wait::Block) {
        raise_fault(kernel, caller,
                    {.kind = api::Fault::CapFault,
                     .lookup = lookup_slot(caller, cptr).error(),
                     .words = {cptr}});
    }
    return Outcome::Done;
}

void write_answer(Tcb& caller, Word label, std::span<Word const> words) {
    bool const fits_registers = words.size() <= api::register_message_words;
    MessageWriter message{caller,
                          fits_registers ? nullptr : caller.ipc_buffer(Tcb::BufferUse::Receive)};
    for (Word const word : words) {
        message.add(word);
    }
    caller.context.set_badge(0);
    caller.context.set_message_info(api::MessageInfo::make(label, message.count()));
}

/// The operation is done, or refused. A caller that it has blocked or stopped gets its answer, if
/// any, elsewhere.
[[gnu::always_inline]] inline void finish(Tcb& caller, bool is_call, Result<> const& result,
                                          Answer const& answer) {
    if (caller.state != ThreadState::Restart) {
        return;
    }
    caller.state = ThreadState::Running;
    if (!is_call) {
        return;
    }
    if (result && answer.count == 0) [[likely]] {
        caller.context.set_badge(0);
        caller.context.set_message_info({});
    } else if (result && answer.count != Answer::deferred) {
        write_answer(caller, 0, std::span{answer.words}.first(answer.count));
    } else if (!result) {
        write_answer(caller, std::to_underlying(result.error().code()), result.error().words());
    }
}

/// `slot` may be null: then the pointer leads nowhere.
[[gnu::always_inline]] inline Outcome send_to(KernelState& kernel, Slot* slot, Word cptr,
                                              SendPhase phase) {
    auto& caller = *kernel.core.current;
    if (slot == nullptr) {
        return lookup_failed(kernel, phase.wait, cptr);
    }
    auto const info = caller.context.message_info();
    bool const is_short = info.length() <= api::register_message_words && info.extra_caps() == 0;
    auto const* const buffer = is_short ? nullptr : caller.ipc_buffer(Tcb::BufferUse::Send);
    auto const length =
        buffer != nullptr ? info.length() : std::min(info.length(), api::register_message_words);
    Invocation call{.caller = caller,
                    .slot = *slot,
                    .label = info.label(),
                    .args = {caller, buffer, length},
                    .caps = {},
                    .cap_count = buffer != nullptr ? info.extra_caps() : 0,
                    .phase = phase};
    for (std::size_t i = 0; i < call.cap_count; ++i) {
        auto const extra_cptr = buffer->caps_or_badges[i];
        auto* const extra = find_slot(caller, extra_cptr);
        if (extra == nullptr) {
            return lookup_failed(kernel, phase.wait, extra_cptr);
        }
        call.caps[i] = extra;
    }

    Answer answer;
    caller.state = ThreadState::Restart; // until it is known that nothing remains to be done
    auto const result = invoke(kernel, call, answer);
    if (!result && result.error().is_preempted()) {
        return Outcome::Preempted;
    }
    caller.progress = 0;
    finish(caller, phase.is_call, result, answer);
    return Outcome::Done;
}

} // namespace

Outcome send_phase(KernelState& kernel, Word cptr, SendPhase phase) {
    return send_to(kernel, find_slot(*kernel.core.current, cptr), cptr, phase);
}

Outcome call_phase(KernelState& kernel, Slot* slot) {
    return send_to(kernel, slot, kernel.core.current->context.capability_register(),
                   SendPhase::of_call());
}

} // namespace kernel
