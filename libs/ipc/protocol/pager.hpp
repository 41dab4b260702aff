// SPDX-License-Identifier: BSD-2-Clause
//
// The pager protocol: what may be asked of whoever serves memory. The badge says who asks and
// what for; see `Caller`. Addresses are virtual, sizes are bytes, both multiples of the page size.
#pragma once

#include <api/object.hpp>
#include <ipc/message.hpp>

namespace ipc::pager {

/// What a badge of the pager's endpoint means. A space number is never 0.
struct Caller {
    using Space = base::Bits<api::Word, 0, 32>;
    using MayInspect = base::Bits<bool, 60>; // the shell: statistics and maps of others
    using MayManage = base::Bits<bool, 61>;  // init: spaces come and go
    using IsFault = base::Bits<bool, 62>;    // the kernel, on behalf of a thread of the space
};

/// What a program may do with a page. Write and Execute are never both allowed.
enum class Access : api::Word { None = 0, Read = 1, ReadWrite = 2, ReadExecute = 3 };

enum class RegionKind : api::Word {
    Anonymous = 1,
    File = 2, // of the boot archive: text, data, and the zeroes behind it
    Stack = 3,
    Guard = 4,
    Buffer = 5,
    Heap = 6, // what Break grows and shrinks
};

/// Where new memory goes.
enum class Placement : api::Word {
    Exact = 0, // at the address given, which must be free; anywhere if that is 0
    Hint = 1,  // there if it is free, anywhere otherwise
};

/// How a program is going to use memory, or what is to be done about it ahead of time.
enum class Advice : api::Word {
    Normal = 0,
    Sequential = 1, // page after page: neighbours may come early
    Random = 2,     // no page says anything about its neighbours
    WillNeed = 3,   // map now what is in memory already
    Populate = 4,   // map all of it now, so that no access faults: writable memory gets frames
    DontNeed = 5,   // give the pages back: what is read next is as if it was never written
    Free = 6,       // the pages may be given back; here that is done at once
    Lock = 7,       // Populate, and never take the pages away
    Unlock = 8,
};

inline constexpr std::size_t max_name = 32;

// ---- any client, about its own space ------------------------------------------------------

/// New zero-filled memory, at `address` or, if that is 0, where the pager likes.
/// Errors: InvalidAddress, InvalidSize, NotAligned, AlreadyMapped, OutOfMemory, BadMessage,
/// and, as all requests of this part, PermissionDenied for a caller without a space.
struct Map {
    static constexpr api::Word label = 1;

    struct Reply {
        api::Word address;
    };

    api::Word address;
    api::Word size;
    Access access;
    Placement placement{Placement::Exact};
};

/// Give memory back: all of the range, which must be mapped without a hole. So that nobody waits
/// long for somebody else, one request does one step, refused or done as a whole: the answer is how
/// many bytes it was from `address` on, and the client asks again for the rest. Errors:
/// InvalidAddress, InvalidSize, NotAligned, RegionNotFound, PermissionDenied (guards and buffers
/// stay), OutOfMemory (no room to note that a region has a hole now).
struct Unmap {
    static constexpr api::Word label = 2;

    struct Reply {
        api::Word size;
    };

    api::Word address;
    api::Word size;
};

/// Change what may be done with memory, in steps like Unmap. Errors: as Unmap, OutOfMemory wherever
/// a region is cut, BadMessage.
struct Protect {
    static constexpr api::Word label = 3;

    struct Reply {
        api::Word size;
    };

    api::Word address;
    api::Word size;
    Access access;
};

/// Advice about memory, which must be mapped without a hole; in steps like Unmap. Nothing that a
/// program sees changes but by DontNeed and Free. Errors: as Unmap; BadMessage for unknown advice;
/// PermissionDenied also where locked pages would be given back; OutOfMemory where a region is cut,
/// or where there is not enough for Populate and Lock.
struct Advise {
    static constexpr api::Word label = 4;

    struct Reply {
        api::Word size;
    };

