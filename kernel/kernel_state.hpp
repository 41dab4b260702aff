// SPDX-License-Identifier: BSD-2-Clause
//
// KernelState: everything the kernel remembers outside of objects. There is one, made in main.cpp
// and passed to whatever needs it; nothing else in the kernel is mutable at namespace scope.
#pragma once

#include <api/kernel_counters.hpp>
#include <api/object.hpp>
#include <kernel/ipc/badge_sweep.hpp>
#include <kernel/object/asid_pool.hpp>
#include <kernel/object/irq.hpp>
#include <kernel/sched/domain.hpp>
#include <kernel/sched/scheduler.hpp>

#include <span>

namespace kernel {

/// The page of counters that programs may read: nothing else is in it.
struct alignas(api::page_size) CounterPage : api::KernelCounters {};

static_assert(sizeof(CounterPage) == api::page_size);

/// What one processor core works on. More cores means more of these.
struct Core {
    Tcb* current{nullptr};
    Tcb idle_thread;
    SchedContext* sched_context{nullptr}; // the one that pays for `current`
    SchedContext idle_sched_context;      // never configured: nobody pays for idle time

    Ticks now{0};       // at kernel entry
    Ticks consumed{0};  // by `sched_context`, not charged yet
    Ticks deadline{0};  // of the next timer interrupt
    Ticks slice_end{0}; // until then enough is left to go on: of budget, and of the domain's time

    Scheduler scheduler;
    Tcb* fpu_owner{nullptr}; // whose values are in the FP registers
    unsigned work_units{0};  // done since the last look for an interrupt

    CounterPage counters{};
};

struct KernelState {
    Core core;
    DomainSchedule domains;
    IrqTable irqs;
    AsidTable asids;
    BadgeSweep sweep;
    base::IntrusiveList<Tcb, &Tcb::debug_link> threads; // all of them, in debug builds

    // For debug/: the root task's CNode, where every list of capabilities begins; and kernel
    // entries since all capabilities were last looked at.
    std::span<Slot const> boot_slots;
    unsigned entries_unchecked{0};
};

} // namespace kernel
