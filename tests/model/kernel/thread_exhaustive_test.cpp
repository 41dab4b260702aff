// SPDX-License-Identifier: BSD-2-Clause
//
// All sequences of what three threads of one priority can do to each other.

#include "../explorer.hpp"
#include "thread_lab.hpp"

namespace kernel {
namespace {

using api::Invocation;
using api::Syscall;
using What = ThreadOperation::What;
using Operations = std::vector<ThreadOperation>;

class ThreadExhaustiveTest : public ThreadLab {
protected:
    ThreadExhaustiveTest() {
        add_control();
        for (auto& thread : actors) {
            thread = add_thread(100);
        }
        endpoint = add_endpoint();
        badged = add_badged(endpoint, 5);
        notification = add_notification();
        signal = add_badged(notification, 2);
        for (auto& reply : answers) {
            reply = add_reply();
        }
        set_fault_handler(actors[0], badged);
        finish();
    }

    static ThreadOperation call(Word cptr, Invocation label, std::vector<Word> words,
                                std::vector<Word> caps) {
        return {.number = Syscall::Call,
                .cptr = cptr,
                .label = std::to_underlying(label),
                .words = std::move(words),
                .caps = std::move(caps)};
    }

    [[nodiscard]] Word context_of(std::size_t thread) const {
        for (auto const& [index, target] : original_slots) {
            if (target.kind == CapKind::SchedContext && target.object == static_cast<int>(thread)) {
                return index;
            }
        }
        return 0;
    }

    /// Messages, calls and answers.
    [[nodiscard]] Operations messages(int thread) const {
        auto const message = [&](Syscall number, Word cptr, Word reply = 0, Word first = 0) {
            return ThreadOperation{.number = number,
                                   .cptr = cptr,
                                   .reply = reply,
                                   .first = first,
                                   .label = 0,
                                   .words = {7},
                                   .thread = thread};
        };
        auto const [first, second] = answers;
        return {
            message(Syscall::Send, badged),
            message(Syscall::NBSend, endpoint),
            message(Syscall::Call, badged),
            message(Syscall::Recv, endpoint, first),
            message(Syscall::Recv, endpoint, second),
            message(Syscall::Wait, endpoint),
            message(Syscall::NBRecv, endpoint, first),
            message(Syscall::ReplyRecv, endpoint, first),
            message(Syscall::Send, first),
            message(Syscall::Send, second),
            message(Syscall::NBSendRecv, endpoint, second, badged),
        };
    }

    /// Signals, and waiting for them.
    [[nodiscard]] Operations signals(int thread) const {
        auto const message = [&](Syscall number, Word cptr, Word reply = 0, Word first = 0) {
            return ThreadOperation{
                .number = number, .cptr = cptr, .reply = reply, .first = first, .thread = thread};
        };
        return {
            message(Syscall::NBSend, signal),
            message(Syscall::Send, notification),
            message(Syscall::Wait, notification),
            message(Syscall::NBWait, notification),
            message(Syscall::NBSendWait, notification, signal),
            message(Syscall::NBSendRecv, endpoint, answers[0], signal),
        };
    }

    /// By whoever runs, to any of them.
    [[nodiscard]] Operations interventions() const {
        Operations operations{
            {.what = What::Fault},
            {.what = What::Recreate},
            call(cnode, Invocation::CNodeDelete, {answers[0], 64}, {}),
            call(cnode, Invocation::CNodeCancelBadgedSends, {badged, 64}, {}),
        };
        for (auto const thread : actors) {
            operations.push_back(call(thread, Invocation::TcbSuspend, {}, {}));
            operations.push_back(call(thread, Invocation::TcbResume, {}, {}));
        }
        return operations;
    }

    [[nodiscard]] Operations bindings() const {
        Operations operations{
            call(context_of(1), Invocation::SchedContextBind, {}, {notification}),
            call(context_of(1), Invocation::SchedContextUnbind, {}, {}),
        };
        for (std::size_t i = 0; i < actors.size(); ++i) {
            auto const thread = actors[i];
            auto const context = context_of(i);
            operations.push_back(call(thread, Invocation::TcbBindNotification, {}, {notification}));
            operations.push_back(call(context, Invocation::SchedContextUnbindObject, {}, {thread}));
            operations.push_back(call(context, Invocation::SchedContextBind, {}, {thread}));
        }
        return operations;
    }

    /// How `thread` comes to wait for calls without a scheduling context.
    [[nodiscard]] Operations waiting_server(int thread) const {
        auto const id = static_cast<std::size_t>(thread);
        return {
            {.number = Syscall::Recv, .cptr = endpoint, .reply = answers[id - 1], .thread = thread},
            call(context_of(id), Invocation::SchedContextUnbindObject, {}, {actors[id]}),
        };
    }

    /// By whoever runs, of its own time or of what it has been lent.
    Operations const yields{{.number = Syscall::Yield}};

    std::string search(std::vector<Operations> const& groups, unsigned length,
                       Operations const& before = {}) {
        Operations all;
        for (auto const& group : groups) {
            all.insert(all.end(), group.begin(), group.end());
        }
        model::Explorer explorer{*this, all};
        auto finding = explorer.search(length + model::longer(), before);
        std::printf("%zu states, %zu steps\n", explorer.states(), explorer.steps());
        EXPECT_GT(explorer.states(), 500u);
        return finding;
    }

    std::array<Word, 3> actors{};
    std::array<Word, 2> answers{};
    Word endpoint{0};
    Word badged{0};
    Word notification{0};
    Word signal{0};
};

TEST_F(ThreadExhaustiveTest, AgreesOnAllSequencesOfMessages) {
    EXPECT_EQ(search({messages(0), messages(1), messages(2)}, 4), "");
}

TEST_F(ThreadExhaustiveTest, AgreesOnAllSequencesOfMessagesAndInterventions) {
    EXPECT_EQ(search({messages(0), messages(1), messages(2), interventions()}, 4), "");
}

TEST_F(ThreadExhaustiveTest, AgreesOnAllSequencesOfSignalsAndBindings) {
    EXPECT_EQ(search({signals(0), signals(1), signals(2), bindings(), interventions()}, 4), "");
}

/// The second thread waits without a scheduling context, as servers do.
TEST_F(ThreadExhaustiveTest, AgreesOnAllSequencesWithAPassiveServer) {
    EXPECT_EQ(search({messages(0), messages(1), messages(2), yields, bindings(), interventions()},
                     4, waiting_server(1)),
              "");
}

/// Both others do, so that time is lent by who was lent it.
TEST_F(ThreadExhaustiveTest, AgreesOnAllSequencesWithPassiveServers) {
    auto before = waiting_server(1);
    std::ranges::copy(waiting_server(2), std::back_inserter(before));
    EXPECT_EQ(search({messages(0), messages(1), messages(2), yields}, 5, before), "");
}

} // namespace
} // namespace kernel
