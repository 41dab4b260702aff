// SPDX-License-Identifier: BSD-2-Clause
//
// CNode_CancelBadgedSends, interrupted at random, while senders come, are received, stop and change
// their priorities, and others cancel, too. The model is a list of senders for each endpoint: who
// waits is known to it, and in which order; and of each call that is not done, whom it is about.

#include "../../unit/kernel/fixture.hpp"
#include "../lab.hpp"
#include <kernel/ipc/cancel.hpp>

#include <algorithm>
#include <optional>

namespace kernel {
namespace {

using api::Invocation;

constexpr Word badges = 2;

struct Waiting {
    Tcb* thread;
    Word badge;
    unsigned arrival;
};

struct Cancelling {
    std::size_t endpoint;
    Word badge;
    unsigned began;

    [[nodiscard]] bool is_about(std::size_t where, Waiting const& sender) const {
        return where == endpoint && sender.badge == badge && sender.arrival < began;
    }
};

struct Place {
    Word endpoint;
    std::array<Word, badges> badged; // capabilities with badges 1, 2, ...
    std::vector<Waiting> senders;    // from the first to the last
};

struct Manager {
    Tcb* thread;
    std::optional<Cancelling> unfinished;
};

class World : public KernelTest {
public:
    explicit World(model::Random& random) : random_{random} {
        for (auto& place : places_) {
            place.endpoint = make_endpoint();
            for (Word badge = 1; badge <= badges; ++badge) {
                place.badged[badge - 1] =
                    add_copy(place.endpoint, slot(place.endpoint).cap.with_badge(Badge{badge}));
            }
        }
        for (auto& thread : senders_) {
            thread = &make_thread(any_priority());
        }
        for (auto& manager : managers_) {
            manager = {.thread = &make_thread(150), .unfinished = {}};
        }
    }

    void TestBody() override {}

    void step() {
        ++arch::fake_machine().now; // so that everybody comes at a time of its own
        ++time_;
        switch (random_.below(8)) {
        case 0:
        case 1:
        case 2: send_something(); break;
        case 3: receive_something(); break;
        case 4: stop_somebody(); break;
        case 5: change_a_priority(); break;
        default: cancel_something(); break;
        }
        compare();
    }

private:
    std::uint8_t any_priority() { return static_cast<std::uint8_t>(100 + random_.below(4)); }

    static bool waits(Tcb const& thread) { return thread.state == ThreadState::BlockedOnSend; }

    void forget(Tcb const& thread) {
        for (auto& place : places_) {
            std::erase_if(place.senders,
                          [&](Waiting const& sender) { return sender.thread == &thread; });
        }
    }

    /// Behind all that do not rank below it.
    static void insert(Place& place, Waiting const& sender) {
        auto const behind = std::ranges::find_if(place.senders, [&](Waiting const& other) {
            return other.thread->priority < sender.thread->priority;
        });
        place.senders.insert(behind, sender);
    }

    void send_something() {
        auto& thread = *random_.any_of(senders_);
        if (waits(thread)) {
            return;
        }
        auto& place = places_[random_.below(places_.size())];
        auto const badge = 1 + random_.below(badges);
        if (thread.state == ThreadState::Inactive) {
            resume(*kernel, thread);
        }
        send(thread, place.badged[badge - 1]);
        insert(place, {.thread = &thread, .badge = badge, .arrival = time_});
    }

    void receive_something() {
        auto& place = places_[random_.below(places_.size())];
        receive(*root, place.endpoint, no_slot, api::Syscall::NBWait);
        Word const expected = place.senders.empty() ? 0 : place.senders.front().badge;
        ASSERT_EQ(badge_of(*root), expected);
        if (!place.senders.empty()) {
            place.senders.erase(place.senders.begin());
        }
    }

    void stop_somebody() {
        auto& thread = *random_.any_of(senders_);
        forget(thread);
        suspend(*kernel, thread);
    }

