// SPDX-License-Identifier: BSD-2-Clause
//
// Threads that do anything at random: once while time stands still, so that only messages matter,
// and once with small budgets.

#include "thread_lab.hpp"

namespace kernel {
namespace {

using api::Invocation;
using api::Syscall;
using What = ThreadOperation::What;

class ThreadRandomTest : public ThreadLab {
public:
    enum class Clock { Stands, Runs };

    void prepare(Clock clock) {
        clock_ = clock;
        takes_fast_paths = clock == Clock::Stands;
        threads_ = {add_thread(200)}; // looks after the others, when its bell rings
        control_ = add_control();
        bell_ = add_notification();
        connect_irq(bell_irq, bell_);
        for (int i = 0; i < 3; ++i) {
            auto const endpoint = add_endpoint();
            firsts_.push_back(endpoint);
            receivable_.push_back(endpoint);
            sendable_.insert(sendable_.end(),
                             {endpoint, add_badged(endpoint, 5), add_badged(endpoint, 6, 9),
                              add_badged(endpoint, 7, 3), add_badged(endpoint, 0, 2)});
            auto const notification = add_notification();
            notifications_.push_back(notification);
            signals_.insert(signals_.end(), {notification, add_badged(notification, 1),
                                             add_badged(notification, 6)});
            connect_irq(40 + static_cast<Word>(i), notification);
            firsts_.push_back(notification);
        }
        for (int i = 0; i < 4; ++i) {
            replies_.push_back(add_reply());
        }
        for (int i = 0; i < 6; ++i) {
            bool const small = clock == Clock::Runs && i > 0;
            threads_.push_back(small ? add_thread(static_cast<std::uint8_t>(100 + i % 3), 300, 1000)
                                     : add_thread(static_cast<std::uint8_t>(100 + i % 3)));
            if (i % 2 == 0) {
                set_fault_handler(threads_.back(), sendable_[i % 4]);
            }
        }
        for (std::size_t i = 0; i < 9; ++i) {
            contexts_.push_back(i < 7 ? slot_of_context(i) : add_context());
        }
        finish();
    }

    Operation choose(model::Random& random);

private:
    Word slot_of_context(std::size_t id) {
        for (auto const& [index, target] : original_slots) {
            if (target.kind == CapKind::SchedContext && target.object == static_cast<int>(id)) {
                return index;
            }
        }
        return 0;
    }

    Word any_sender(model::Random& random) {
        switch (random.below(10)) {
        case 0:
        case 1: return random.any_of(signals_);
        case 2: return random.any_of(replies_);
        case 3: return random.one_in(8) ? unresolvable : 0;
        default: return random.any_of(sendable_);
        }
    }

    Word any_source(model::Random& random) {
        if (random.one_in(30)) {
            return any_sender(random);
        }
        return random.one_in(4) ? random.any_of(notifications_) : random.any_of(receivable_);
    }

    /// The call that the running thread works on, if it does so on lent time.
    [[nodiscard]] int call_on_lent_time() const {
        auto const payer = expected.payer;
        bool const is_lent = payer != reference::nobody && !expected.contexts[payer].calls.empty();
        return is_lent ? expected.contexts[payer].calls.back() : reference::nobody;
    }

    Word any_reply(model::Random& random) {
        if (auto const call = call_on_lent_time(); call != reference::nobody && random.one_in(2)) {
            return replies_[call];
        }
        return random.one_in(40) ? any_sender(random) : random.any_of(replies_);
    }

    Operation any_message(model::Random& random) {
        constexpr Syscall calls[] = {
            Syscall::Call,       Syscall::Call,   Syscall::Call,      Syscall::Call,
            Syscall::ReplyRecv,  Syscall::Recv,   Syscall::ReplyRecv, Syscall::Recv,
            Syscall::NBSendRecv, Syscall::Send,   Syscall::NBSend,    Syscall::NBSendWait,
            Syscall::NBRecv,     Syscall::NBWait, Syscall::Wait,      Syscall::Yield,
        };
        Operation result{.number = random.any_of(calls), .reply = any_reply(random)};
        if (call_on_lent_time() != reference::nobody && random.one_in(6)) {
            result.number = Syscall::Yield; // of what its caller has lent
        }
        bool const sends = result.number == Syscall::Call || result.number == Syscall::Send ||
                           result.number == Syscall::NBSend;
        result.cptr = sends ? any_sender(random) : any_source(random);
        result.first = any_sender(random);
        if (result.number == Syscall::NBSendWait) {
            result.reply = any_sender(random);
        }
        result.label = random.below(3);
        result.words.resize(random.below(7));
        std::ranges::generate(result.words, [&] { return random.below(1000); });
        return result;
    }

    static Operation call(Word cptr, Invocation label, std::vector<Word> words,
                          std::vector<Word> caps) {
        return {.number = Syscall::Call,
                .cptr = cptr,
                .label = std::to_underlying(label),
                .words = std::move(words),
                .caps = std::move(caps)};
    }

    /// Not the thread that looks after the others, nor what it lives on. If there is one, one in
    /// this state.
    Word any_thread(model::Random& random, ThreadState wanted) {
        auto id = 1 + random.below(6);
        for (int tries = 0; tries < 6 && expected.threads[id].state != wanted; ++tries) {
            id = 1 + id % 6;
        }
        return threads_[id];
    }

    Word any_thread(model::Random& random) { return threads_[1 + random.below(6)]; }
    Word any_context(model::Random& random) { return contexts_[1 + random.below(8)]; }

