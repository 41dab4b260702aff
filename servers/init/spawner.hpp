// SPDX-License-Identifier: BSD-2-Clause
//
// Spawner: makes a process out of a file of the boot archive or of another process, and takes it
// apart again. All memory comes from the pager, its kernel objects' too; whatever fails half-way
// leaves nothing behind.
#pragma once

#include <base/random.hpp>
#include <formats/elf.hpp>
#include <init/object_factory.hpp>
#include <init/process_table.hpp>
#include <ipc/protocol/pager_management.hpp>
#include <sys/endpoint.hpp>
#include <sys/thread.hpp>

namespace init {

/// What every process is connected to. init has all rights to these.
struct Connections {
    sys::Endpoint init;
    sys::Endpoint console;
    sys::Endpoint pager;
    sys::Endpoint manage; // the pager's, with the badge that may make spaces
    sys::Endpoint speak;  // the console's, with init's badge
    sys::SchedControl sched_control;
};

/// A file that has been found fit to run, and where in the boot archive it lies.
struct Program {
    formats::elf::Program elf;
    std::uint64_t archive_offset;
};

class Spawner {
public:
    Spawner(ObjectFactory& factory, Connections const& connections)
        : factory_{factory}, connections_{connections} {}

    /// Must succeed once before anything else.
    sys::Result<> prepare();

    /// From now on the stack of each process begins elsewhere.
    void randomise_stacks(base::Random const& random) { random_ = random; }

    /// Slots that a record needs before the first start of a process with it.
    sys::Result<> reserve_slots(Process& process);

    /// `process` has its number, name, component and slots. Errors: OutOfMemory, and those of the
    /// pager.
    ipc::Result<> start(Process& process, Program const& program);

    /// The same, but as a clone of `parent`, which waits for the answer to its Fork: the memory
    /// that it has, and its registers, with an answer of its own.
    ipc::Result<> fork(Process& process, Process const& parent);

    /// Ends the thread and gives all memory back.
    void end(Process& process);

private:
    /// Slots that are in use during a start only.
    struct Scratch {
        api::CPtr vspace, buffer, cnode, fault_handler;
    };

    ipc::Result<> create_space(Process& process);
    ipc::Result<> map_program(Process const& process, Program const& program);
    ipc::Result<> set_rules(Process const& process);
    ipc::Result<api::Word> map_stack(Process& process);
    ipc::Result<> create_clone(Process& process, Process const& parent);
    ipc::Result<> fill_clone(Process const& process, Process const& parent);
    ipc::Result<> add_thread(Process& process, api::UserRegisters const& registers);
    ipc::Result<> map_buffer(Process const& process);
    ipc::Result<> take_memory(Process& process);
    sys::Result<> make_objects(Process const& process);
    sys::Result<> connect(Process const& process);
    sys::Result<> configure_thread(Process const& process);
    sys::Result<> build_thread(Process const& process);
    void release_memory(Process& process);
    void clear_scratch();

    [[nodiscard]] sys::Slot slot(api::CPtr cptr) const { return factory_.slot(cptr); }

    ObjectFactory& factory_;
    Connections const& connections_;
    std::optional<base::Random> random_;
    Scratch scratch_{};
};

} // namespace init
