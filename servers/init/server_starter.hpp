// SPDX-License-Identifier: BSD-2-Clause
//
// ServerStarter: a server that init loads and maps whole, before there is a pager.
#pragma once

#include <init/elf_loader.hpp>
#include <init/system.hpp>
#include <ipc/environment.hpp>

namespace init {

/// A server before its first instruction. Its memory:
///
///     program | ... | guard | stack | ... | start-up page | - | IPC buffer
struct Server {
    AddressSpace space;
    sys::Tcb thread;
    sys::SchedContext context;
    sys::Frame ipc_buffer;
    std::uint64_t entry;
};

class ServerStarter {
public:
    ServerStarter(ObjectFactory& factory, OwnPages& pages, sys::SchedControl sched_control)
        : factory_{factory}, pages_{pages}, sched_control_{sched_control} {}

    /// Space, program, stack and thread. The error is in words.
    base::Result<Server, std::string_view> load(Component const& component, formats::Bytes file);

    /// Where a page for the server's start-up block goes.
    static constexpr base::UserAddr startup_page{ipc::environment::ipc_buffer - 2 * api::page_size};

    /// `cspace` is a root CNode whose guard fills the word. A server has no fault handler: init may
    /// be waiting for its answer just then, so the kernel itself must report a fault of it.
    sys::Result<> run(Server const& server, Component const& component, sys::CNode cspace);

private:
    sys::Result<Server> make(Component const& component);

    ObjectFactory& factory_;
    OwnPages& pages_;
    sys::SchedControl sched_control_;
};

} // namespace init
