// SPDX-License-Identifier: BSD-2-Clause
//
// Tcb: a thread. Its registers, the capabilities it works with, and what it waits for.
#pragma once

#include <api/fault.hpp>
#include <api/message.hpp>
#include <arch/context.hpp>
#include <arch/fpu.hpp>
#include <base/intrusive_list.hpp>
#include <kernel/cap/slot.hpp>

#include <array>

namespace kernel {

class Endpoint;
class Notification;
class Reply;
class SchedContext;
class Tcb;

enum class ThreadState : std::uint8_t {
    Inactive,
    Running,
    Restart, // resumes at fault_ip: executes its system call, or the faulting instruction, again
    BlockedOnReceive,
    BlockedOnSend,
    BlockedOnReply,
    BlockedOnNotification,
    Idle,
};

/// A fault that a thread has and has not been told a handler of, or that a handler looks at.
struct FaultRecord {
    api::Fault kind{api::Fault::None};
    bool in_receive_phase{false}; // CapFault
    LookupFault lookup{};         // CapFault
    std::array<Word, 3> words{};  // CapFault: cptr; VmFault: address, is_prefetch, syndrome;
                                  // UserException: number, code; UnknownSyscall: number;
                                  // Timeout: badge
};

/// What a thread waits for; only the fields of its state mean anything.
struct Blocking {
    Endpoint* endpoint{nullptr};         // BlockedOnReceive, BlockedOnSend
    Notification* notification{nullptr}; // BlockedOnNotification
    Reply* reply{nullptr};               // BlockedOnReceive (may be null), BlockedOnReply
    Badge badge{};                       // BlockedOnSend: and the four below
    std::uint64_t since{0};              // in ticks of the timer
    bool can_grant{false};               // also BlockedOnReceive: unused
    bool can_grant_reply{false};
    bool is_call{false};
};

/// Invariants: in an IPC queue exactly while blocked on send, receive or notification; in a ready
/// queue or the release queue only with a scheduling context and a runnable state.
class Tcb {
public:
    static constexpr auto cap_kind = CapKind::Tcb;
    static constexpr unsigned size_bits = api::tcb_bits;

    enum SlotIndex : unsigned {
        CSpaceRoot,
        VSpaceRoot,
        IpcBufferFrame,
        FaultHandler,
        TimeoutHandler,
    };
    static constexpr std::size_t slot_count = 5;

    std::array<Slot, slot_count> slots; // first, so that a zombie of a TCB is a row of slots

    arch::UserContext context{};
    arch::FpuContext fpu{};

    ThreadState state{ThreadState::Inactive};
    std::uint8_t priority{0};
    std::uint8_t max_controlled_priority{0};
    std::uint8_t domain{0};
    bool in_ready_queue{false};
    bool in_release_queue{false};
    bool lent_slice_ended{false}; // BlockedOnReply: goes last among its equals once answered

    Blocking blocking;
    FaultRecord fault;

    SchedContext* sched_context{nullptr};
    SchedContext* yield_to{nullptr};
    Notification* bound_notification{nullptr};
    Word ipc_buffer_offset{0}; // in its frame
    Word flags{0};

    /// How far a preempted system call came, if nothing else tells; 0: it begins at the beginning.
    /// It belongs to the system call that the registers say: who changes them makes this 0.
    Word progress{0};

    base::ListLink<Tcb> ipc_link;       // an endpoint's or notification's queue
    base::ListLink<Tcb> scheduler_link; // a ready queue or the release queue
    base::ListLink<Tcb> debug_link;     // all threads, in debug builds

    std::array<char, 48> name{};

    [[nodiscard]] Slot& slot(SlotIndex index) { return slots[index]; }

    [[nodiscard]] bool runnable() const {
        return state == ThreadState::Running || state == ThreadState::Restart;
    }

    [[nodiscard]] bool blocked() const {
        return state == ThreadState::BlockedOnReceive || state == ThreadState::BlockedOnSend ||
               state == ThreadState::BlockedOnReply || state == ThreadState::BlockedOnNotification;
    }

    /// The IPC buffer as the kernel reaches it: through the frame capability, never through the
    /// thread's page tables. Null without a usable frame.
    enum class BufferUse { Send, Receive };
    [[nodiscard]] api::IpcBuffer* ipc_buffer(BufferUse use) const;
};

/// What is installed as a buffer is memory, no device.
inline api::IpcBuffer* Tcb::ipc_buffer(BufferUse use) const {
    auto const& frame = slots[IpcBufferFrame].cap;
    auto const rights = frame.frame_rights();
    bool const usable = use == BufferUse::Receive ? rights == FrameRights::ReadWrite
                                                  : rights != FrameRights::KernelOnly;
    if (!frame.is(CapKind::Frame) || !usable) [[unlikely]] {
        return nullptr;
    }
    return arch::kernel_address(frame.address() + ipc_buffer_offset).as_pointer<api::IpcBuffer>();
}

static_assert(sizeof(Tcb) <= 1u << Tcb::size_bits);

using IpcQueue = base::IntrusiveList<Tcb, &Tcb::ipc_link>;

} // namespace kernel
