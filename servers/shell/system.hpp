// SPDX-License-Identifier: BSD-2-Clause
//
// System: everything the shell's commands ask of the rest of Quire. The answers are those of the
// protocols; tests give them from a script.
#pragma once

#include <ipc/protocol/pager_inspection.hpp>
#include <ipc/protocol/process.hpp>

namespace shell {

class System {
public:
    using Word = api::Word;

    // ---- init
    virtual ipc::Result<Word> spawn(std::string_view command) = 0;

    /// Waits until the process ends. Error Interrupted: ctrl-C came first, it still runs.
    virtual ipc::Result<ipc::process::Wait::Reply> wait(Word pid) = 0;
    virtual ipc::Result<> kill(Word pid) = 0;
    virtual ipc::Result<ipc::process::List::Reply> next_process(Word after) = 0;
    virtual ipc::Result<ipc::process::Program::Reply> program(Word index) = 0;
    virtual ipc::Result<ipc::process::Memory::Reply> memory() = 0;
    virtual ipc::Result<ipc::process::Counters::Reply> kernel_counters() = 0;

    /// Does not return when it works.
    virtual ipc::Result<> power(ipc::process::PowerState state) = 0;

    // ---- the pager
    virtual ipc::Result<ipc::pager::Statistics::Reply> pager_statistics() = 0;
    virtual ipc::Result<ipc::pager::SpaceStatistics::Reply> next_space(Word after) = 0;
    virtual ipc::Result<ipc::pager::PageMap::Reply> page_map(ipc::pager::PageMap const& where) = 0;
    virtual ipc::Result<ipc::pager::CopyOnWrite::Reply> copy_on_write() = 0;
    virtual ipc::Result<ipc::pager::LazyStatistics::Reply> lazy_statistics(Word pid) = 0;
    virtual ipc::Result<ipc::pager::Growth::Reply> growth(Word pid) = 0;
    virtual ipc::Result<> set_growth(ipc::pager::SetGrowth const& limits) = 0;
    virtual ipc::Result<ipc::pager::Check::Reply> check_books() = 0;
    virtual ipc::Result<> protect_page(ipc::pager::ProtectPage const& page) = 0;
    virtual ipc::Result<> set_tracing(ipc::pager::Tracing tracing) = 0;
    virtual ipc::Result<ipc::pager::TracedFaults::Reply> traced_faults(Word from) = 0;

    // ---- the processor
    virtual std::uint64_t microseconds_since_boot() = 0;

    /// Of the counter by which faults are dated.
    virtual std::uint64_t ticks_per_second() = 0;

    /// Modulo 2^32; 0 if nobody counts them.
    virtual std::uint64_t instructions_executed() { return 0; }

    /// How many there were before the first of a program, and before the first prompt.
    virtual std::uint64_t instructions_before_init() { return 0; }
    virtual std::uint64_t instructions_before_prompt() { return 0; }

    /// The first prompt is about to be shown.
    virtual void prompt_reached() {}

protected:
    ~System() = default; // never owned through this interface
};

/// Calls `visit` with every process until it returns false.
template <typename Visit>
void for_each_process(System& system, Visit visit) {
    for (auto process = system.next_process(0); process;
         process = system.next_process(process->pid)) {
        if (!visit(*process)) {
            return;
        }
    }
}

/// Calls `visit` with every program of the boot archive until it returns false.
template <typename Visit>
void for_each_program(System& system, Visit visit) {
    for (System::Word index = 0;; ++index) {
        auto const program = system.program(index);
        if (!program || !visit(*program)) {
            return;
        }
    }
}

/// Calls `visit` with every address space of the pager until it returns false.
template <typename Visit>
void for_each_space(System& system, Visit visit) {
    for (auto space = system.next_space(0); space; space = system.next_space(space->space)) {
        if (!visit(*space)) {
            return;
        }
    }
}

} // namespace shell
