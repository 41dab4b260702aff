// SPDX-License-Identifier: BSD-2-Clause
//
// Threads.
#pragma once

#include <api/registers.hpp>
#include <base/address.hpp>
#include <sys/interrupt.hpp>
#include <sys/ipc_buffer.hpp>
#include <sys/memory.hpp>
#include <sys/scheduling.hpp>

#include <algorithm>
#include <bit>

namespace sys {

/// What a thread runs in. A CSpace guard of 0 means: as the capability has it.
struct ThreadSpaces {
    CNode cspace;
    api::Word cspace_guard{0};
    VSpace vspace;
};

/// `fault_handler` is an endpoint capability with Send and Grant or GrantReply, or null.
struct ThreadScheduling {
    api::Word max_controlled_priority{0};
    api::Word priority{0};
    SchedContext context;
    Capability fault_handler{};
};

class Tcb : public Capability {
public:
    using Capability::Capability;

    [[nodiscard]] Result<> configure(ThreadSpaces const& spaces, base::UserAddr ipc_buffer,
                                     Frame ipc_frame) const {
        return perform(api::Invocation::TcbConfigure,
                       words(spaces.cspace_guard, 0, ipc_buffer.raw()),
                       caps(spaces.cspace.cptr(), spaces.vspace.cptr(), ipc_frame.cptr()));
    }

    [[nodiscard]] Result<> set_space(ThreadSpaces const& spaces, Capability fault_handler) const {
        return perform(api::Invocation::TcbSetSpace, words(spaces.cspace_guard, 0),
                       caps(fault_handler.cptr(), spaces.cspace.cptr(), spaces.vspace.cptr()));
    }

    [[nodiscard]] Result<> set_ipc_buffer(base::UserAddr address, Frame frame) const {
        return perform(api::Invocation::TcbSetIpcBuffer, words(address.raw()), caps(frame.cptr()));
    }

    /// Priorities may not exceed the maximum of `authority`.
    [[nodiscard]] Result<> set_scheduling(Tcb authority, ThreadScheduling const& scheduling) const {
        return perform(
            api::Invocation::TcbSetSchedParams,
            words(scheduling.max_controlled_priority, scheduling.priority),
            caps(authority.cptr(), scheduling.context.cptr(), scheduling.fault_handler.cptr()));
    }

    [[nodiscard]] Result<> set_priority(Tcb authority, api::Word priority) const {
        return perform(api::Invocation::TcbSetPriority, words(priority), caps(authority.cptr()));
    }

    [[nodiscard]] Result<> set_max_priority(Tcb authority, api::Word priority) const {
        return perform(api::Invocation::TcbSetMcPriority, words(priority), caps(authority.cptr()));
    }

    [[nodiscard]] Result<> set_timeout_endpoint(Capability handler) const {
        return perform(api::Invocation::TcbSetTimeoutEndpoint, words(), caps(handler.cptr()));
    }

    /// So that the kernel's messages say who it is. Nothing in builds that are not for debugging.
    void set_name(std::string_view name) const {
        if constexpr (debug_build) {
            debug_name_thread(cptr(), name);
        }
    }

    [[nodiscard]] Result<> suspend() const { return perform(api::Invocation::TcbSuspend); }
    [[nodiscard]] Result<> resume() const { return perform(api::Invocation::TcbResume); }

    [[nodiscard]] Result<> bind_notification(Notification notification) const {
        return perform(api::Invocation::TcbBindNotification, words(), caps(notification.cptr()));
    }

    [[nodiscard]] Result<> unbind_notification() const {
        return perform(api::Invocation::TcbUnbindNotification);
    }

    [[nodiscard]] Result<> set_tls_base(base::UserAddr base) const {
        return perform(api::Invocation::TcbSetTlsBase, words(base.raw()));
    }

    [[nodiscard]] Result<api::Word> set_flags(api::Word clear, api::Word set) const {
        return query(api::Invocation::TcbSetFlags, words(clear, set));
    }

    /// One of them: the first two come in registers of the answer.
    [[nodiscard]] Result<base::UserAddr> stack_pointer() const {
        constexpr api::Word keep_running = 0;
        constexpr api::Word pc_and_sp = 2;
        auto const first = TRY(
            invoke(cptr(), api::Invocation::TcbReadRegisters, words(keep_running, pc_and_sp), {}));
        return base::UserAddr{first[1]};
    }

    /// All registers; not of the calling thread.
    [[nodiscard]] Result<api::UserRegisters> read_registers(bool suspend_first) const {
        auto const first = TRY(invoke(cptr(), api::Invocation::TcbReadRegisters,
                                      words(suspend_first, api::user_register_count), {}));
        std::array<api::Word, api::user_register_count> values{};
        auto const& buffer = ipc_buffer().words;
        std::copy_n(buffer.begin(), values.size(), values.begin());
        std::ranges::copy(first, values.begin());
        return std::bit_cast<api::UserRegisters>(values);
    }

    [[nodiscard]] Result<> write_registers(api::UserRegisters const& registers,
                                           bool resume_after) const {
        auto const values =
            std::bit_cast<std::array<api::Word, api::user_register_count>>(registers);
        std::array<api::Word, 2 + api::user_register_count> arguments{
            static_cast<api::Word>(resume_after), api::user_register_count};
        std::ranges::copy(values, arguments.begin() + 2);
        return perform(api::Invocation::TcbWriteRegisters, arguments);
    }

    /// Both groups of registers, from `source`.
    [[nodiscard]] Result<> copy_registers(Tcb source, bool suspend_source,
                                          bool resume_after) const {
        using SuspendSource = base::Bits<bool, 0>;
        using ResumeTarget = base::Bits<bool, 1>;
        using Groups = base::Bits<unsigned, 2, 2>;
        api::Word flags = SuspendSource::set(api::Word{0}, suspend_source);
        flags = ResumeTarget::set(flags, resume_after);
        return perform(api::Invocation::TcbCopyRegisters, words(Groups::set(flags, 3)),
                       caps(source.cptr()));
    }
};

} // namespace sys