    api::Word address;
    api::Word size;
    Advice advice;
};

/// The end of the heap: a region of its own, whose start never changes. `end` is where it shall
/// end, in bytes; 0 only asks. A heap that shrinks gives its pages back in steps: while the answer
/// is above `end`, to be asked again. Errors: InvalidAddress (below the start, or out of its room),
/// AlreadyMapped (something else is in the way), OutOfMemory.
struct Break {
    static constexpr api::Word label = 5;

    struct Reply {
        api::Word start;
        api::Word end;
    };

    api::Word end;
};

/// What stands behind a page.
enum class PageKind : api::Word {
    Absent = 0,  // never touched, or given back
    Zero = 1,    // the page of zeroes that all share
    File = 2,    // a page of the boot archive, in place
    Private = 3, // a frame
    Buffer = 4,
};

/// All about one page. Errors: InvalidAddress, NotAligned, RegionNotFound.
struct Query {
    static constexpr api::Word label = 6;

    struct Reply {
        api::Word region_start;
        api::Word region_end;
        PageKind page;
        api::Word is_mapped;   // 1: an access that the region allows does not fault
        api::Word is_writable; // 1: nor does a write
        api::Word references;  // Private: how many memories have the frame; 1: this one alone
        RegionKind region;
        Access access; // that the region allows
        api::Word is_locked;
    };

    api::Word address;
};

/// Which pages were written since this was asked last, of [address, address + size), at most 64 of
/// them: bit n is for page n. A page may be said to be written that was only about to be. For those
/// who collect garbage. In steps like Unmap. Errors: as Unmap, InvalidSize above 64 pages.
struct Written {
    static constexpr api::Word label = 7;
    static constexpr api::Word max_pages = 64;

    struct Reply {
        api::Word pages;
    };

    api::Word address;
    api::Word size;
};

// ---- init (MayManage) ---------------------------------------------------------------------

/// A new, empty space. With the reply comes a capability to its VSpace.
/// Errors: PermissionDenied, OutOfMemory.
struct CreateSpace {
    static constexpr api::Word label = 16;

    struct Reply {
        api::Word space;
    };

    api::Word pid; // for reports and statistics
    Text<max_name> name;
};

/// Ends a space; its threads are gone already. All its memory is free afterwards. This, too, goes
/// in steps: to be asked again until it has ended. Errors: PermissionDenied, NotFound.
struct DestroySpace {
    static constexpr api::Word label = 17;

    struct Reply {
        api::Word ended; // 0: not yet
    };

    api::Word space;
};

/// A new space that is a clone of `source`: the same regions, but for IPC buffers, and the same
/// pages. They are shared, and copied when one of the two writes. With the first reply, and no
/// other, comes a capability to its VSpace. This, too, goes in steps: to be asked again with the
/// number of the new space as `target` until it is done; what threads of the source do meanwhile
/// may be in the clone or not. Errors: PermissionDenied, NotFound, OutOfMemory, and AlreadyMapped
/// if something was mapped in the clone before it was done.
struct CloneSpace {
    static constexpr api::Word label = 24;

    struct Reply {
        api::Word space;
        api::Word done; // 0: not yet
    };

    api::Word source;
    api::Word target; // 0: a new one
    api::Word pid;    // for that: as for CreateSpace
    Text<max_name> name;
};

/// Map `file_size` bytes of the boot archive from `file_offset` on (archive-relative, need not be
/// aligned) to `address` (likewise), and zeroes behind them up to `memory_size`. Pages come on
/// first touch. Errors: PermissionDenied, NotFound, InvalidAddress, InvalidSize, AlreadyMapped,
/// OutOfMemory, BadMessage.
struct MapFile {
    static constexpr api::Word label = 18;

    struct Reply {};

    api::Word space;
    api::Word file_offset;
    api::Word file_size;
    api::Word address;
    api::Word memory_size;
    Access access;
};

/// A stack of at most `size` bytes that ends below `top`, with a guard of at least 64 KiB under
/// it. Errors: as MapFile, NotAligned.
struct MapStack {
    static constexpr api::Word label = 19;

    struct Reply {};

