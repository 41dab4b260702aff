// SPDX-License-Identifier: BSD-2-Clause
//
// The send phase: finds the capability and the extra capabilities, does what it says, and answers
// a Call.

#include <kernel/cap/lookup.hpp>
#include <kernel/invoke/invocation.hpp>
#include <kernel/ipc/fault.hpp>
#include <kernel/ipc/signal.hpp>
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

Result<> invoke_endpoint(KernelState& kernel, Invocation const& call, SendPhase phase) {
    auto const cap = call.cap();
    if (!cap.may(Rights::Write)) {
        return fail(Failure::invalid_capability(0));
    }
    send(kernel, call.caller, cap.object<Endpoint>(),
         {.badge = cap.badge(),
          .may_grant = cap.may(Rights::Grant),
          .may_grant_reply = cap.may(Rights::GrantReply),
          .wait = phase.wait,
          .is_call = phase.is_call,
          .donation = phase.donation});
    return {};
}

Result<> invoke_notification(KernelState& kernel, Invocation const& call) {
    auto const cap = call.cap();
    if (!cap.may(Rights::Write)) {
        return fail(Failure::invalid_capability(0));
    }
    signal(kernel, cap.object<Notification>(), cap.badge());
    return {};
}

[[gnu::noinline]] Result<> send_message(KernelState& kernel, Invocation const& call,
                                        SendPhase phase) {
    switch (call.cap().kind()) {
    case CapKind::Endpoint: return invoke_endpoint(kernel, call, phase);
    case CapKind::Notification: return invoke_notification(kernel, call);
    default:
        answer_call(kernel, call.caller, call.cap().object<Reply>(), call.cap().reply_can_grant());
        return {};
    }
}

[[gnu::always_inline]] inline Result<> invoke_any(KernelState& kernel, Invocation& call,
                                                  Answer& answer, SendPhase phase) {
    auto const kind = call.cap().kind();
    bool const is_message =
        kind == CapKind::Endpoint || kind == CapKind::Notification || kind == CapKind::Reply;
    return is_message ? send_message(kernel, call, phase)
                      : invoke(kernel, call, answer, phase.is_first_phase);
}

/// The operation is done, or refused. A caller that it has blocked or stopped gets its answer, if
/// any, elsewhere.
[[gnu::always_inline]] inline void finish(Invocation const& call, Result<> const& result,
                                          Answer const& answer) {
    auto& caller = call.caller;
    if (caller.state != ThreadState::Restart) {
        return;
    }
    caller.state = ThreadState::Running;
    if (!call.is_call || answer.deferred) {
        return;
    }
    if (result && answer.count == 0) [[likely]] {
        caller.context.set_badge(0);
        caller.context.set_message_info({});
    } else if (result) {
        write_answer(caller, 0, std::span{answer.words}.first(answer.count));
    } else {
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
    auto const* const buffer = caller.ipc_buffer(Tcb::BufferUse::Send);
    auto const length =
        buffer != nullptr ? info.length() : std::min(info.length(), api::register_message_words);
    Invocation call{.caller = caller,
                    .slot = *slot,
                    .label = info.label(),
                    .args = {caller, buffer, length},
                    .caps = {},
                    .cap_count = buffer != nullptr ? info.extra_caps() : 0,
                    .is_call = phase.is_call};
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
    auto const result = invoke_any(kernel, call, answer, phase);
    if (!result && result.error().is_preempted()) {
        return Outcome::Preempted;
    }
    finish(call, result, answer);
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
