// SPDX-License-Identifier: BSD-2-Clause
//
// RandomWorld: threads that call, answer, signal, yield, fault and are interfered with at random,
// while time passes. What it does next follows from the seed and the kernel's state only, so two of
// them go the same way for as long as their kernels do.
#pragma once

#include "../../unit/kernel/fastpath/both_paths.hpp"

#include <array>
#include <random>

namespace kernel {

class RandomWorld : public World {
public:
    /// Enters the kernel on that path.
    RandomWorld(std::uint64_t seed, Path path);

    void step();

    /// How often each fast path was taken.
    enum Kind : std::size_t { Call, ReplyReceive, Signal, Wake, Yield, VmFault, KindCount };
    [[nodiscard]] std::array<unsigned long, KindCount> const& taken() const { return taken_; }

    [[nodiscard]] Word state_number() const;

private:
    // ---- choices -------------------------------------------------------------------------------

    Word below(Word limit) { return random_() % limit; }
    bool one_in(Word times) { return below(times) == 0; }
    Word any_of(std::vector<Word> const& from) { return from[below(from.size())]; }
    /// One that fits, if some tries find one.
    Word any_where(std::vector<Word> const& from, bool (*fits)(Word)) {
        auto choice = any_of(from);
        for (int i = 0; i < 8 && !fits(choice); ++i) {
            choice = any_of(from);
        }
        return choice;
    }

    Tcb& any_thread() { return object<Tcb>(any_of(threads_)); }
    Word any_target();
    Word any_service();
    Word any_signal();
    Word any_quiet_notification();
    Word any_source();
    Word any_reply();
    std::uint8_t any_priority();

    // ---- what there is -------------------------------------------------------------------------

    void make_objects();
    void make_random_thread();
    void configure(SchedContext& context);

    // ---- what the running thread does ----------------------------------------------------------

    [[nodiscard]] bool idle() const { return kernel->core.current == &kernel->core.idle_thread; }
    void say_something(Tcb& thread);
    Entry random_system_call();
    Entry random_entry();
    void enter_somehow();
    void count(Entry const& entry, Tcb const& before);
    void use_fpu();

    // ---- what happens to threads ---------------------------------------------------------------

    void pass_time();
    void pass_unseen_time();
    void interfere();
    void change_bindings();
    void restart_all(IpcQueue& queue);
    void cut_off();
    void change_abilities(Tcb& thread);
    void revive();
    void park(Tcb& thread);

    std::mt19937_64 random_;
    Path path_;
    std::array<unsigned long, KindCount> taken_{};
    std::vector<Word> endpoints_; // and below, capabilities to the same with badges and rights
    std::vector<Word> notifications_;
    std::vector<Word> targets_;
    std::vector<Word> signals_;
    std::vector<Word> replies_;
    std::vector<Word> contexts_;
    std::vector<Word> threads_;
    static constexpr Word first_receive_slot = 240;
};

} // namespace kernel
