// SPDX-License-Identifier: BSD-2-Clause

#include <ipc/server_loop.hpp>

#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <vector>

namespace {

struct Ask {
    static constexpr api::Word label = 7;

    struct Reply {
        api::Word value;
    };

    api::Word value;
};

/// Messages come from a list; answers are kept by the capability they went through.
class ScriptedTransport {
public:
    void message(api::Word caller, api::Word value) {
        incoming_.push_back(
            {.badge = api::Badge{caller}, .packet = ipc::pack(Ask::label, Ask{.value = value})});
    }

    void signal(api::Word signals) {
        incoming_.push_back({.is_notification = true, .signals = signals});
    }

    ipc::Incoming receive(ipc::ReplyObject& reply) {
        receiving_with = reply.cptr;
        auto const next = incoming_.front();
        incoming_.pop_front();
        return next;
    }

    ipc::Incoming reply_receive(ipc::ReplyObject& reply, ipc::Packet const& packet) {
        this->reply(reply, packet);
        return receive(reply);
    }

    void reply(ipc::ReplyObject& reply, ipc::Packet const& packet) {
        answers[reply.cptr].push_back(packet.words[0]);
    }

    ipc::ReplyObject* new_reply_object() {
        if (objects_left == 0) {
            return nullptr;
        }
        --objects_left;
        made_.push_back(std::make_unique<ipc::ReplyObject>());
        made_.back()->cptr = api::CPtr{100 + made_.size()};
        return made_.back().get();
    }

    int objects_left{8};
    api::CPtr receiving_with{};
    std::map<api::CPtr, std::vector<api::Word>> answers;

private:
    std::deque<ipc::Incoming> incoming_;
    std::vector<std::unique_ptr<ipc::ReplyObject>> made_;
};

/// Answers even numbers at once and keeps those who ask with odd ones.
struct OddsWait {
    using Answer = std::optional<ipc::Result<Ask::Reply>>;

    Answer handle(api::Badge, Ask const& request) {
        if (request.value % 2 == 0) {
            return ipc::Result<Ask::Reply>{Ask::Reply{.value = request.value}};
        }
        auto* const caller = loop.defer();
        if (caller == nullptr) {
            return ipc::Result<Ask::Reply>{base::fail(ipc::Error::Busy)};
        }
        waiting.push_back(*caller);
        return std::nullopt;
    }

    std::optional<ipc::Packet> on_message(api::Badge badge, ipc::Packet const& packet) {
        return ipc::dispatch<Ask>(*this, badge, packet);
    }

    void on_signals(api::Word signals) {
        while (auto* const caller = waiting.pop_front()) {
            loop.answer(*caller, ipc::pack(0, Ask::Reply{.value = signals}));
        }
    }

    ipc::ServerLoop<ScriptedTransport>& loop;
    ipc::CallerQueue waiting;
};

class ServerLoopTest : public testing::Test {
protected:
    void run(int messages) {
        for (int i = 0; i < messages; ++i) {
            loop.run_once(server);
        }
    }

    ScriptedTransport transport;
    ipc::ReplyObject first{.cptr = api::CPtr{1}};
    ipc::ServerLoop<ScriptedTransport> loop{transport, first};
    OddsWait server{.loop = loop, .waiting = {}};
};

TEST_F(ServerLoopTest, AnswersWithTheNextReceive) {
    transport.message(5, 2);
    transport.message(5, 4);
    run(2);
    EXPECT_EQ(transport.answers[api::CPtr{1}], std::vector<api::Word>{2});
}

TEST_F(ServerLoopTest, ReceivesWithAnotherObjectWhileACallerWaits) {
    transport.message(5, 1);
    transport.message(6, 2);
    transport.signal(9);
    run(3);
    EXPECT_EQ(transport.answers[api::CPtr{101}], std::vector<api::Word>{2});
    EXPECT_EQ(transport.answers[api::CPtr{1}], std::vector<api::Word>{9});
}

TEST_F(ServerLoopTest, UsesSpareObjectsAgain) {
    transport.objects_left = 1;
    for (int round = 0; round < 10; ++round) {
        transport.message(5, 1);
        transport.signal(9);
        run(2);
    }
    EXPECT_TRUE(server.waiting.empty());
    auto const all =
        transport.answers[api::CPtr{1}].size() + transport.answers[api::CPtr{101}].size();
    EXPECT_EQ(all, 10u);
}

TEST_F(ServerLoopTest, SaysWhenNoMoreCanWait) {
    transport.objects_left = 0;
    transport.message(5, 1);
    transport.message(5, 2);
    run(2);
    EXPECT_TRUE(server.waiting.empty());
    EXPECT_EQ(transport.receiving_with, api::CPtr{1});
}

TEST_F(ServerLoopTest, ForgottenCallersAreNotAnswered) {
    transport.message(5, 1);
    run(1);
    loop.forget(*server.waiting.pop_front());
    transport.objects_left = 0;
    transport.message(6, 3);
    transport.signal(9);
    run(2);
    EXPECT_EQ(transport.answers[api::CPtr{101}], std::vector<api::Word>{9});
    EXPECT_TRUE(transport.answers[api::CPtr{1}].empty());
}

TEST_F(ServerLoopTest, NotificationsAreNotAnswered) {
    transport.signal(1);
    transport.message(5, 2);
    run(2);
    EXPECT_TRUE(transport.answers.empty());
}

} // namespace
