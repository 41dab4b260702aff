// SPDX-License-Identifier: BSD-2-Clause
//
// What the system consists of: the types of the table in system.cpp.
#pragma once

#include <base/address.hpp>
#include <ipc/protocol/pager_management.hpp>

#include <span>
#include <string_view>

namespace init {

using Pid = api::Word;

/// Eager: loaded and mapped whole by init, so it never faults. Paged: a process like any other,
/// whose memory the pager brings.
enum class Loading { Eager, Paged };

/// What a component may use beyond the endpoints that every process has.
struct Grants {
    bool uart{false};     // the board's UART and its interrupt
    bool ram{false};      // all RAM that init does not keep
    bool inspect{false};  // the pager's statistics, maps of other processes, the kernel's counters
    bool terminal{false}; // reading what a person types, and saying who else may
    bool kill{false};     // ending programs it has not started, and asking how they ended
    bool dma{false};      // memory in one piece, and where it lies: a device can write anywhere
    bool power{false};    // switching the machine off and on again
};

/// What its memory may be. Of a process whose memory the pager brings.
struct MemoryRules {
    api::Word max_pages{ipc::pager::SetQuota::unlimited};
    api::Word max_regions{ipc::pager::SetQuota::unlimited};
    api::Word forbidden{0}; // bits of ipc::pager::Forbidden
};

/// Registers of a device: 2^size_bits bytes from `start` on, a multiple of that. Whoever drives it
/// asks for it by `name`.
struct DeviceRange {
    std::string_view name;
    base::PhysAddr start;
    unsigned size_bits{api::page_bits};
};

struct Component {
    Pid pid; // 0: numbered when it starts
    std::string_view name;
    std::string_view file; // in the boot archive
    Loading loading;
    api::Word priority;
    api::Word time_slice_us;
    api::Word stack_bytes;
    api::Word max_children; // that run, or of which it has not asked how they ended
    Grants grants;
    bool restart; // when it ends, however that comes
    MemoryRules memory{};
    std::span<DeviceRange const> devices{}; // that it may drive; of a process, likewise

    /// A server without time of its own: a call or a fault brings that of whoever makes it, so who
    /// asks for much slows nobody but itself, and the kernel switches to the server and back the
    /// short way. Its priority is above that of everybody who can end such a caller, which is init:
    /// a server that lost its time in mid-work would never finish it.
    bool runs_on_callers_time{false};
};

/// What init starts, in this order.
[[nodiscard]] std::span<Component const> components();

/// What every spawned program is.
[[nodiscard]] Component const& program();

/// What a spawned program of this name is: like every other, or one that drives a device.
[[nodiscard]] Component const& program(std::string_view name);

/// Whether this is one of these two, not what init starts itself.
[[nodiscard]] bool is_spawned(Component const& component);

/// What init itself is, for the list of processes.
[[nodiscard]] Component const& root_task();

} // namespace init
