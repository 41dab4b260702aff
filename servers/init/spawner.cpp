// SPDX-License-Identifier: BSD-2-Clause
//
// The order of a start: space, program and stack (of a clone: all that its parent has), buffer,
// memory for kernel objects, thread. The end goes the other way round.

#include <base/scope_guard.hpp>
#include <init/badges.hpp>
#include <init/own_capabilities.hpp>
#include <init/spawner.hpp>
#include <ipc/environment.hpp>
#include <ipc/protocol/console.hpp>
#include <ipc/protocol/process.hpp>

namespace init {

namespace {

namespace environment = ipc::environment;

/// Slots of a process record, from `Process::slots` on.
constexpr api::Word untyped_slot = 0, thread_slot = 1, context_slot = 2, slots_per_process = 3;

/// TCB, CNode, scheduling context and reply object fit into a page.
constexpr unsigned object_memory_bits = api::page_bits;

// How far below its highest place a stack may begin: 16 GiB, and some of its first page.
constexpr std::uint64_t stack_places = std::uint64_t{1} << 22;
constexpr std::uint64_t stack_starts = 64;
constexpr std::uint64_t stack_alignment = 16;

/// A client calls; it neither receives nor passes capabilities on.
constexpr api::Rights client_rights = api::Rights::Write | api::Rights::GrantReply;

constexpr api::CPtr plus(api::CPtr first, api::Word offset) {
    return api::CPtr{static_cast<api::Word>(first) + offset};
}

ipc::pager::Access access_of(formats::elf::Segment const& segment) {
    if (segment.executable) {
        return ipc::pager::Access::ReadExecute;
    }
    return segment.writable ? ipc::pager::Access::ReadWrite : ipc::pager::Access::Read;
}

/// What cannot be made is out of memory: every other error would be one of ours.
ipc::Result<> as_answer(sys::Result<> const& result) {
    if (!result) {
        return base::fail(ipc::Error::OutOfMemory);
    }
    return {};
}

api::UserRegisters registers_at_start(api::Word entry, api::Word stack) {
    api::UserRegisters registers{};
    registers.pc = entry;
    registers.sp = stack;
    registers.x0 = environment::ipc_buffer;
    return registers;
}

/// `caller` are the registers of a thread that waits for the answer to a Call: its program counter
/// is at the system call.
api::UserRegisters registers_with_answer(api::UserRegisters caller, ipc::Packet const& answer) {
    caller.pc += api::instruction_bytes;
    caller.x0 = 0; // the badge, which no answer has
    caller.x1 = api::MessageInfo::make(answer.label, answer.length).raw();
    caller.x2 = answer.words[0];
    return caller;
}

} // namespace

sys::Result<> Spawner::prepare() {
    scratch_.vspace = TRY(factory_.slots());
    scratch_.buffer = TRY(factory_.slots());
    scratch_.cnode = TRY(factory_.slots());
    scratch_.fault_handler = TRY(factory_.slots());
    return {};
}

sys::Result<> Spawner::reserve_slots(Process& process) {
    if (process.slots == api::null_cptr) {
        process.slots = TRY(factory_.slots(slots_per_process));
    }
    return {};
}

ipc::Result<> Spawner::start(Process& process, Program const& program) {
    base::ScopeGuard const scratch_is_temporary{[this] { clear_scratch(); }};
    TRY(create_space(process));
    base::ScopeGuard undo{[&] { release_memory(process); }};
    TRY(set_rules(process));
    TRY(map_program(process, program));
    api::Word const stack = TRY(map_stack(process));
    TRY(add_thread(process, registers_at_start(program.elf.entry(), stack)));
    undo.disarm();
    return {};
}

ipc::Result<> Spawner::fork(Process& process, Process const& parent) {
    auto const registers = sys::Tcb{parent.thread}.read_registers(false);
    if (!registers) {
        return base::fail(ipc::Error::OutOfMemory);
    }
    base::ScopeGuard const scratch_is_temporary{[this] { clear_scratch(); }};
    TRY(create_clone(process, parent));
    base::ScopeGuard undo{[&] { release_memory(process); }};
    TRY(fill_clone(process, parent));
    process.stack_top = parent.stack_top;
    auto const answer =
        ipc::pack(static_cast<api::Word>(ipc::Error::None), ipc::process::Fork::Reply{.pid = 0});
    TRY(add_thread(process, registers_with_answer(*registers, answer)));
    undo.disarm();
    return {};
}

void Spawner::end(Process& process) {
    static_cast<void>(sys::Tcb{process.thread}.suspend());
    process.thread = api::null_cptr;
    release_memory(process);
}

ipc::Result<> Spawner::create_space(Process& process) {
    sys::ReceivingCall pager{connections_.manage, slot(scratch_.vspace)};
    ipc::pager::CreateSpace const request{
        .pid = process.pid, .name = ipc::Text<ipc::pager::max_name>::of(process.name.view())};
    auto const reply = TRY(ipc::call(pager, request));
    process.space = reply.space;
    if (!pager.capability_arrived()) {
        release_memory(process);
        return base::fail(ipc::Error::OutOfMemory);
    }
    return {};
}

ipc::Result<> Spawner::map_program(Process const& process, Program const& program) {
    for (std::size_t i = 0; auto const segment = program.elf.segment(i); ++i) {
        ipc::pager::MapFile const request{.space = process.space,
                                          .file_offset = program.archive_offset + segment->offset,
                                          .file_size = segment->file_size,
                                          .address = segment->address,
                                          .memory_size = segment->memory_size,
                                          .access = access_of(*segment)};
        TRY(ipc::call(connections_.manage, request));
    }
    return {};
}

/// A new space may do everything, so there is nothing to ask for if the table says no less.
ipc::Result<> Spawner::set_rules(Process const& process) {
    using ipc::pager::SetQuota;
    auto const& [max_pages, max_regions, forbidden] = process.component->memory;
    if (max_pages != SetQuota::unlimited || max_regions != SetQuota::unlimited) {
        TRY(ipc::call(
            connections_.manage,
            SetQuota{.space = process.space, .pages = max_pages, .regions = max_regions}));
    }
    if (forbidden != 0) {
        TRY(ipc::call(connections_.manage,
                      ipc::pager::SetAccessPolicy{.space = process.space, .forbidden = forbidden}));
    }
    return {};
}

/// Where the stack begins.
ipc::Result<api::Word> Spawner::map_stack(Process& process) {
    api::Word top = environment::stack_top;
    api::Word start = top;
    if (random_) {
        top -= random_->below(stack_places) * api::page_size;
        start = top - random_->below(stack_starts) * stack_alignment;
    }
    TRY(ipc::call(connections_.manage,
                  ipc::pager::MapStack{
                      .space = process.space, .top = top, .size = process.component->stack_bytes}));
    process.stack_top = top;
    return start;
}

/// The first step of the clone brings its number and capability, and nothing else.
ipc::Result<> Spawner::create_clone(Process& process, Process const& parent) {
    sys::ReceivingCall pager{connections_.manage, slot(scratch_.vspace)};
    ipc::pager::CloneSpace const request{
        .source = parent.space,
        .target = 0,
        .pid = process.pid,
        .name = ipc::Text<ipc::pager::max_name>::of(process.name.view())};
    process.space = TRY(ipc::call(pager, request)).space;
    if (!pager.capability_arrived()) {
        release_memory(process);
        return base::fail(ipc::Error::OutOfMemory);
    }
    return {};
}

/// The parent waits meanwhile, so the clone is what it was at one moment.
ipc::Result<> Spawner::fill_clone(Process const& process, Process const& parent) {
    ipc::pager::CloneSpace const request{
        .source = parent.space, .target = process.space, .pid = process.pid, .name = {}};
    while (TRY(ipc::call(connections_.manage, request)).done == 0) {
    }
    return {};
}

/// What every process has beside its program, whose memory is there.
ipc::Result<> Spawner::add_thread(Process& process, api::UserRegisters const& registers) {
    TRY(map_buffer(process));
    TRY(take_memory(process));
    TRY(as_answer(build_thread(process)));
    sys::Tcb const thread{plus(process.slots, thread_slot)};
    TRY(ipc::call(sys::GivingCall{connections_.manage, thread},
                  ipc::pager::WatchStack{.space = process.space, .top = process.stack_top}));
    TRY(as_answer(thread.write_registers(registers, true)));
    process.thread = thread.cptr();
    return {};
}

ipc::Result<> Spawner::map_buffer(Process const& process) {
    sys::ReceivingCall pager{connections_.manage, slot(scratch_.buffer)};
    TRY(ipc::call(
        pager, ipc::pager::MapBuffer{.space = process.space, .address = environment::ipc_buffer}));
    if (!pager.capability_arrived()) {
        return base::fail(ipc::Error::OutOfMemory);
    }
    return {};
}

ipc::Result<> Spawner::take_memory(Process& process) {
    sys::ReceivingCall pager{connections_.manage, slot(plus(process.slots, untyped_slot))};
    auto const reply =
        TRY(ipc::call(pager, ipc::pager::TakeUntyped{.size_bits = object_memory_bits}));
    process.untyped_id = reply.id;
    if (!pager.capability_arrived()) {
        return base::fail(ipc::Error::OutOfMemory);
    }
    return {};
}

sys::Result<> Spawner::build_thread(Process const& process) {
    TRY(make_objects(process));
    TRY(connect(process));
    return configure_thread(process);
}

sys::Result<> Spawner::make_objects(Process const& process) {
    sys::Untyped const memory{plus(process.slots, untyped_slot)};
    auto const& cspace = factory_.cspace();
    TRY(memory.retype(api::ObjectType::Tcb, 0, cspace.range(plus(process.slots, thread_slot))));
    TRY(memory.retype(api::ObjectType::CNode, environment::cnode_bits,
                      cspace.range(scratch_.cnode)));
    TRY(memory.retype(api::ObjectType::SchedContext, api::min_sched_context_bits,
                      cspace.range(plus(process.slots, context_slot))));
    return memory.retype(api::ObjectType::Reply, 0,
                         {.root = scratch_.cnode, .first = environment::slot::reply});
}

/// Puts the capabilities every process has into its CNode.
sys::Result<> Spawner::connect(Process const& process) {
    sys::CNode const cnode{scratch_.cnode};
    auto const give = [&](api::Word index, sys::Endpoint endpoint, api::Word badge) {
        return cnode.slot(index, environment::cnode_bits)
            .mint_from(slot(endpoint.cptr()), client_rights, badge);
    };
    auto const& grants = process.component->grants;
    namespace console = ipc::console;
    auto console_badge = console::Caller::Process::set(api::Word{0}, process.pid);
    console_badge = console::Caller::OwnsTerminal::set(console_badge, grants.terminal);
    namespace pager = ipc::pager;
    auto pager_badge = pager::Caller::Space::set(api::Word{0}, process.space);
    pager_badge = pager::Caller::MayInspect::set(pager_badge, grants.inspect);
    pager_badge = pager::Caller::MayUseDma::set(pager_badge, grants.dma);
    TRY(give(environment::slot::init, connections_.init, process.pid));
    TRY(give(environment::slot::console, connections_.console, console_badge));
    return give(environment::slot::pager, connections_.pager, pager_badge);
}

sys::Result<> Spawner::configure_thread(Process const& process) {
    using Caller = ipc::pager::Caller;
    auto const fault_badge =
        Caller::IsFault::set(Caller::Space::set(api::Word{0}, process.space), true);
    TRY(slot(scratch_.fault_handler)
            .mint_from(slot(connections_.pager.cptr()), client_rights, fault_badge));

    sys::Tcb const thread{plus(process.slots, thread_slot)};
    sys::SchedContext const context{plus(process.slots, context_slot)};
    auto const& component = *process.component;
    TRY(connections_.sched_control.configure(
        context, {.budget = component.time_slice_us, .period = component.time_slice_us}));
    auto const guard = sys::guard_word(0, api::word_bits - environment::cnode_bits);
    TRY(thread.configure({.cspace = sys::CNode{scratch_.cnode},
                          .cspace_guard = guard,
                          .vspace = sys::VSpace{scratch_.vspace}},
                         base::UserAddr{environment::ipc_buffer}, sys::Frame{scratch_.buffer}));
    TRY(thread.set_scheduling(own::thread,
                              {.priority = component.priority,
                               .context = context,
                               .fault_handler = sys::Capability{scratch_.fault_handler}}));
    thread.set_name(process.name.view());
    return {};
}

void Spawner::release_memory(Process& process) {
    if (process.untyped_id) {
        auto const memory = slot(plus(process.slots, untyped_slot));
        static_cast<void>(memory.revoke());
        static_cast<void>(memory.remove());
        static_cast<void>(
            ipc::call(connections_.manage, ipc::pager::ReturnUntyped{.id = *process.untyped_id}));
        process.untyped_id.reset();
    }
    ipc::pager::DestroySpace const destroy{.space = process.space};
    auto destroyed = ipc::call(connections_.manage, destroy);
    while (destroyed && destroyed->ended == 0) {
        destroyed = ipc::call(connections_.manage, destroy);
    }
    process.space = 0;
}

void Spawner::clear_scratch() {
    for (auto const cptr :
         {scratch_.fault_handler, scratch_.cnode, scratch_.buffer, scratch_.vspace}) {
        static_cast<void>(slot(cptr).remove());
    }
}

} // namespace init
