// SPDX-License-Identifier: BSD-2-Clause
//
// Messages: what is sent to an endpoint, a notification or a reply object.

#include <kernel/invoke/invocation.hpp>
#include <kernel/ipc/signal.hpp>

namespace kernel {

Result<> invoke_endpoint(KernelState& kernel, Invocation& call, Answer&) {
    auto const& cap = call.cap();
    if (!cap.may(Rights::Write)) {
        return fail(Failure::invalid_capability(0));
    }
    send(kernel, call.caller, cap.object<Endpoint>(),
         {.badge = cap.badge(),
          .may_grant = cap.may(Rights::Grant),
          .may_grant_reply = cap.may(Rights::GrantReply),
          .wait = call.phase.wait,
          .is_call = call.phase.is_call,
          .donation = call.phase.donation});
    return {};
}

Result<> invoke_notification(KernelState& kernel, Invocation& call, Answer&) {
    auto const& cap = call.cap();
    if (!cap.may(Rights::Write)) {
        return fail(Failure::invalid_capability(0));
    }
    signal(kernel, cap.object<Notification>(), cap.badge());
    return {};
}

Result<> invoke_reply(KernelState& kernel, Invocation& call, Answer&) {
    auto const cap = call.cap(); // answering empties the slot
    answer_call(kernel, call.caller, cap.object<Reply>(), cap.reply_can_grant());
    return {};
}

} // namespace kernel
