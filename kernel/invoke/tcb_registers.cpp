// SPDX-License-Identifier: BSD-2-Clause
//
// TCB invocations on the registers of a thread.

#include <kernel/invoke/tcb_internal.hpp>
#include <kernel/ipc/cancel.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/fpu.hpp>

#include <algorithm>

namespace kernel::tcb_invocation {

namespace {

/// The flags word that begins these messages.
using SuspendSource = base::Bits<bool, 0>;
using ResumeTarget = base::Bits<bool, 1>;
using FrameRegisters = base::Bits<bool, 2>;
using IntegerRegisters = base::Bits<bool, 3>;
using ResumeWritten = base::Bits<bool, 0>;

/// Wherever the thread would have gone on, now it is where the program counter says.
void continue_at_program_counter(Tcb& thread) {
    thread.context.next_ip = thread.context.fault_ip;
    thread.progress = 0;
}

void copy_range(Tcb const& source, Tcb& target, std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
        target.context.set(i, source.context.get(i));
    }
}

} // namespace

Result<> read_registers(KernelState& kernel, Invocation& call, Answer& answer) {
    if (!call.has(2)) {
        return fail(Failure::truncated_message());
    }
    auto const count = call.args[1];
    if (count < 1 || count > api::user_register_count) {
        return fail(Failure::range(1, api::user_register_count));
    }
    auto& thread = target_of(call);
    if (&thread == &call.caller) {
        return fail(Failure::illegal_operation());
    }
    if (SuspendSource::get(call.args[0])) {
        suspend(kernel, thread);
    }
    for (std::size_t i = 0; i < count; ++i) {
        answer.add(thread.context.get(i));
    }
    return {};
}

Result<> write_registers(KernelState& kernel, Invocation& call) {
    constexpr std::size_t head = 2;
    if (!call.has(head) || call.args.size() - head < call.args[1]) {
        return fail(Failure::truncated_message());
    }
    auto& thread = target_of(call);
    if (&thread == &call.caller) {
        return fail(Failure::illegal_operation());
    }
    auto const count = std::min<Word>(call.args[1], api::user_register_count);
    for (std::size_t i = 0; i < count; ++i) {
        thread.context.set(i, call.args[head + i]);
    }
    continue_at_program_counter(thread);
    if (ResumeWritten::get(call.args[0])) {
        resume(kernel, thread);
    }
    return {};
}

Result<> copy_registers(KernelState& kernel, Invocation& call) {
    if (!call.has(1, 1)) {
        return fail(Failure::truncated_message());
    }
    auto* const source = call.caps[0]->cap.as<Tcb>();
    if (source == nullptr) {
        return fail(Failure::invalid_capability(1));
    }
    auto& target = target_of(call);
    auto const flags = call.args[0];
    if (SuspendSource::get(flags)) {
        suspend(kernel, *source);
    }
    if (ResumeTarget::get(flags)) {
        resume(kernel, target);
    }
    if (FrameRegisters::get(flags)) {
        copy_range(*source, target, 0, api::frame_register_count);
        continue_at_program_counter(target);
    }
    if (IntegerRegisters::get(flags)) {
        copy_range(*source, target, api::frame_register_count, api::user_register_count);
        target.progress = 0;
    }
    return {};
}

Result<> set_tls_base(KernelState&, Invocation& call) {
    if (!call.has(1)) {
        return fail(Failure::truncated_message());
    }
    target_of(call).context.tpidr_el0 = call.args[0];
    return {};
}

Result<> set_flags(KernelState& kernel, Invocation& call, Answer& answer) {
    if (!call.has(2)) {
        return fail(Failure::truncated_message());
    }
    auto& thread = target_of(call);
    auto const clear = call.args[0];
    auto const set = call.args[1] & api::tcb_flag_fpu_disabled;
    thread.flags = (thread.flags & ~clear) | set;
    if (set != 0) {
        release_fpu(kernel, thread);
    }
    answer.add(thread.flags);
    return {};
}

} // namespace kernel::tcb_invocation
