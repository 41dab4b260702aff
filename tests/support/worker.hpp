// SPDX-License-Identifier: BSD-2-Clause
//
// Worker: another thread of this program, with a stack and an IPC buffer of its own. It shares the
// CSpace and, but for pages that were mapped since, what is in the address space: slots and
// pointers mean the same to it.
#pragma once

#include "lab.hpp"

namespace test {

class Worker;

/// A word that one thread writes while another reads it.
class SharedWord {
public:
    SharedWord& operator=(Word value) {
        value_ = value;
        return *this;
    }

    operator Word() const { return value_; } // NOLINT: it stands for the word

    void operator++() { value_ = value_ + 1; }

private:
    Word volatile value_{0};
};

/// What a worker does. When it returns, the worker stops.
using Body = void (*)(Worker& self);

/// Made without running. At most `most` per test.
class Worker {
public:
    static constexpr std::size_t most = 6;
    static constexpr Word default_priority = 150; // above the tests: it runs at once

    /// In an address space that shows the program where it is in this one.
    Worker(Lab& lab, Body body, Word priority = default_priority, Word vspace = Lab::vspace);
    Worker(Worker const&) = delete;
    Worker& operator=(Worker const&) = delete;

    /// Gives it time (round robin, if nothing was bound yet) and lets it run.
    void start();
    void start_without_time();

    void bind(Word sched_context);
    /// What it waits for now must bring time with it.
    void take_time();
    void set_fault_handler(Word endpoint);

    [[nodiscard]] Word tcb() const { return tcb_; }
    [[nodiscard]] Word sched_context() const { return sched_context_; }
    [[nodiscard]] api::IpcBuffer& buffer() const { return *buffer_; }

    /// A register as ReadRegisters tells it; the worker goes on or not as before.
    [[nodiscard]] Word read_register(std::size_t index);

    // ---- for the two to talk about what happened, through memory --------------------------------

    SharedWord endpoint;
    SharedWord reply;
    SharedWord notification;
    SharedWord steps;
    Registers got{};
    SharedWord finished; // not 0: the body has returned

private:
    [[noreturn]] static void run(Worker* self);

    Lab& lab_;
    Body body_;
    Word tcb_;
    Word sched_context_{0};
    api::IpcBuffer* buffer_;
};

/// Priority of the test itself.
inline constexpr Word own_priority = 100;

} // namespace test
