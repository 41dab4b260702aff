// SPDX-License-Identifier: BSD-2-Clause
//
// Both paths: a scenario is set up on one fresh kernel after another, and entered on the fast path
// on one of them and on the general path on another. Then both are in the same state.
#pragma once

#include <functional>
#include <tests/unit/kernel/fixture.hpp>
#include <variant>

namespace kernel {

/// One way into the kernel, by the running thread, whose registers say the rest.
struct Fault {
    Word address;
    bool is_prefetch;
    Word syndrome;
};
using Entry = std::variant<api::Syscall, Fault>;

/// Fast: if it fits.
enum class Path { Fast, General };

/// A kernel to set up. Nobody runs but those who are made here: root sleeps, and the first thing
/// that is done must be done by the thread with the highest priority.
class World : public KernelTest {
public:
    World();

    using KernelTest::add;
    using KernelTest::add_copy;
    using KernelTest::advance_us;
    using KernelTest::allocate;
    using KernelTest::kernel;
    using KernelTest::lend;
    using KernelTest::make_endpoint;
    using KernelTest::make_notification;
    using KernelTest::make_reply;
    using KernelTest::make_sched_context;
    using KernelTest::no_slot;
    using KernelTest::object;
    using KernelTest::set_cap;
    using KernelTest::slot;
    using KernelTest::slot_of;
    using KernelTest::unresolvable;

    // ---- who is there --------------------------------------------------------------------------

    /// Ready, on a round-robin context of 10 ms. All registers have values of its own.
    Tcb& make_runner(std::uint8_t priority);

    /// Waits on the endpoint, without a context of its own, in an address space of its own.
    Tcb& make_server(std::uint8_t priority, Word endpoint, Word reply);

    /// Waits on the notification, on a context of its own.
    Tcb& make_waiter(std::uint8_t priority, Word notification);

    /// A capability to what `source` is one to.
    Word mint(Word source, Word badge, Rights rights = Rights::All);

    static void take_buffer(Tcb& thread);
    void give_fpu(Tcb& thread);
    void set_fault_handler(Tcb& thread, Word source) { set_cap(thread, Tcb::FaultHandler, source); }
    void receive_here(Tcb& thread, Word endpoint, Word reply);
    void wait_here(Tcb& thread, Word notification);

    // ---- what the running thread is about to do ------------------------------------------------

    Entry to_call(Tcb& thread, Word cptr, Said const& said = {});
    Entry to_reply_receive(Tcb& thread, Word endpoint, Word reply, Said const& said = {});
    Entry to_send(Tcb& thread, Word cptr, api::Syscall number = api::Syscall::NBSend);
    Entry to_wait(Tcb& thread, Word notification);
    Entry to_yield(Tcb& thread);
    Entry to_fault(Tcb& thread);

    /// Does it.
    void enter(Path path, Entry const& entry);
    /// On the general path: while a scenario is set up.
    void enter(Entry const& entry) { enter(Path::General, entry); }
    void interrupt();
    /// Tries the fast path only; whether it was taken.
    bool try_fast_path(Entry const& entry);

    /// All slots of the one CNode.
    [[nodiscard]] static std::span<Slot const> slots() { return {&slot(0), base::bit(radix)}; }
    [[nodiscard]] std::string state() const;

protected:
    Entry about_to(Tcb& thread, api::Syscall number);

private:
    void TestBody() override {} // NOLINT(readability-identifier-naming): GoogleTest's name
    void scribble(Tcb& thread);
    void move_to_own_space(Tcb& thread);
    void start(Tcb& thread);

    Word second_space_{0};
};

/// What all words of a message are, when only their number matters.
Said message_of(std::size_t length, Word label = 0);

/// Sets up everything and says what is done at last.
using Scenario = std::function<Entry(World&)>;

/// The fast path fits, and leaves the same state as the general path: at once, and with time having
/// passed before, of which the timer tells in the end.
void expect_fast(Scenario const& scenario);

/// It does not fit, changes nothing, and the general path is taken.
void expect_general(Scenario const& scenario);

/// The same state with so much time having passed before; which path fits then.
void expect_same_at(Scenario const& scenario, Word us, Path fitting);

/// The fast path fits, and after the timer has told of the time the state is as if it had passed
/// after the entry, on the general path.
void expect_fast_as_if_earlier(Scenario const& scenario, Word us);

} // namespace kernel
