// SPDX-License-Identifier: BSD-2-Clause
//
// The pager protocol: what init asks, who makes and ends processes. The badge says MayManage.
#pragma once

#include <ipc/protocol/pager.hpp>

namespace ipc::pager {

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

/// Which thread uses the stack that ends below `top`: with the request comes a capability to its
/// TCB. From now on the stack grows only down to where the thread's stack pointer is, give or take
/// what an instruction may address below it, and not because a stray pointer hit it; and TrimStack
/// knows what is not needed. A clone's stacks have no threads until they are told. Errors:
/// PermissionDenied, NotFound (no such space, or stack), BadMessage (no capability), OutOfMemory.
struct WatchStack {
    static constexpr api::Word label = 27;

    struct Reply {};

    api::Word space;
    api::Word top;
};

/// A resident page for a thread's IPC buffer. With the reply comes a capability to its frame.
/// Errors: PermissionDenied, NotFound, InvalidAddress, NotAligned, AlreadyMapped, OutOfMemory.
struct MapBuffer {
    static constexpr api::Word label = 20;

    struct Reply {};

    api::Word space;
    api::Word address;
};

/// The registers of a device, for the program that drives it: with the request comes a capability
/// to an untyped, whose first `size` bytes are mapped where the pager likes, to be read and
/// written, and not cached. They are a region of kind Device: no clone gets them, nobody executes
/// them, advice cannot give them back, and they are nobody's memory, so only their tables count
/// against a quota. When the last of them is unmapped, whatever was made of the untyped is deleted,
/// and it may be lent to the next. Errors: PermissionDenied, NotFound, NotAligned, InvalidSize (0,
/// or above 2 MiB), BadMessage (no capability, or none to an untyped that is big enough and of
/// which nothing is made), QuotaExceeded (too many regions), OutOfMemory.
struct MapDevice {
    static constexpr api::Word label = 28;

    struct Reply {
        api::Word address;
    };

    api::Word space;
    api::Word size;
};

/// How much a space may have from now on: of pages, which are frames, page tables and buffers
/// together, and of regions. What it has above that it keeps, and may use. A new space has no
/// limits; a clone has those of its source. Errors: PermissionDenied, NotFound.
struct SetQuota {
    static constexpr api::Word label = 25;
    static constexpr api::Word unlimited = ~api::Word{0};

    struct Reply {};

    api::Word space;
    api::Word pages;
    api::Word regions;
};

/// What a space may not do, whatever its owner asks for: a bit each.
struct Forbidden {
    using NewCode = base::Bits<bool, 0>;       // more memory to execute than it was started with
    using SharedWriting = base::Bits<bool, 1>; // writing what others have, too
    static constexpr api::Word all = 3;
};

/// The access policy of a space from now on; see Forbidden. What is mapped already stays. A new
/// space may do everything; a clone what its source may. Errors: PermissionDenied, NotFound,
/// BadMessage for an unknown bit.
struct SetAccessPolicy {
    static constexpr api::Word label = 26;

    struct Reply {};

    api::Word space;
    api::Word forbidden;
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
    StackLimit = 9,    // a stack grew to what SetGrowth allows
    BelowStack = 10,   // an untouched part of a stack, below the thread's stack pointer
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

} // namespace ipc::pager
