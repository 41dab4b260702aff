// SPDX-License-Identifier: BSD-2-Clause
//
// Threads in the kernel beside the model of them: after every kernel entry all registers, states,
// queues, links and budgets must be the same, and the same thread must run.
#pragma once

#include "../../unit/kernel/fixture.hpp"
#include "../lab.hpp"
#include "../memory_image.hpp"
#include "thread_model.hpp"

namespace kernel {

using reference::nobody;

/// What happens next. A system call is made by whoever runs; when nobody does, time passes instead.
struct ThreadOperation {
    enum class What { Syscall, Fault, Interrupt, Become, Recreate };

    What what{What::Syscall};
    api::Syscall number{};
    Word cptr{0};
    Word reply{0}; // x6
    Word first{0}; // x8
    Word label{0};
    std::vector<Word> words{};
    std::vector<Word> caps{};
    Word us{0};         // that pass before
    Word irq{0};        // Interrupt: 0 is the timer's
    int thread{nobody}; // Become; Syscall: of several that could run, the one that does
};

class ThreadLab : public KernelTest {
public:
    using Operation = ThreadOperation;

    struct State {
        std::vector<std::byte> bytes;
        Ticks now;
        reference::ThreadModel model;
    };

    // ---- making a system -----------------------------------------------------------------------

    /// Returns the slot, which is what operations name it by.
    Word add_thread(std::uint8_t priority, Word budget_us = 10'000, Word period_us = 0);
    Word add_context();
    Word add_endpoint();
    Word add_notification();
    Word add_reply();
    Word add_badged(Word of, Word badge, Word rights = 15);
    Word add_control();
    void set_fault_handler(Word thread, Word handler);
    void connect_irq(Word irq, Word notification);
    /// Nothing is added any more.
    void finish();

    // ---- what a laboratory offers --------------------------------------------------------------

    void reset() { restore(fresh); }
    State save() { return {places.read(), arch::fake_machine().now, expected}; }
    void restore(State const& state);
    [[nodiscard]] std::uint64_t hash() const { return places.hash(); }
    [[nodiscard]] std::string describe(Operation const& operation) const;
    std::string apply(Operation const& operation);
    [[nodiscard]] bool means_something(Operation const& operation) const {
        return operation.thread == nobody || expected.may_run_now(operation.thread);
    }

    reference::ThreadModel expected;

    /// Fast paths do not look at the clock. So where time passes, only the general one does at each
    /// entry what the text says.
    bool takes_fast_paths{true};

protected:
    void do_in_kernel(Operation const& operation);
    void do_in_model(Operation const& operation);
    void recreate();
    [[nodiscard]] bool is_gone(reference::Target const& object) const;
    std::string difference();
    std::string contradiction();
    std::string compare_thread(std::size_t id);
    std::string compare_context(std::size_t id);
    static bool same_refills(SchedContext& context, reference::BudgetModel const& budget);
    bool same_when_charged(SchedContext& context, reference::BudgetModel budget);
    std::string compare_objects();
    std::string compare_scheduler();

    template <typename T>
    static int id_of(std::vector<T*> const& objects, T const* object) {
        auto const at = std::ranges::find(objects, object);
        return at != objects.end() ? static_cast<int>(at - objects.begin()) : nobody;
    }

    template <typename Queue>
    bool same_queue(Queue const& queue, std::vector<int> const& wanted) {
        auto const* thread = queue.front();
        for (int const id : wanted) {
            if (thread != threads[id]) {
                return false;
            }
            thread = Queue::next(*thread);
        }
        return thread == nullptr;
    }

    template <typename T>
    Word note(Word index, std::vector<T*>& objects, CapKind kind) {
        objects.push_back(&object<T>(index));
        expected.slots[index] = {
            .kind = kind, .object = static_cast<int>(objects.size()) - 1, .is_first = true};
        original_slots[index] = expected.slots[index];
        return index;
    }

    struct Copy {
        Word of;
        Word badge;
        Word rights;
    };

    std::vector<Tcb*> threads;
    std::vector<Endpoint*> endpoints;
    std::vector<Notification*> notifications;
    std::vector<Reply*> replies;
    std::vector<SchedContext*> contexts;
    std::map<Word, reference::Target> original_slots;
    std::map<Word, Copy> copies;
    std::map<int, Word> fault_handlers; // by thread
    std::map<Word, Word> irqs;
    model::Places places;
    State fresh;

    /// States that the kernel was found consistent in: to look at everything takes long, and many
    /// ways lead to the same state.
    std::vector<std::uint64_t> consistent = std::vector<std::uint64_t>(std::size_t{1} << 18);
};

} // namespace kernel
