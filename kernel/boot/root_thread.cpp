// SPDX-License-Identifier: BSD-2-Clause
//
// The first thread: highest priority, a round-robin time slice, no fault handler.

#include <arch/timer.hpp>
#include <base/format.hpp>
#include <kernel/boot/root_thread.hpp>
#include <kernel/cap/transform.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/create.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel::boot {

namespace {

/// Gives the thread a copy of one of the root task's capabilities.
void install(Tcb& thread, Tcb::SlotIndex index, Slot& source) {
    // These are mapped, or not of a kind that has to be, so that they can be copied.
    insert_derived(source, thread.slot(index), *derive(source, source.cap));
}

Tcb& make_thread(KernelState& kernel, RootObjects const& objects, RootCNode& cnode,
                 RootThread const& root) {
    auto const cap = make_object(kernel, api::ObjectType::Tcb, objects.tcb, 0, false);
    cnode.set(api::initial_slot::tcb, cap);
    auto& thread = cap.object<Tcb>();
    install(thread, Tcb::CSpaceRoot, cnode.slot(api::initial_slot::cnode));
    install(thread, Tcb::VSpaceRoot, cnode.slot(api::initial_slot::vspace));
    install(thread, Tcb::IpcBufferFrame, cnode.slot(api::initial_slot::ipc_buffer));
    thread.priority = api::max_priority;
    thread.max_controlled_priority = api::max_priority;
    thread.context.set(arch::Register::X0, root.boot_info.raw());
    thread.context.fault_ip = root.entry.raw();
    thread.context.next_ip = root.entry.raw();
    thread.state = ThreadState::Running;
    base::format_to(thread.name, "root");
    return thread;
}

SchedContext& make_sched_context(KernelState& kernel, RootObjects const& objects,
                                 RootCNode& cnode) {
    auto const cap = make_object(kernel, api::ObjectType::SchedContext, objects.sched_context,
                                 api::min_sched_context_bits, false);
    cnode.set(api::initial_slot::sched_context, cap);
    auto& context = cap.object<SchedContext>();
    auto const slice = arch::us_to_ticks(config::root_time_slice_us);
    new_refills(context, min_refills, slice, 0, arch::now());
    return context;
}

} // namespace

void start_root_thread(KernelState& kernel, RootObjects const& objects, RootCNode& cnode,
                       RootThread const& root) {
    auto& thread = make_thread(kernel, objects, cnode, root);
    auto& context = make_sched_context(kernel, objects, cnode);
    thread.sched_context = &context;
    context.tcb = &thread;
    start_scheduling(kernel, thread);
}

} // namespace kernel::boot
