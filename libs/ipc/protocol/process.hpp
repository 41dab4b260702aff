// SPDX-License-Identifier: BSD-2-Clause
//
// The process protocol, served by init: programs come and go through it. The badge is the
// caller's process number.
#pragma once

#include <api/kernel_counters.hpp>
#include <ipc/message.hpp>

namespace ipc::process {

inline constexpr std::size_t max_name = 32;
inline constexpr std::size_t max_command = 256;
inline constexpr std::string_view blanks = " \t"; // between the words of a command

/// How a process stands, or how it ended.
enum class State : api::Word { Running = 1, Exited = 2, Killed = 3, Faulted = 4 };

/// Start a program of the boot archive: its name, then arguments, separated by blanks.
/// Errors: NotFound, BadProgram, OutOfMemory, BadMessage (no name, or longer than max_command),
/// QuotaExceeded (too many that the caller has started still run, or wait to be asked for).
struct Spawn {
    static constexpr api::Word label = 1;

    struct Reply {
        api::Word pid;
    };

    Text<max_command> command;

    [[nodiscard]] std::size_t wire_size() const { return command.wire_size(); }
};

/// End a process: the caller, or one that it has started; the shell may end any program. Errors:
/// NotFound, PermissionDenied (a server of the system, or a process of somebody else).
struct Kill {
    static constexpr api::Word label = 2;

    struct Reply {};

    api::Word pid;
};

/// Wait for a process that the caller has started to end; answered at once if it has. Its number is
/// free again afterwards. The shell may wait for any program; who started it is told all the same.
/// Errors: NotFound, PermissionDenied (a process of somebody else), Busy (someone else waits for
/// it), Interrupted (by ctrl-C at the console; only what init has started itself hears of that).
struct Wait {
    static constexpr api::Word label = 3;

    struct Reply {
        State state;
        api::Word code; // Exited: what the program said
    };

    api::Word pid;
};

/// The process with the lowest number above `after`. Errors: NotFound at the end of the list.
struct List {
    static constexpr api::Word label = 4;

    struct Reply {
        api::Word pid;
        State state;
        api::Word is_server; // 1: part of the system, cannot be killed
        api::Word is_child;  // 1: the caller started it
        api::Word priority;
        Text<max_name> name;
    };

    api::Word after;
};

/// The caller is done. Never answered.
struct Exit {
    static constexpr api::Word label = 5;

    struct Reply {};

    api::Word code;
};

/// The command line the caller was started with.
struct Arguments {
    static constexpr api::Word label = 6;

    using Reply = Text<max_command>;
};

/// Program number `index` of the boot archive. Errors: NotFound past the last one.
struct Program {
    static constexpr api::Word label = 7;

    struct Reply {
        api::Word size; // bytes
        Text<max_name> name;
    };

    api::Word index;
};

enum class PowerState : api::Word { Off = 1, Reboot = 2 };

/// Stop or restart the machine. Not answered when it works. Errors: PermissionDenied (only the
/// shell may), NotFound (this machine has no way to do it).
struct Power {
    static constexpr api::Word label = 8;

    struct Reply {};

    PowerState state;
};

/// Where the RAM went that the pager does not own, in bytes.
struct Memory {
    static constexpr api::Word label = 9;

    struct Reply {
        api::Word ram;          // as the device tree describes it
        api::Word is_described; // 1; 0: there is no device tree, it is what the board must have
        api::Word unused;       // what the kernel leaves alone
        api::Word firmware;
        api::Word kernel;
        api::Word device_tree;
        api::Word boot_image; // init with the boot archive behind it
        api::Word init;       // init's objects, those of the servers, and init's reserve
    };
};

/// What it took to get init going, where the machine counts it (see sys/instruction_counter.hpp).
struct BootCost {
    static constexpr api::Word label = 10;

    struct Reply {
        api::Word instructions; // from reset to the first line of init; 0 if nobody counts
    };
};

/// What the kernel has counted up to now, of one core. Errors: PermissionDenied (only who may
/// inspect the system), NotFound (this kernel shows no counters).
struct Counters {
    static constexpr api::Word label = 11;

    using Reply = api::KernelCounters;
};

/// Start a clone of the caller: what it is and has in memory, going on behind this call. To the
/// clone the answer is 0. It has no open waits and no children, and is a child of the caller.
/// Errors: PermissionDenied (what init has started itself is there once), OutOfMemory,
/// QuotaExceeded (as Spawn).
struct Fork {
    static constexpr api::Word label = 12;

    struct Reply {
        api::Word pid;
    };
};

/// The registers of a device, mapped for the caller to drive it (see ipc::pager::MapDevice), where
/// init's table says that it may; `name` is what the device is called there. One has them at a
/// time: they go back when they are unmapped, or their driver ends. Errors: PermissionDenied (the
/// table does not give the caller such a device), NotFound (this machine has none there), Busy
/// (somebody has it), OutOfMemory, and QuotaExceeded of the pager.
struct MapDevice {
    static constexpr api::Word label = 13;

    struct Reply {
        api::Word address;
        api::Word size;
    };

    Text<max_name> name;

    [[nodiscard]] std::size_t wire_size() const { return name.wire_size(); }
};

} // namespace ipc::process
