// SPDX-License-Identifier: BSD-2-Clause
//
// The pager protocol: what the shell asks, to show how memory is used. The badge says MayInspect.
#pragma once

#include <ipc/protocol/pager_management.hpp>

#include <span>

namespace ipc::pager {

/// Every frame the pager owns is in exactly one of these; the sum is `total`. In bytes. Errors:
/// PermissionDenied.
struct Statistics {
    static constexpr api::Word label = 32;

    struct Reply {
        api::Word total;
        api::Word free;
        api::Word anonymous;      // private pages of clients, stacks included
        api::Word shared;         // pages that several clients may have
        api::Word shared_zero;    // the one zero page
        api::Word buffers;        // IPC buffers
        api::Word page_tables;    // of the clients
        api::Word kernel_objects; // lent by TakeUntyped, and VSpaces
        api::Word pager;          // the pager's books and capability tables
        api::Word file_mapped;    // pages of the boot archive mapped now (not part of the sum)
        api::Word zero_mapped;    // mappings of the zero page (not part of the sum)
        api::Word faults;         // served since boot
        api::Word zeroed;         // frames in stock, in pages: zeroed, for whoever writes next
        api::Word zeroed_wanted;  // so many are made ahead if there is memory for it
    };
};

/// The space with the lowest number above `after`. Errors: PermissionDenied, NotFound at the end.
struct SpaceStatistics {
    static constexpr api::Word label = 33;

    struct Reply {
        api::Word space;
        api::Word pid;
        api::Word reserved;  // bytes of all regions but guards
        api::Word anonymous; // private pages, without buffers
        api::Word buffers;
        api::Word file;
        api::Word zero;
        api::Word page_tables;
        api::Word faults;
        Text<max_name> name;
    };

    api::Word after;
};

/// What copy-on-write does, for all spaces together. In pages. Errors: PermissionDenied.
struct CopyOnWrite {
    static constexpr api::Word label = 36;

    struct Reply {
        api::Word clones;     // spaces made by CloneSpace
        api::Word cloned;     // pages that these got without a copy
        api::Word breaks;     // copied later, because one of those who shared them wrote
        api::Word upgrades;   // written by the last who shared them: no copy
        api::Word saved_now;  // what would be in use more if nothing were shared
        api::Word saved_peak; // the most that ever was
    };
};

/// How the pages of process `pid` came, since it started. In pages, but for the faults. Errors:
/// PermissionDenied, NotFound.
struct LazyStatistics {
    static constexpr api::Word label = 37;

    struct Reply {
        api::Word reserved; // all regions but guards
        api::Word resident; // of these, in memory now: private, file and zero pages
        api::Word faults;   // served
        api::Word zero;     // that showed the page of zeroes
        api::Word frames;   // that took a zeroed frame
        api::Word file;     // that showed a page of the boot archive, or copied one
        api::Word copies;   // that copied a page which others share
        api::Word again;    // that found the page there, and mapped it again
        api::Word ahead;    // pages that came along with another, before they were touched
        api::Word refused;  // advice of the policy that was wrong
    };

    api::Word pid;
};

/// Have the pager check all its books against one another. Long; nobody else is served meanwhile.
/// Errors: PermissionDenied.
struct Check {
    static constexpr api::Word label = 38;

    struct Reply {
        Text<120> discrepancy; // empty: the books balance

        [[nodiscard]] std::size_t wire_size() const { return discrepancy.wire_size(); }
    };
};

/// To see copy-on-write at work: the page of process `pid` at `address`, which has a frame, becomes
/// read-only until it is written next (`protect` 1), or writable at once if nobody shares it (0).
/// It does not come along with a page that is written before it. What the process does about its
/// memory, as to change its access or to fork, ends that.
/// Errors: PermissionDenied, NotFound (no such process, or no frame there), OutOfMemory.
struct ProtectPage {
    static constexpr api::Word label = 39;

    struct Reply {};

    api::Word pid;
    api::Word address;
    api::Word protect;
};

/// How the stacks and the heap of process `pid` grow. Errors: PermissionDenied, NotFound.
struct Growth {
    static constexpr api::Word label = 44;
    static constexpr api::Word unlimited = ~api::Word{0};

