// SPDX-License-Identifier: BSD-2-Clause
//
// A model of threads and what they meet at: endpoints, notifications, reply objects, scheduling
// contexts. Objects are numbers, queues are lists of numbers, -1 is nobody. Written from the
// interface's text.
#pragma once

#include "budget_model.hpp"
#include <api/invocation.hpp>
#include <api/syscall.hpp>
#include <kernel/object/tcb.hpp>

#include <array>
#include <map>
#include <vector>

namespace kernel::reference {

inline constexpr int nobody = -1;

/// What a thread's capability pointer leads to. Deleted objects leave a null capability behind.
struct Target {
    CapKind kind{CapKind::Null};
    int object{nobody};
    Word badge{0};
    Word rights{15};
    bool is_first{false}; // made with the object; the others were copied from it
};

struct Registers {
    std::array<Word, 9> x{};
    Word sp{0};
    Word spsr{0x40};
    Word next_ip{0};
    Word fault_ip{0};
    std::array<Word, 16> message{}; // the first four live in x2...x5
    std::array<Word, 3> caps{};

    friend bool operator==(Registers const&, Registers const&) = default;
};

struct ModelThread {
    ThreadState state{ThreadState::Inactive};
    int priority{0};
    int max_controlled_priority{0};
    int context{nobody};
    int notification{nobody}; // bound
    int yields_to{nobody};    // a scheduling context
    Target fault_handler;
    Target timeout_handler;
    Registers registers;

    // while blocked
    int object{nobody}; // endpoint or notification
    int reply{nobody};
    Word badge{0};
    bool grant{false};
    bool grant_reply{false};
    bool is_call{false};
    bool lent_slice_ended{false};

    api::Fault fault{api::Fault::None};
    std::vector<Word> fault_words; // but for what is taken from its registers
};

struct ModelEndpoint {
    std::vector<int> queue;
};

struct ModelNotification {
    std::vector<int> queue;
    bool active{false};
    Word word{0};
    int thread{nobody};
    int context{nobody};
};

struct ModelContext {
    BudgetModel budget;
    Time consumed{0};
    Word badge{0};
    bool sporadic{false};
    int thread{nobody};
    int notification{nobody};
    int yields_from{nobody};
    std::size_t max_extra_refills{8};
    std::vector<int> calls; // reply objects, the latest last: the way back
};

struct Sending {
    Word badge{0};
    bool grant{false};
    bool grant_reply{false};
    bool blocks{false};
    bool is_call{false};
    bool donates{false};
};

class ThreadModel {
public:
    using Answer = std::vector<Word>; // an error code and words

    std::vector<ModelThread> threads;
    std::vector<ModelEndpoint> endpoints;
    std::vector<ModelNotification> notifications;
    std::vector<ModelContext> contexts;
    std::vector<int> replies;                  // who is attached: a receiver or a caller
    std::array<Target, 64> slots;              // by capability pointer: more are empty
    std::map<Word, std::pair<int, Word>> irqs; // notification and badge

    int current{nobody};
    int payer{nobody}; // the context that pays for it
    Time now{0};
    Time unpaid{0}; // passed, but not charged to the payer yet
    std::vector<int> waiting_for_budget;
    std::map<int, std::vector<int>> ready; // by priority

    // ---- kernel entries --------------------------------------------------------------------
    void syscall(Time at, api::Syscall number);
    void vm_fault(Time at, Word address);
    void interrupt(Time at, Word irq); // 0: the timer's
    /// Outside of the interface: of several threads of the highest priority, that one shall run.
    void become(int thread);
    [[nodiscard]] bool may_run_now(int thread) const;

    [[nodiscard]] bool schedulable(int thread) const;
    [[nodiscard]] bool is_waiting_for_budget(int thread) const;
    /// When the timer has to interrupt, as it has been told.
    Time deadline{0};

private:
    enum class Decision { Keep, Choose };

    // ---- thread_scheduling.cpp -----------------------------------------------------------------
    void enter(Time at);
    bool check_budget();
    bool check_budget_or_restart();
    void charge_slice(Time used, bool may_fault);
    void pay();
    void yield();
    void leave();
    void choose_thread();
    void queue_first(int thread);
    void queue_last(int thread);
    void leave_queues(int thread);
    void choose_new();
    void wake(int thread);
    void wake_last(int thread);
    void note_end_of_slice(int context);
    void postpone(int thread);
    void postpone_if_unusable(int context);
    void unblock_if_sporadic(int thread);
    void link(int context, int thread);
    void unlink(int context);
    void bind(int context, int thread);
    void donate(int context, int thread);
    void complete_yield(int thread);
    void cancel_yield(int thread);
    [[nodiscard]] int highest() const;

    // ---- thread_messages.cpp -------------------------------------------------------------------
    void send(int sender, int endpoint, Sending const& how);
    void receive(int receiver, int endpoint, bool blocks, int reply);
    void await_answer(int caller, int server, int reply, bool may_answer, bool donates);
    void transfer(int from, int to, Word badge);
    void write_message(int to, Word label, std::vector<Word> const& words);
    [[nodiscard]] std::vector<Word> fault_message(int thread);
    void signal(int notification, Word badge);
    void take_signal(int thread, int notification);
    void wait(int thread, int notification, bool blocks);
    void lend_context(int notification, int thread);
    void answer(int sender, int reply);
    bool apply_fault_answer(int sender, int thread);
    void detach(int reply);
    void remove_call(int reply);
    void cancel_call(int reply);
    void cancel(int thread);
    void restart_or_stop(int thread);
    void raise_fault(int thread, api::Fault fault, std::vector<Word> words);
    void raise_timeout(int thread);
    std::vector<int>& queue_of(ModelThread const& thread);
    void block(int thread, ThreadState state, int object);

    // ---- thread_operations.cpp -----------------------------------------------------------------
    struct Phase {
        Word cptr;
        bool blocks;
        bool is_call;
        bool donates;
        bool is_first;
    };
    void send_phase(Phase const& phase);
    void receive_phase(Word cptr, bool blocks, bool with_reply);
    Answer invoke(Target const& target);
    Answer invoke_thread(int thread);
    Answer invoke_context(int context);
    Answer yield_to(int context);
    Answer configure();
    Answer invoke_cnode();
    void suspend(int thread);
    void resume(int thread);
    void set_priority(int thread, int priority);
    void delete_slot(Target& slot);
    void revoke_copies(Target const& first);
    void end_object(Target const& last);
    [[nodiscard]] Target* find(Word cptr);
    [[nodiscard]] Word word(std::size_t index) const;
    [[nodiscard]] Target const* extra(std::size_t index);

    [[nodiscard]] Time next_event() const;

    Decision decision_{Decision::Keep};
    bool timer_is_wrong_{false};
    int candidate_{nobody};
    bool is_call_{false};
    bool answers_later_{false};
};

[[nodiscard]] constexpr Word info_of(Word label, std::size_t length) {
    return label << 12 | length;
}
[[nodiscard]] constexpr Word length_of(Word info) {
    return info & 127;
}

} // namespace kernel::reference
