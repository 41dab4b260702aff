// SPDX-License-Identifier: BSD-2-Clause
//
// The kernels that scenarios are played on, and the comparison.

#include "both_paths.hpp"

#include "state_reader.hpp"
#include <arch/fpu.hpp>
#include <kernel/fastpath/fastpath.hpp>
#include <kernel/ipc/cancel.hpp>
#include <kernel/ipc/send_receive.hpp>
#include <kernel/ipc/signal.hpp>

namespace kernel {

using api::Syscall;

// ---- the world ---------------------------------------------------------------------------------

World::World() {
    auto const pool = allocate(AsidPool::size_bits);
    kernel->asids.set_pool(0, arch::kernel_address(pool).as_pointer<AsidPool>());
    add(Capability::asid_pool(pool, 0));
    kernel->asids.set(1, slot(vspace).cap.address());
    auto const table = allocate(api::vspace_bits);
    second_space_ = add(Capability::vspace(table).with_mapping({.asid = 2}));
    kernel->asids.set(2, table);
    suspend(*kernel, *root);
    schedule(*kernel);
}

void World::scribble(Tcb& thread) {
    auto const base = slot_of(thread) << 32;
    auto& context = thread.context;
    for (std::size_t i = 0; i < context.x.size(); ++i) {
        context.x[i] = base + i;
    }
    context.sp = base + 0x100;
    context.next_ip = base + 0x1000;
    context.tpidr_el0 = base + 0x200;
    auto& buffer = *thread.ipc_buffer(Tcb::BufferUse::Receive);
    for (std::size_t i = 0; i < buffer.words.size(); ++i) {
        buffer.words[i] = base + 0x300 + i;
    }
    for (std::size_t i = 0; i < thread.fpu.v.size(); ++i) {
        thread.fpu.v[i] = base + 0x400 + i;
    }
}

void World::move_to_own_space(Tcb& thread) {
    remove_slot(thread.slot(Tcb::VSpaceRoot));
    set_cap(thread, Tcb::VSpaceRoot, second_space_);
}

Tcb& World::make_runner(std::uint8_t priority) {
    auto& thread = make_thread(priority);
    scribble(thread);
    return thread;
}

Tcb& World::make_server(std::uint8_t priority, Word endpoint, Word reply) {
    auto& thread = make_passive_thread(priority);
    scribble(thread);
    move_to_own_space(thread);
    receive_here(thread, endpoint, reply);
    return thread;
}

Tcb& World::make_waiter(std::uint8_t priority, Word notification) {
    auto& thread = make_passive_thread(priority);
    scribble(thread);
    move_to_own_space(thread);
    lend(thread, make_sched_context());
    wait_here(thread, notification);
    return thread;
}

void World::receive_here(Tcb& thread, Word endpoint, Word reply) {
    kernel->core.scheduler.withdraw(thread);
    thread.state = ThreadState::Running;
    auto* const reply_object = reply != no_slot ? &object<Reply>(reply) : nullptr;
    kernel::receive(*kernel, thread, object<Endpoint>(endpoint), Wait::Block, reply_object);
}

void World::wait_here(Tcb& thread, Word notification) {
    kernel->core.scheduler.withdraw(thread);
    thread.state = ThreadState::Running;
    kernel::wait(*kernel, thread, object<Notification>(notification), Wait::Block);
}

Word World::mint(Word source, Word badge, Rights rights) {
    return add_copy(source, slot(source).cap.restricted_to(rights).with_badge(Badge{badge}));
}

void World::take_buffer(Tcb& thread) {
    remove_slot(thread.slot(Tcb::IpcBufferFrame));
}

void World::give_fpu(Tcb& thread) {
    kernel->core.fpu_owner = &thread;
    arch::restore_fpu(thread.fpu);
    arch::allow_fpu(kernel->core.current == &thread);
}

/// It is the one that the scheduler chooses.
void World::start(Tcb& thread) {
    auto const& core = kernel->core;
    if (core.current != &thread) {
        reschedule(*kernel);
        schedule(*kernel);
    }
    ASSERT_EQ(core.current, &thread);
    auto const* const best = core.scheduler.highest(kernel->domains.current());
    ASSERT_TRUE(best == nullptr || best->priority <= thread.priority);
}

/// As kernel entry does it: a system call is over once it was made.
Entry World::about_to(Tcb& thread, Syscall number) {
    start(thread);
    constexpr Word instruction_size = 4;
    auto& context = thread.context;
    context.x[7] = static_cast<Word>(number);
    context.fault_ip = context.next_ip;
    context.next_ip += instruction_size;
    return number;
}

Entry World::to_call(Tcb& thread, Word cptr, Said const& said) {
    say(thread, said);
    thread.context.x[0] = cptr;
    return about_to(thread, Syscall::Call);
}

Entry World::to_reply_receive(Tcb& thread, Word endpoint, Word reply, Said const& said) {
    say(thread, said);
    thread.context.x[0] = endpoint;
    thread.context.x[6] = reply;
    return about_to(thread, Syscall::ReplyRecv);
}

Entry World::to_send(Tcb& thread, Word cptr, Syscall number) {
    say(thread, {});
    thread.context.x[0] = cptr;
    return about_to(thread, number);
}

Entry World::to_wait(Tcb& thread, Word notification) {
    thread.context.x[0] = notification;
    return about_to(thread, Syscall::Wait);
}

Entry World::to_yield(Tcb& thread) {
    return about_to(thread, Syscall::Yield);
}

Entry World::to_fault(Tcb& thread) {
    start(thread);
    thread.context.fault_ip = thread.context.next_ip;
    return Fault{.address = 0x12'3456, .is_prefetch = true, .syndrome = 0x9200'0007};
}

// ---- into the kernel ---------------------------------------------------------------------------

void World::enter(Path path, Entry const& entry) {
    bool const is_fast = path == Path::Fast;
    if (auto const* const fault = std::get_if<Fault>(&entry)) {
        (is_fast ? handle_vm_fault : handle_any_vm_fault)(*kernel, fault->address,
                                                          fault->is_prefetch, fault->syndrome);
    } else {
        (is_fast ? handle_syscall : handle_any_syscall)(
            *kernel, static_cast<std::int64_t>(std::get<Syscall>(entry)));
    }
}

void World::interrupt() {
    handle_interrupt(*kernel);
}

bool World::try_fast_path(Entry const& entry) {
    if (auto const* const fault = std::get_if<Fault>(&entry)) {
        return fast_vm_fault(*kernel, fault->address, fault->is_prefetch, fault->syndrome);
    }
    Slot* called = nullptr;
    return take_fast_path(*kernel, static_cast<std::int64_t>(std::get<Syscall>(entry)), called);
}

std::string World::state() const {
    return state_as_text(*kernel, slots());
}

Said message_of(std::size_t length, Word label) {
    Said said{.label = label};
    for (std::size_t i = 0; i < length; ++i) {
        said.words.push_back(0xabc'0000 + i);
    }
    return said;
}

// ---- the comparison ----------------------------------------------------------------------------

namespace {

/// The state after the scenario (one world at a time: there is one machine): at once, and after the
/// timer has told of the time that had passed.
struct States {
    std::string at_once;
    std::string settled;
};

States play(Scenario const& scenario, Path path, Word us_before, Word us_after = 0) {
    World world;
    auto const entry = scenario(world);
    EXPECT_EQ(find_contradiction(*world.kernel), "");
    world.advance_us(us_before);
    world.enter(path, entry);
    EXPECT_EQ(find_contradiction(*world.kernel), "");
    States states{.at_once = world.state(), .settled = {}};
    world.advance_us(us_after);
    world.interrupt();
    states.settled = world.state();
    return states;
}

[[nodiscard]] Path fitting_path(Scenario const& scenario, Word us) {
    World world;
    auto const entry = scenario(world);
    world.advance_us(us);
    return world.try_fast_path(entry) ? Path::Fast : Path::General;
}

void expect_refused_untouched(Scenario const& scenario) {
    World world;
    auto const entry = scenario(world);
    auto const before = world.state();
    EXPECT_FALSE(world.try_fast_path(entry));
    EXPECT_EQ(world.state(), before);
}

/// Enough that it is noticed, and not so much that it is time for something.
constexpr Word some_us = 1000;

} // namespace

void expect_fast(Scenario const& scenario) {
    EXPECT_EQ(fitting_path(scenario, 0), Path::Fast);
    EXPECT_EQ(play(scenario, Path::Fast, 0).at_once, play(scenario, Path::General, 0).at_once);
    EXPECT_EQ(play(scenario, Path::Fast, some_us).settled,
              play(scenario, Path::General, some_us).settled);
}

void expect_general(Scenario const& scenario) {
    expect_refused_untouched(scenario);
    expect_same_at(scenario, some_us, Path::General);
}

void expect_same_at(Scenario const& scenario, Word us, Path fitting) {
    EXPECT_EQ(fitting_path(scenario, us), fitting);
    auto const usual = play(scenario, Path::Fast, us);
    auto const general = play(scenario, Path::General, us);
    EXPECT_EQ(usual.at_once, general.at_once);
    EXPECT_EQ(usual.settled, general.settled);
}

void expect_fast_as_if_earlier(Scenario const& scenario, Word us) {
    EXPECT_EQ(fitting_path(scenario, us), Path::Fast);
    EXPECT_EQ(play(scenario, Path::Fast, us).settled, play(scenario, Path::General, 0, us).settled);
}

} // namespace kernel
