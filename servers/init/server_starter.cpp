// SPDX-License-Identifier: BSD-2-Clause
//
// Loading and starting the eager servers.

#include <init/own_capabilities.hpp>
#include <init/server_starter.hpp>
#include <ipc/environment.hpp>

namespace init {

namespace environment = ipc::environment;

base::Result<Server, std::string_view> ServerStarter::load(Component const& component,
                                                           formats::Bytes file) {
    auto const program = parse_program(file);
    if (!program) {
        return base::fail(formats::elf::describe(program.error()));
    }
    auto server = make(component);
    if (!server) {
        return base::fail(sys::describe(server.error().code));
    }
    if (auto const loaded = load_program(*program, server->space, factory_, pages_); !loaded) {
        return base::fail(sys::describe(loaded.error().code));
    }
    server->entry = program->entry();
    return *server;
}

sys::Result<Server> ServerStarter::make(Component const& component) {
    constexpr sys::PageAttributes writable{.rights = api::Rights::ReadWrite};
    auto const vspace = TRY(factory_.create<sys::VSpace>(api::ObjectType::VSpace));
    TRY(own::asid_pool.assign(vspace));
    AddressSpace space{vspace, factory_};
    auto const stack_bottom = base::UserAddr{environment::stack_top} - component.stack_bytes;
    for (api::Word offset = 0; offset < component.stack_bytes; offset += api::page_size) {
        TRY(space.map_new(stack_bottom + offset, writable));
    }
    auto const buffer = TRY(space.map_new(base::UserAddr{environment::ipc_buffer}, writable));
    auto const thread = TRY(factory_.create<sys::Tcb>(api::ObjectType::Tcb));
    auto const context = TRY(factory_.create<sys::SchedContext>(api::ObjectType::SchedContext,
                                                                api::min_sched_context_bits));
    return Server{
        .space = space, .thread = thread, .context = context, .ipc_buffer = buffer, .entry = 0};
}

sys::Result<> ServerStarter::run(Server const& server, Component const& component,
                                 sys::CNode cspace) {
    TRY(sched_control_.configure(
        server.context, {.budget = component.time_slice_us, .period = component.time_slice_us}));
    TRY(server.thread.configure({.cspace = cspace, .vspace = server.space.vspace()},
                                base::UserAddr{environment::ipc_buffer}, server.ipc_buffer));
    TRY(server.thread.set_scheduling(own::thread,
                                     {.priority = component.priority, .context = server.context}));
    server.thread.set_name(component.name);
    api::UserRegisters registers{};
    registers.pc = server.entry;
    registers.sp = environment::stack_top;
    registers.x0 = environment::ipc_buffer;
    registers.x1 = startup_page.raw();
    return server.thread.write_registers(registers, true);
}

} // namespace init
