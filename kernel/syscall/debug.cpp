// SPDX-License-Identifier: BSD-2-Clause
//
// Debug system calls.

#include <arch/cpu.hpp>
#include <kernel/cap/lookup.hpp>
#include <kernel/config.hpp>
#include <kernel/debug/invariants.hpp>
#include <kernel/debug/print.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/syscall/debug.hpp>

#include <string_view>

namespace kernel {

namespace {

using base::Hex;
using base::Left;
using base::Right;

/// The ABI's number of a kind of capability.
Word abi_number(CapKind kind) {
    switch (kind) {
    case CapKind::Null: return 0;
    case CapKind::Untyped: return 2;
    case CapKind::Endpoint: return 4;
    case CapKind::Notification: return 6;
    case CapKind::Reply: return 8;
    case CapKind::CNode: return 10;
    case CapKind::Tcb: return 12;
    case CapKind::IrqControl: return 14;
    case CapKind::IrqHandler: return 16;
    case CapKind::Zombie: return 18;
    case CapKind::Domain: return 20;
    case CapKind::SchedContext: return 22;
    case CapKind::SchedControl: return 24;
    case CapKind::Frame: return 1;
    case CapKind::PageTable: return 3;
    case CapKind::VSpace: return 9;
    case CapKind::AsidControl: return 11;
    case CapKind::AsidPool: return 13;
    case CapKind::Smc: return 25;
    case CapKind::SgiSignal: return 27;
    }
    return 0;
}

Word identify(Tcb& caller, Word cptr) {
    auto const slot = lookup_slot(caller, cptr);
    return slot ? abi_number((*slot)->cap.kind()) : 0;
}

[[noreturn]] void stop(char const* reason) {
    print("debug system call: ", reason);
    arch::halt();
}

/// A caller that gets a name wrong is a test that is wrong: a debug kernel stops at once.
void refuse_name(char const* reason) {
    if constexpr (config::debug) {
        stop(reason);
    }
}

/// The name is text in the caller's IPC buffer, after the tag.
void name_thread(Tcb& caller, Word cptr) {
    auto const slot = lookup_slot(caller, cptr);
    auto* const thread = slot ? (*slot)->cap.as<Tcb>() : nullptr;
    auto const* const buffer = caller.ipc_buffer(Tcb::BufferUse::Send);
    if (thread == nullptr || buffer == nullptr) {
        return refuse_name("a thread is to be named, but it or the IPC buffer is missing");
    }
    std::string_view const text{reinterpret_cast<char const*>(buffer->words.data()),
                                sizeof(buffer->words)};
    auto const length = text.find('\0');
    if (length == std::string_view::npos) {
        return refuse_name("the name of a thread does not end");
    }
    base::Writer writer{std::span{thread->name}.first(thread->name.size() - 1)};
    thread->name = {};
    writer.put(text.substr(0, length));
}

char const* state_name(ThreadState state) {
    switch (state) {
    case ThreadState::Inactive: return "inactive";
    case ThreadState::Running: return "running";
    case ThreadState::Restart: return "restart";
    case ThreadState::BlockedOnReceive: return "receiving";
    case ThreadState::BlockedOnSend: return "sending";
    case ThreadState::BlockedOnReply: return "calling";
    case ThreadState::BlockedOnNotification: return "waiting";
    case ThreadState::Idle: return "idle";
    }
    return "?";
}

void dump_scheduler(KernelState const& kernel) {
    print(Left{"thread", 24}, Left{"state", 12}, "priority  pc");
    for (auto const* thread = kernel.threads.front(); thread != nullptr;
         thread = kernel.threads.next(*thread)) {
        auto const* const mark = thread == kernel.core.current ? "* "
                                 : thread->in_ready_queue      ? "r "
                                 : thread->in_release_queue    ? "b "
                                                               : "  ";
        print(Left{thread->name.data(), 24}, Left{state_name(thread->state), 10}, mark,
              Right{thread->priority, 8}, "  ", Hex{thread->context.next_ip});
    }
}

/// What each thread works with; its CSpace is of the thread's own making and can be large. Then
/// whether the kernel contradicts itself.
void dump_capabilities(KernelState const& kernel) {
    for (auto const* thread = kernel.threads.front(); thread != nullptr;
         thread = kernel.threads.next(*thread)) {
        print("thread ", thread->name.data());
        for (auto const& slot : thread->slots) {
            print("  kind ", abi_number(slot.cap.kind()), " at ", Hex{slot.cap.address().raw()});
        }
    }
    auto const finding = find_contradiction(kernel);
    print("invariants: ", finding.empty() ? "hold" : finding);
}

} // namespace

bool debug_syscall(KernelState& kernel, api::Syscall number) {
    auto& caller = *kernel.core.current;
    auto const argument = caller.context.capability_register();
    if (config::printing && number == api::Syscall::DebugPutChar) {
        arch::put_char(static_cast<char>(argument));
        return true;
    }
    // What programs for debug kernels do as a matter of course, and what changes nothing.
    switch (number) {
    case api::Syscall::DebugNameThread: name_thread(caller, argument); return true;
    case api::Syscall::DebugCapIdentify:
        caller.context.set_badge(identify(caller, argument));
        return true;
    default: break;
    }
    if (!config::debug) {
        return false;
    }
    switch (number) {
    case api::Syscall::DebugDumpScheduler: dump_scheduler(kernel); return true;
    case api::Syscall::DebugHalt: stop("halt");
    case api::Syscall::DebugSnapshot: dump_capabilities(kernel); return true;
    default: return false;
    }
}

} // namespace kernel
