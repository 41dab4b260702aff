// SPDX-License-Identifier: BSD-2-Clause
//
// The pager protocol: what any client may ask of whoever serves memory, about its own space. The
// badge says who asks and what for; see `Caller`. Addresses are virtual, sizes are bytes, both
// multiples of the page size. What init asks is in pager_management.hpp, what the shell asks in
// pager_inspection.hpp.
#pragma once

#include <api/object.hpp>
#include <ipc/message.hpp>

namespace ipc::pager {

/// What a badge of the pager's endpoint means. A space number is never 0.
struct Caller {
    using Space = base::Bits<api::Word, 0, 32>;
    using MayUseDma = base::Bits<bool, 59>;  // a driver: memory for its device
    using MayInspect = base::Bits<bool, 60>; // the shell: statistics and maps of others
    using MayManage = base::Bits<bool, 61>;  // init: spaces come and go
    using IsFault = base::Bits<bool, 62>;    // the kernel, on behalf of a thread of the space
};

/// What a program may do with a page. Write and Execute are never both allowed.
enum class Access : api::Word { None = 0, Read = 1, ReadWrite = 2, ReadExecute = 3 };

constexpr bool is_valid(Access access) {
    return access <= Access::ReadExecute;
}

enum class RegionKind : api::Word {
    Anonymous = 1,
    File = 2, // of the boot archive, and zeroes behind it; to read
    Stack = 3,
    Guard = 4,
    Buffer = 5,
    Heap = 6,    // what Break grows and shrinks
    Shared = 7,  // what others may have, too
    Code = 8,    // a file mapped to be executed
    Data = 9,    // a file mapped to be written: the writer's own copy
    Device = 10, // not cached: memory that a device uses, too, or its registers
};

/// Where new memory goes.
enum class Placement : api::Word {
    Exact = 0, // at the address given, which must be free; anywhere if that is 0
    Hint = 1,  // there if it is free, anywhere otherwise
};

constexpr bool is_valid(Placement placement) {
    return placement <= Placement::Hint;
}

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
inline constexpr std::size_t max_file_name = 96;

// ---- any client, about its own space ------------------------------------------------------

/// New zero-filled memory, at `address` or, if that is 0, where the pager likes.
/// Errors: InvalidAddress, InvalidSize, NotAligned, AlreadyMapped, OutOfMemory, QuotaExceeded (too
/// many regions), BadMessage, PermissionDenied for memory to execute where the caller's access
/// policy forbids it and, as all requests of this part, for a caller without a space.
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
/// stay), OutOfMemory and QuotaExceeded (a region has a hole now, which makes it two).
struct Unmap {
    static constexpr api::Word label = 2;

    struct Reply {
        api::Word size;
    };

    api::Word address;
    api::Word size;
};

/// Change what may be done with memory, in steps like Unmap. Errors: as Unmap, OutOfMemory and
/// QuotaExceeded wherever a region is cut, BadMessage, PermissionDenied also for what the caller's
/// access policy forbids, and for more than a token for shared memory allows.
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
/// PermissionDenied also where locked pages would be given back; OutOfMemory and QuotaExceeded
/// where a region is cut, or where there is not enough for Populate and Lock.
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
/// AlreadyMapped (something else is in the way), QuotaExceeded (see SetGrowth), OutOfMemory.
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
    Buffer = 4,  // of messages, or for a device
    Shared = 5,  // a frame of shared memory that is or was mapped here
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
/// who collect garbage. IPC buffers say nothing, and guards are never written. Errors:
/// InvalidAddress, InvalidSize (also above 64 pages), NotAligned, RegionNotFound, PermissionDenied.
struct Written {
    static constexpr api::Word label = 7;
    static constexpr api::Word max_pages = 64;

    struct Reply {
        api::Word pages;
    };

    api::Word address;
    api::Word size;
};

/// New zero-filled memory that can be shared: a clone has the same pages, and what one writes the
/// others read; others get it by Share. It is never executable. All of it counts against the quota
/// of whoever has it longest. Errors: as Map; PermissionDenied for memory to execute, and for
/// memory to write if the caller's access policy forbids to share it.
struct MapShared {
    static constexpr api::Word label = 9;

    struct Reply {
        api::Word address;
    };