    struct Reply {
        api::Word max_stack; // bytes, of each; unlimited: all that is reserved for it
        api::Word max_heap;
        api::Word max_ahead; // pages that come along with one that is touched
        api::Word grown;     // faults that made a stack longer
        api::Word checked;   // ... of which the thread's stack pointer was looked up
        api::Word refused;   // ... because of the limit, or the stack pointer
        api::Word trimmed;   // pages below the stack pointer that were given back
    };

    api::Word pid;
};

/// Set these limits, for process `pid` and what it forks from now on. What there is stays.
/// `max_ahead` is at most 15. Errors: PermissionDenied, NotFound, InvalidSize (more ahead than
/// that).
struct SetGrowth {
    static constexpr api::Word label = 45;
    static constexpr api::Word most_ahead = 15;

    struct Reply {};

    api::Word pid;
    api::Word max_stack;
    api::Word max_heap;
    api::Word max_ahead;
};

/// The region of process `pid` with the lowest end above `address`, and what its first pages are:
/// one letter each, from `from_page` on: '.' untouched, 'z' zero page, 'a' private, 's' shared
/// until written, 'S' shared memory, 'f' file page, 'b' buffer, 'd' a device's registers, '-'
/// guard. Errors: PermissionDenied, NotFound (no such process; past the last).
struct PageMap {
    static constexpr api::Word label = 34;
    static constexpr std::size_t max_pages = 512;

    struct Reply {
        api::Word start;
        api::Word end;
        RegionKind kind;
        Access access;
        Text<max_pages> pages;

        [[nodiscard]] std::size_t wire_size() const {
            return offsetof(Reply, pages) + pages.wire_size();
        }
    };

    api::Word pid;
    api::Word address;
    api::Word from_page;
};

/// Do a step of what would have to be done later, on the caller's time: frames that are zeroed,
/// page by page, before somebody wants them. The pager's own thread of the lowest priority asks for
/// this when there is nothing else to do; who measures may, too. Errors: PermissionDenied.
struct WorkAhead {
    static constexpr api::Word label = 35;

    struct Reply {
        api::Word more; // 0: there was nothing to do
    };
};

/// Whether the pager writes down each fault, which costs it a little, and forgets what is written.
enum class Tracing : api::Word {
    Off = 0,   // what is written can still be read
    On = 1,    // go on behind that
    Clear = 2, // off, and give back the memory that it took
};

/// Errors: PermissionDenied, BadMessage, OutOfMemory (there is no page to write to).
struct SetTracing {
    static constexpr api::Word label = 40;

    struct Reply {};

    Tracing tracing;
};

/// How a fault ended.
enum class Resolution : std::uint8_t {
    Refused = 0, // the client was stopped: `reason` says why
    Zero = 1,    // it shows the page of zeroes
    Frame = 2,   // it took a zeroed frame
    File = 3,    // it shows a page of the boot archive, or copied one
    Copy = 4,    // it copied a page that others share
    Again = 5,   // the page was there, and is mapped again
    Upgrade = 6, // likewise: the last who shared it wrote, and nothing was copied
};

/// A fault, as it is written down.
struct TracedFault {
    api::Word ticks; // of the machine's counter, when the pager began with it
    api::Word address;
    api::Word instruction; // where the program was
    api::Word pid;
    std::uint32_t space;
    std::uint32_t instructions; // executed until it was served; 0: the machine does not count them
    std::uint8_t kind;          // FaultKind
    Resolution resolution;
    std::uint16_t reason; // StopReason, or 0
    std::uint32_t ahead;  // pages that came along
};

/// Faults written down one after the other, numbered since boot: those from number `from` on, or
/// from the oldest on that is still there; as many as fit. Errors: PermissionDenied.
struct TracedFaults {
    static constexpr api::Word label = 41;
    static constexpr std::size_t max_faults = 19;

    struct Reply {
        Tracing tracing;  // Off or On
        api::Word first;  // number of the first of `faults`; above `from`: those between are lost
        api::Word behind; // number of the next one that will be written
        api::Word count;
        std::array<TracedFault, max_faults> faults;

        [[nodiscard]] std::size_t wire_size() const {
            return offsetof(Reply, faults) + view().size() * sizeof(TracedFault);
        }

        /// Never more than the message can hold, whatever `count` claims.
        [[nodiscard]] std::span<TracedFault const> view() const {
            return std::span{faults}.first(count < max_faults ? count : max_faults);
        }
    };

    api::Word from;
};

} // namespace ipc::pager