    void change_a_priority() {
        auto& thread = *random_.any_of(senders_);
        set_priority(*kernel, thread, any_priority());
        for (std::size_t where = 0; where < places_.size(); ++where) {
            auto& senders = places_[where].senders;
            auto const found = std::ranges::find(senders, &thread, &Waiting::thread);
            if (found == senders.end()) {
                continue;
            }
            auto const sender = *found;
            senders.erase(found);
            if (waits(thread)) {
                insert(places_[where], sender);
            } else {
                ASSERT_TRUE(may_be_cancelled(where, sender));
            }
            return;
        }
    }

    bool may_be_cancelled(std::size_t where, Waiting const& sender) {
        return std::ranges::any_of(managers_, [&](Manager const& manager) {
            return manager.unfinished && manager.unfinished->is_about(where, sender);
        });
    }

    void cancel_something() {
        auto& manager = managers_[random_.below(managers_.size())];
        if (!manager.unfinished) {
            manager.unfinished = Cancelling{.endpoint = random_.below(places_.size()),
                                            .badge = 1 + random_.below(badges),
                                            .began = time_};
        }
        if (manager.thread->progress == 0) {
            manager.unfinished->began = time_; // until now it has only finished another's
        }
        auto const cancelling = *manager.unfinished;
        auto const cap = places_[cancelling.endpoint].badged[cancelling.badge - 1];
        kernel->core.work_units = 0;
        if (!random_.one_in(4)) {
            interrupt_after(static_cast<unsigned>(1 + random_.below(5)));
        }
        call(*manager.thread, cnode,
             {std::to_underlying(Invocation::CNodeCancelBadgedSends), {cap, 64}});
        bool const was_interrupted = manager.thread->context.next_ip == fault_ip ||
                                     manager.thread->state == ThreadState::Restart;
        arch::fake_machine().pending_irqs.clear();
        take_note_of_cancelled();
        if (!was_interrupted) {
            ASSERT_EQ(label_of(*manager.thread), 0u);
            expect_nobody_left(cancelling);
            manager.unfinished.reset();
        }
    }

    void take_note_of_cancelled() {
        for (std::size_t where = 0; where < places_.size(); ++where) {
            std::erase_if(places_[where].senders, [&](Waiting const& sender) {
                bool const gone = !waits(*sender.thread);
                EXPECT_TRUE(!gone || may_be_cancelled(where, sender));
                return gone;
            });
        }
    }

    void expect_nobody_left(Cancelling const& done) {
        for (auto const& sender : places_[done.endpoint].senders) {
            ASSERT_FALSE(done.is_about(done.endpoint, sender));
        }
    }

    void compare() {
        for (auto const& place : places_) {
            auto const& queue = object<Endpoint>(place.endpoint).queue;
            auto const* thread = queue.front();
            for (auto const& sender : place.senders) {
                ASSERT_EQ(thread, sender.thread);
                thread = queue.next(*thread);
            }
            ASSERT_EQ(thread, nullptr);
        }
    }

    model::Random& random_;
    unsigned time_{0};
    std::array<Place, 2> places_{};
    std::array<Tcb*, 12> senders_{};
    std::array<Manager, 3> managers_{};
};

TEST(SweepRandomTest, AllWhoAreMeantAreCancelledAndNobodyElse) {
    auto const steps = model::from_environment("QUIRE_MODEL_STEPS", 100'000);
    model::Random random{model::from_environment("QUIRE_MODEL_SEED", 1)};
    constexpr unsigned episode = 500;
    for (std::uint64_t done = 0; done < steps && !testing::Test::HasFailure(); done += episode) {
        SCOPED_TRACE(done);
        World world{random};
        for (unsigned i = 0; i < episode && !testing::Test::HasFailure(); ++i) {
            SCOPED_TRACE(i);
            world.step();
        }
    }
}

} // namespace
} // namespace kernel
