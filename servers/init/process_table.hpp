// SPDX-License-Identifier: BSD-2-Clause
//
// ProcessTable: what init knows of each process, from its start until somebody has been told how
// it ended. Ordered by process number; numbers are not used twice before the counter wraps.
#pragma once

#include <init/system.hpp>
#include <ipc/protocol/process.hpp>
#include <ipc/server_loop.hpp>

#include <optional>

namespace init {

/// The number of no process.
inline constexpr Pid nobody = 0;

struct Process {
    Pid pid{nobody};
    Pid parent{nobody}; // who started it and may still ask how it ended
    ipc::process::State state{};
    api::Word exit_code{0};
    api::Word started_at{0}; // milliseconds
    unsigned quick_ends{0};  // restarts before this one that came too soon
    Component const* component{nullptr};
    ipc::Text<ipc::process::max_name> name{};
    ipc::Text<ipc::process::max_command> command{};

    api::Word space{0};                    // the pager's number for it
    api::Word stack_top{0};                // where its stack ends
    std::optional<api::Word> untyped_id{}; // and for the memory of its kernel objects
    api::CPtr slots{};                     // init's slots for it; they stay with this record
    api::CPtr thread{};                    // null unless it runs

    ipc::ReplyObject* waiter{nullptr}; // who waits for its end, and the number of that process
    Pid waiter_pid{nobody};

    base::ListLink<Process> link;
};

class ProcessTable {
public:
    /// A number for a new process.
    [[nodiscard]] Pid next_pid();

    void add(Process& process);
    void remove(Process& process) { processes_.remove(process); }

    /// Null if there is none.
    [[nodiscard]] Process* find(Pid pid) const;

    /// The process with the lowest number above `pid`, or null.
    [[nodiscard]] Process* after(Pid pid) const;

    [[nodiscard]] api::Word children_of(Pid parent) const;

    /// Calls `act` with every process; it may remove the one it is called with.
    void for_each(auto&& act) const {
        for (auto* process = processes_.front(); process != nullptr;) {
            auto* const next = processes_.next(*process);
            act(*process);
            process = next;
        }
    }

private:
    base::IntrusiveList<Process, &Process::link> processes_;
    Pid last_pid_{first_pid - 1};

    static constexpr Pid first_pid = 4;         // behind init and the servers
    static constexpr Pid max_pid = 0x7fff'ffff; // fits in the badges that carry it
};

} // namespace init