    api::Word space;
    api::Word top;
    api::Word size;
};

/// A resident page for a thread's IPC buffer. With the reply comes a capability to its frame.
/// Errors: PermissionDenied, NotFound, InvalidAddress, NotAligned, AlreadyMapped, OutOfMemory.
struct MapBuffer {
    static constexpr api::Word label = 20;

    struct Reply {};

    api::Word space;
    api::Word address;
};

/// How much a space may have from now on: of pages, which are frames, page tables and buffers
/// together, and of regions. What it has above that it keeps. A new space has no limits; a clone
/// has those of its source. Errors: PermissionDenied, NotFound.
struct SetQuota {
    static constexpr api::Word label = 25;
    static constexpr api::Word unlimited = ~api::Word{0};

    struct Reply {};

    api::Word space;
    api::Word pages;
    api::Word regions;
};

/// Memory for kernel objects: with the reply comes a capability to an untyped of 2^size_bits
/// bytes. It is given back by ReturnUntyped, after everything made from it has been deleted.
/// Errors: PermissionDenied, InvalidSize (below one page or above 2 MiB), OutOfMemory.
struct TakeUntyped {
    static constexpr api::Word label = 21;

    struct Reply {
        api::Word id;
    };

    api::Word size_bits;
};

/// Errors: PermissionDenied, NotFound.
struct ReturnUntyped {
    static constexpr api::Word label = 22;

    struct Reply {};

    api::Word id;
};

/// Why a client was stopped.
enum class StopReason : api::Word {
    NoRegion = 1,      // nothing is mapped there
    GuardHit = 2,      // the guard under a stack
    Forbidden = 3,     // the region does not allow this access
    OutOfMemory = 4,   // a page was due and there was none
    Exception = 5,     // an instruction the processor refused; `address` is the syndrome
    BadSyscall = 6,    // `address` is the number
    BadCapability = 7, // `address` is the capability pointer
    QuotaExceeded = 8, // a page was due, and the space has as many as it may
};

enum class FaultKind : api::Word { Read = 1, Write = 2, Execute = 3, Other = 4 };

/// The next client that the pager had to stop. init is signalled when there is one. A client has
/// one report at a time: trouble of its other threads until it is taken is not noted. Errors:
/// PermissionDenied, NotFound (none left).
struct TakeReport {
    static constexpr api::Word label = 23;

    struct Reply {
        api::Word space;
        api::Word pid;
        StopReason reason;
        FaultKind kind;
        api::Word address;
        api::Word instruction;  // where the program was
        RegionKind region_kind; // of the region hit, or 0
        Access region_access;
        api::Word region_start;
        api::Word region_end;
    };
};

// ---- the shell (MayInspect) ---------------------------------------------------------------

/// Every frame the pager owns is in exactly one of these; the sum is `total`. In bytes.
struct Statistics {
    static constexpr api::Word label = 32;

    struct Reply {
        api::Word total;
        api::Word free;
        api::Word anonymous;      // private pages of clients, stacks included
        api::Word shared_zero;    // the one zero page
        api::Word buffers;        // IPC buffers
        api::Word page_tables;    // of the clients
        api::Word kernel_objects; // lent by TakeUntyped, and VSpaces
        api::Word pager;          // the pager's books and capability tables
        api::Word file_mapped;    // pages of the boot archive mapped now (not part of the sum)
        api::Word zero_mapped;    // mappings of the zero page (not part of the sum)
        api::Word faults;         // served since boot
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
/// Errors: PermissionDenied, NotFound (no such process, or no frame there), OutOfMemory.
struct ProtectPage {
    static constexpr api::Word label = 39;

    struct Reply {};

    api::Word pid;
    api::Word address;
    api::Word protect;
};

/// The region of process `pid` with the lowest end above `address`, and what its first pages are:
/// one letter each, from `from_page` on: '.' untouched, 'z' zero page, 'a' private, 's' shared
/// until written, 'f' file page, 'b' buffer, '-' guard. Errors: PermissionDenied, NotFound (no such
/// process; past the last).
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

} // namespace ipc::pager