    api::Word address;
    api::Word size;
    Access access;
    Placement placement{Placement::Exact};
};

/// A token for some shared memory of the caller's: whoever knows it may have that memory, too, with
/// no more than `access`. It is a number that nobody can guess, and good until it is revoked or
/// the caller has no part any more of the memory that it was given: who has it by the token then
/// keeps it. Errors: InvalidAddress, InvalidSize, NotAligned, RegionNotFound, PermissionDenied (not
/// shared, or not all one memory, or more than the caller may do himself), BadMessage, OutOfMemory.
struct Share {
    static constexpr api::Word label = 10;

    struct Reply {
        api::Word token;
    };

    api::Word address;
    api::Word size;
    Access access;
};

/// Map the memory that a token is for; `address` and `placement` as for Map. Errors: as Map;
/// NotFound for no token, PermissionDenied for more than the token allows.
struct Attach {
    static constexpr api::Word label = 11;

    struct Reply {
        api::Word address;
        api::Word size;
    };

    api::Word token;
    api::Word address;
    Access access;
    Placement placement{Placement::Exact};
};

/// Take the memory away from all who have it by one of the caller's tokens, and by theirs: they
/// fault where it was. This goes in steps: to be asked again until it is done; nobody gets it by
/// the token any more once it is. Errors: NotFound.
struct Revoke {
    static constexpr api::Word label = 12;

    struct Reply {
        api::Word done; // 0: not yet
    };

    api::Word token;
};

/// Give the pages of the caller's stacks back that lie below the stack pointer of their threads:
/// what a program left there when it called deeper, and does not need any more. In steps: to be
/// asked again until it is done. Errors: OutOfMemory (no room to note it, for a clone).
struct TrimStack {
    static constexpr api::Word label = 13;

    struct Reply {
        api::Word pages; // that this step gave back
        api::Word done;  // 0: not yet
    };
};

/// `size` bytes of a file of the boot archive, from `offset` on, and zeroes up to the end of the
/// last page; `address` and `placement` as for Map. All of the file behind `offset` if `size` is 0.
/// What is only read is the file itself; what is written is the caller's own copy of the page.
/// Errors: as Map; NotFound for no such file, InvalidSize for bytes that it does not have.
struct MapArchiveFile {
    static constexpr api::Word label = 8;

    struct Reply {
        api::Word address;
        api::Word size; // of what is mapped of the file, in bytes
    };

    api::Word offset;
    api::Word size;
    api::Word address;
    Access access;
    Placement placement{Placement::Exact};
    Text<max_file_name> name;

    [[nodiscard]] std::size_t wire_size() const {
        return offsetof(MapArchiveFile, name) + name.wire_size();
    }
};

/// A clone of a range of memory, which lies in one region, elsewhere in the caller's space: the
/// same pages, copied when one of the two is written. In steps: the first, with `target` and `done`
/// 0, says where the clone will be; each is to be asked again with what the one before answered,
/// until `done` is `size`. Until then nobody may touch the clone. Errors: InvalidAddress,
/// InvalidSize, NotAligned (also of a target or progress that no answer said), RegionNotFound,
/// PermissionDenied (guards, buffers, devices, shared memory), AlreadyMapped (somebody touched it),
/// QuotaExceeded, OutOfMemory.
struct CloneRange {
    static constexpr api::Word label = 15;

    struct Reply {
        api::Word target;
        api::Word done;
    };

    api::Word address;
    api::Word size;
    api::Word target;
    api::Word done;
};

/// Memory for a device: zeroes next to each other in RAM, which never move. What the caller writes
/// there the device reads at once, and the other way round: nothing is cached, so the processor
/// refuses accesses that are not aligned. The physical address is a multiple of 2^alignment_bits;
/// what counts against the quota, and has the size of the smallest such block, is 2^n pages. It
/// goes back with the last page of it that is unmapped. A clone does not get it, because there is
/// but one device. Advise cannot give its pages back; nobody can execute it. Errors: as Map;
/// PermissionDenied for a badge without MayUseDma, InvalidSize above 2 MiB, QuotaExceeded,
/// BadMessage for access other than Read and ReadWrite; OutOfMemory also where there is memory, but
/// not in one piece.
struct MapContiguous {
    static constexpr api::Word label = 14;

    struct Reply {
        api::Word address;
        api::Word physical;
    };

    api::Word size;
    api::Word alignment_bits; // 0: that of a page
    Access access;
};

} // namespace ipc::pager