    Operation any_configuration(model::Random& random) {
        constexpr Word budgets_us[] = {20, 100, 400, 2000};
        auto const budget = random.one_in(20) ? random.below(40) : random.any_of(budgets_us);
        auto const period = random.one_in(4) ? budget : budget * (1 + random.below(4)) + 17;
        return call(control_, Invocation::SchedControlConfigureFlags,
                    {budget, random.one_in(30) ? budget / 2 : period, random.below(10),
                     random.below(100), random.below(2)},
                    {random.one_in(30) ? threads_[1] : any_context(random)});
    }

    Operation any_invocation(model::Random& random);
    Operation any_deletion(model::Random& random);

    static constexpr Word bell_irq = 39;

    Clock clock_{Clock::Stands};
    Word bell_{0};
    Word control_{0};
    std::vector<Word> threads_;
    std::vector<Word> contexts_;
    std::vector<Word> sendable_;
    std::vector<Word> receivable_;
    std::vector<Word> notifications_;
    std::vector<Word> signals_;
    std::vector<Word> replies_;
    std::vector<Word> firsts_;
};

ThreadOperation ThreadRandomTest::any_invocation(model::Random& random) {
    auto const thread = any_thread(random);
    auto const context = any_context(random);
    auto const bound = random.one_in(3) ? random.any_of(signals_) : any_thread(random);
    switch (random.below(14)) {
    case 0: return call(thread, Invocation::TcbSuspend, {}, {});
    case 1:
    case 2:
    case 3: return call(any_thread(random, ThreadState::Inactive), Invocation::TcbResume, {}, {});
    case 4: {
        auto const authority = random.one_in(20) ? control_ : threads_[random.below(7)];
        auto const priority = random.one_in(20) ? 151 : 99 + random.below(5);
        return call(thread, Invocation::TcbSetPriority, {priority}, {authority});
    }
    case 5:
        return call(thread, Invocation::TcbBindNotification, {},
                    {random.one_in(20) ? thread : random.any_of(signals_)});
    case 6: return call(thread, Invocation::TcbUnbindNotification, {}, {});
    case 7: return call(context, Invocation::SchedContextUnbindObject, {}, {bound});
    case 8:
        return call(context,
                    random.one_in(2) ? Invocation::SchedContextUnbind
                                     : Invocation::SchedContextYieldTo,
                    {}, {});
    case 9:
        return call(thread, Invocation::TcbSetTimeoutEndpoint, {},
                    {random.one_in(3) ? 0 : random.any_of(sendable_)});
    case 10: return call(context, Invocation::SchedContextYieldTo, {}, {});
    case 11: { // becomes a passive server
        auto const server = any_thread(random, ThreadState::BlockedOnReceive);
        auto const its = expected.threads[expected.slots[server].object].context;
        return call(its == nobody ? context : contexts_[its], Invocation::SchedContextUnbindObject,
                    {}, {server});
    }
    default: return call(context, Invocation::SchedContextBind, {}, {bound});
    }
}

ThreadOperation ThreadRandomTest::any_deletion(model::Random& random) {
    switch (random.below(8)) {
    case 0: return call(cnode, Invocation::CNodeRevoke, {random.any_of(firsts_), 64}, {});
    case 1: return call(cnode, Invocation::CNodeDelete, {random.any_of(firsts_), 64}, {});
    case 2: return call(cnode, Invocation::CNodeDelete, {any_context(random), 64}, {});
    case 3:
    case 4: return call(cnode, Invocation::CNodeDelete, {random.any_of(replies_), 64}, {});
    default:
        return call(cnode, Invocation::CNodeCancelBadgedSends, {random.any_of(sendable_), 64}, {});
    }
}

ThreadOperation ThreadRandomTest::choose(model::Random& random) {
    Operation result;
    bool const looks_after = expected.current == 0;
    auto const choice = random.below(100);
    if (looks_after && choice < 30) {
        result = {.number = Syscall::Wait, .cptr = bell_};
    } else if (expected.current == nobody || choice < 4) {
        auto const irq = random.one_in(3) ? 40 + random.below(3) : bell_irq;
        result = {.what = What::Interrupt, .irq = random.one_in(4) ? 0 : irq};
    } else if (choice < 60 && !looks_after) {
        result = any_message(random);
    } else if (choice < 84) {
        result = any_invocation(random);
    } else if (choice < 88) {
        result = any_configuration(random);
    } else if (choice < 90) {
        result = any_deletion(random);
    } else if (choice < 92) {
        result = {.what = What::Recreate};
    } else if (choice < 94 && !looks_after) {
        result = {.what = What::Fault};
    } else if (clock_ == Clock::Stands) {
        result = {.what = What::Become, .thread = static_cast<int>(random.below(7))};
    } else {
        result = {.what = What::Interrupt};
    }
    if (clock_ == Clock::Runs) {
        result.us = random.one_in(3) ? random.below(250) : random.below(10);
    }
    return result;
}

TEST_F(ThreadRandomTest, AgreesWhileTimeStandsStill) {
    prepare(Clock::Stands);
    EXPECT_EQ(model::search_at_random(*this, 500'000), "");
}

TEST_F(ThreadRandomTest, AgreesWithSmallBudgets) {
    prepare(Clock::Runs);
    EXPECT_EQ(model::search_at_random(*this, 500'000), "");
}

} // namespace
} // namespace kernel
