// SPDX-License-Identifier: BSD-2-Clause
//
// KernelCounters: what the kernel counts, as it lies at the beginning of a page that programs can
// be given to read. An extra chunk of the boot info names the capability.
//
// A core writes only its own page. Each counter is one aligned word, so a reader sees it before or
// after a step, but may see two of them at different moments. All start at 0 at boot and only go
// up, but for asids_in_use. Each event is in one counter; the sums are below.
#pragma once

#include <api/types.hpp>

namespace api {

struct KernelCounters {
    Word size; // bytes of this struct; a later kernel may have more counters behind the last

    // ---- switches from one thread to another; each loads the address space of the other --------
    Word fast_calls;     // Call to a server that waits, by the short-cut
    Word fast_faults;    // a page fault to a handler that waits, likewise
    Word fast_replies;   // ReplyRecv to a caller or to a thread that had a fault, likewise
    Word other_switches; // all others, to and from idling included

    // ---- between threads -----------------------------------------------------------------------
    Word slow_messages;  // carried by the general path: sends, calls and answers
    Word slow_vm_faults; // sent to a handler by the general path
    Word other_faults;   // of all other kinds, timeouts included, sent to a handler
    Word signals;        // of notifications, by programs and by interrupts

    // ---- the processor -------------------------------------------------------------------------
    Word interrupts;  // taken, those of the timer included
    Word preemptions; // long system calls that let something more urgent by, to go on later
    Word tlb_pages;   // TLB maintenance of one page of an address space
    Word tlb_spaces;  // TLB maintenance of a whole address space (ASID)
    Word cache_pages; // pages, or parts of one, whose cache lines a program had maintained

    // ---- objects -------------------------------------------------------------------------------
    Word asids_in_use;  // address spaces that have an ASID now
    Word objects_made;  // by Retype
    Word bytes_cleared; // by Retype
};

[[nodiscard]] constexpr Word thread_switches(KernelCounters const& counters) {
    return counters.fast_calls + counters.fast_faults + counters.fast_replies +
           counters.other_switches;
}

/// Those that a handler was told of.
[[nodiscard]] constexpr Word vm_faults(KernelCounters const& counters) {
    return counters.fast_faults + counters.slow_vm_faults;
}

} // namespace api
