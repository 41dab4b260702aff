// SPDX-License-Identifier: BSD-2-Clause
//
// The server between a scripted UART and scripted clients.

#include <console/console.hpp>

#include <algorithm>
#include <deque>
#include <gtest/gtest.h>
#include <list>
#include <map>
#include <string>

namespace console {
namespace {

using ipc::console::Foreground;
using ipc::console::Forget;
using ipc::console::Read;
using ipc::console::TakeInterrupt;
using ipc::console::Write;

constexpr Pid init = 1;
constexpr Pid shell = 4; // owns the terminal
constexpr Pid other = 5;
constexpr Pid third = 6;

api::Badge badge_of(Pid pid) {
    return api::Badge{ipc::console::Caller::OwnsTerminal::set(pid, pid == shell)};
}

/// Sends a byte when the test says so; until then its FIFO of 16 fills.
struct FakeUart {
    std::deque<char> typed;
    std::string fifo;
    std::string sent;
    drivers::Pl011Interrupts enabled;
    drivers::Pl011Interrupts acknowledged;

    void acknowledge(drivers::Pl011Interrupts which) { acknowledged = which; }
    void enable_interrupts(drivers::Pl011Interrupts which) { enabled = which; }
    [[nodiscard]] bool can_put() const { return fifo.size() < 16; }
    void put(char c) { fifo.push_back(c); }

    std::optional<char> try_get() {
        if (typed.empty()) {
            return std::nullopt;
        }
        char const c = typed.front();
        typed.pop_front();
        return c;
    }

    void send_all() {
        sent += fifo;
        fifo.clear();
    }
};

struct FakeInterrupt {
    int* acknowledged;
    void acknowledge() const { ++*acknowledged; }
};

struct FakeAttention {
    int* signals;
    void signal() const { ++*signals; }
};

struct FakeLoop {
    std::list<ipc::ReplyObject> objects;
    std::map<ipc::ReplyObject*, std::optional<ipc::Packet>> answers;
    std::size_t waiting{0};
    std::size_t limit{1000}; // of those that wait at once

    ipc::ReplyObject* defer() {
        if (waiting == limit) {
            return nullptr;
        }
        ++waiting;
        auto* const object = &objects.emplace_back();
        answers[object] = std::nullopt;
        return object;
    }

    void answer(ipc::ReplyObject& caller, ipc::Packet const& packet) {
        --waiting;
        answers[&caller] = packet;
    }

    void forget(ipc::ReplyObject& caller) {
        --waiting;
        answers.erase(&caller);
    }
};

class ConsoleTest : public testing::Test {
protected:
    ConsoleTest() { server.start(); }

    template <typename R>
    std::optional<ipc::Packet> request(Pid pid, R const& request) {
        return server.on_message(badge_of(pid), ipc::pack(R::label, request));
    }

    std::optional<ipc::Packet> write(Pid pid, std::string_view text) {
        return request(pid, Write{ipc::Text<ipc::console::max_text>::of(text)});
    }

    /// Interrupted, which the console never answers, if there is no answer yet.
    static ipc::Error error(std::optional<ipc::Packet> const& packet) {
        return packet ? static_cast<ipc::Error>(packet->label) : ipc::Error::Interrupted;
    }

    /// All zeroes if there is none.
    template <typename R>
    static typename R::Reply reply(std::optional<ipc::Packet> const& packet) {
        auto const unpacked = packet ? ipc::unpack<typename R::Reply>(*packet) : std::nullopt;
        return unpacked ? *unpacked : typename R::Reply{};
    }

    static std::string text(std::optional<ipc::Packet> const& packet) {
        return std::string{reply<Read>(packet).text.view()};
    }

    void bring_to_front(Pid pid) {
        EXPECT_EQ(error(request(shell, Foreground{.pid = pid})), ipc::Error::None);
    }

    /// A read that has to wait; the number to ask read_by() with.
    std::size_t wait_to_read(Pid pid) {
        EXPECT_EQ(request(pid, Read{.max = 0}), std::nullopt);
        return loop.objects.size() - 1;
    }

    /// What a waiting read was answered; nothing if it still waits.
    std::string read_by(std::size_t waiting) {
        return text(loop.answers[&*std::next(loop.objects.begin(), static_cast<long>(waiting))]);
    }

    void type(std::string_view keys) {
        uart.typed.insert(uart.typed.end(), keys.begin(), keys.end());
        server.on_signals(1);
    }

    std::string shown() {
        do {
            uart.send_all();
            server.on_signals(1);
        } while (!uart.fifo.empty());
        return std::exchange(uart.sent, {});
    }

    std::size_t count_answers() {
        return static_cast<std::size_t>(std::ranges::count_if(
            loop.answers, [](auto const& entry) { return entry.second.has_value(); }));
    }

    FakeUart uart;
    FakeLoop loop;
    int acknowledge_count{0};
    int attention_count{0};
    Console<FakeUart, FakeInterrupt, FakeAttention, FakeLoop> server{
        uart, {&acknowledge_count}, {&attention_count}, loop, init};
};

TEST_F(ConsoleTest, ListensFromTheStart) {
    EXPECT_EQ(uart.enabled, (drivers::Pl011Interrupts{.receive = true, .transmit = false}));
}

TEST_F(ConsoleTest, AcknowledgesEachInterruptOnce) {
    server.on_signals(1);
    server.on_signals(1);
    EXPECT_EQ(acknowledge_count, 2);
}

TEST_F(ConsoleTest, AsksForInterruptsWhileItSends) {
    std::string const line(100, 'x');
    EXPECT_EQ(error(write(other, line + "\n")), ipc::Error::None);
    EXPECT_EQ(uart.fifo.size(), 16u);
    EXPECT_TRUE(uart.enabled.transmit);
    EXPECT_EQ(shown(), line + "\r\n");
    EXPECT_FALSE(uart.enabled.transmit);
}

TEST_F(ConsoleTest, AnswersAReaderWhenSomethingIsTyped) {
    EXPECT_EQ(request(shell, Read{.max = 0}), std::nullopt);
    type("ls\r");
    ASSERT_EQ(loop.answers.size(), 1u);
    EXPECT_EQ(text(loop.answers.begin()->second), "ls\r");
}

TEST_F(ConsoleTest, AnswersAtOnceWhatWasTypedBefore) {
    type("early");
    EXPECT_EQ(text(request(shell, Read{.max = 3})), "ear");
    EXPECT_EQ(text(request(shell, Read{.max = 0})), "ly");
}

TEST_F(ConsoleTest, TakesWhatWasTypedWhileItStartsToSend) {
    EXPECT_EQ(request(shell, Read{.max = 0}), std::nullopt);
    uart.typed.push_back('x');
    static_cast<void>(write(other, "line\n"));
    EXPECT_EQ(text(loop.answers.begin()->second), "x");
}

TEST_F(ConsoleTest, GivesInputToTheForegroundOnly) {
    auto const background = wait_to_read(other);
    auto const prompt = wait_to_read(shell);
    type("for the shell");
    EXPECT_EQ(read_by(prompt), "for the shell");
    type("ahead");
    EXPECT_EQ(read_by(background), "");
    EXPECT_EQ(request(third, Read{.max = 0}), std::nullopt);
    bring_to_front(other);
    EXPECT_EQ(read_by(background), "ahead") << "at once";
}

TEST_F(ConsoleTest, TheForegroundReadsUntilItEndsOrTheOwnerReads) {
    bring_to_front(other);
    auto const first = wait_to_read(other);
    type("1");
    EXPECT_EQ(read_by(first), "1");
    auto const second = wait_to_read(other);
    auto const prompt = wait_to_read(shell);
    type("2");
    EXPECT_EQ(read_by(second), "");
    EXPECT_EQ(read_by(prompt), "2");
    bring_to_front(other);
    static_cast<void>(request(init, Forget{.pid = other}));
    type("3");
    EXPECT_EQ(read_by(second), "") << "it is gone";
    EXPECT_EQ(text(request(shell, Read{.max = 0})), "3");
}

TEST_F(ConsoleTest, KeepsHowMuchAWaitingReaderWants) {
    EXPECT_EQ(request(other, Read{.max = 2}), std::nullopt);
    type("abc");
    bring_to_front(other);
    EXPECT_EQ(read_by(0), "ab");
    EXPECT_EQ(text(request(other, Read{.max = 0})), "c");
}

TEST_F(ConsoleTest, LetsOnlyTheOwnerSayWhoIsInFront) {
    for (auto const pid : {init, other}) {
        EXPECT_EQ(error(request(pid, Foreground{.pid = other})), ipc::Error::PermissionDenied);
    }
}

TEST_F(ConsoleTest, ShowsHalfALineOfTheForeground) {
    static_cast<void>(write(other, "What is your name? "));
    EXPECT_EQ(shown(), "");
    bring_to_front(other);
    EXPECT_EQ(shown(), "What is your name? ");
}

TEST_F(ConsoleTest, TheOwnerCanReadHoweverManyWait) {
    loop.limit = 2;
    static_cast<void>(wait_to_read(other));
    static_cast<void>(wait_to_read(third));
    EXPECT_EQ(error(request(other, Read{.max = 0})), ipc::Error::OutOfMemory);
    EXPECT_EQ(request(shell, Read{.max = 0}), std::nullopt);
    EXPECT_EQ(error(loop.answers.begin()->second), ipc::Error::OutOfMemory) << "the first to wait";
}

TEST_F(ConsoleTest, ForgetsAReaderThatHasEnded) {
    static_cast<void>(wait_to_read(other));
    EXPECT_EQ(error(request(init, Forget{.pid = other})), ipc::Error::None);
    EXPECT_TRUE(loop.answers.empty());
    auto const prompt = wait_to_read(shell);
    type("x");
    EXPECT_EQ(read_by(prompt), "x");
}

TEST_F(ConsoleTest, LetsOnlyTheKeeperForget) {
    EXPECT_EQ(error(request(other, Forget{.pid = shell})), ipc::Error::PermissionDenied);
}

TEST_F(ConsoleTest, PrintsTheLastWordsOfAnEndedClient) {
    static_cast<void>(write(other, "no newline"));
    EXPECT_EQ(shown(), "");
    static_cast<void>(request(init, Forget{.pid = other}));
    EXPECT_EQ(shown(), "no newline\r\n");
}

TEST_F(ConsoleTest, MakesWritersWaitAndLosesNothing) {
    std::string const line = std::string(900, 'x') + "\n";
    std::size_t taken = 0;
    while (write(other, line).has_value()) {
        ++taken;
    }
    EXPECT_EQ(write(shell, line), std::nullopt);
    EXPECT_EQ(count_answers(), 0u);
    auto const text = shown();
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), taken);
    EXPECT_EQ(count_answers(), 2u);
    for (auto const& [object, answer] : loop.answers) {
        EXPECT_EQ(error(answer), ipc::Error::Busy);
    }
    EXPECT_EQ(error(write(shell, line)), ipc::Error::None);
}

TEST_F(ConsoleTest, SendsWritersAwayWhenTooManyWait) {
    std::string const line = std::string(900, 'x') + "\n";
    loop.limit = 1;
    while (write(other, line).has_value()) {
    }
    EXPECT_EQ(error(write(shell, line)), ipc::Error::Busy);
}

TEST_F(ConsoleTest, CallsForAttentionWhenControlCIsPressedAndNobodyReads) {
    type("typed ahead\x03");
    EXPECT_EQ(attention_count, 1);
    auto const pressed = [&] {
        return reply<TakeInterrupt>(request(shell, TakeInterrupt{})).pressed;
    };
    EXPECT_EQ(pressed(), 1u);
    EXPECT_EQ(pressed(), 0u);
    EXPECT_EQ(request(shell, Read{.max = 0}), std::nullopt); // nothing is left
}

TEST_F(ConsoleTest, GivesControlCToWhoReads) {
    EXPECT_EQ(request(shell, Read{.max = 0}), std::nullopt);
    type("\x03");
    EXPECT_EQ(attention_count, 0);
    EXPECT_EQ(text(loop.answers.begin()->second), "\x03");
}

TEST_F(ConsoleTest, ControlCIsForTheOwnerWhoeverReads) {
    bring_to_front(other);
    auto const waiting = wait_to_read(other);
    type("typed\x03");
    EXPECT_EQ(attention_count, 1);
    EXPECT_EQ(read_by(waiting), "") << "not what was typed before it either";
    EXPECT_EQ(request(other, Read{.max = 0}), std::nullopt);
    EXPECT_EQ(error(request(other, TakeInterrupt{})), ipc::Error::PermissionDenied);
    EXPECT_EQ(reply<TakeInterrupt>(request(init, TakeInterrupt{})).pressed, 1u);
    EXPECT_EQ(reply<TakeInterrupt>(request(shell, TakeInterrupt{})).pressed, 0u);
}

TEST_F(ConsoleTest, RefusesMalformedRequests) {
    Write too_long{ipc::Text<ipc::console::max_text>::of("x")};
    too_long.length = ipc::console::max_text + 1;
    EXPECT_EQ(error(request(other, too_long)), ipc::Error::BadMessage);
    ipc::Packet const unknown{99};
    EXPECT_EQ(error(server.on_message(api::Badge{other}, unknown)), ipc::Error::UnknownRequest);
    ipc::Packet const empty_read{Read::label};
    EXPECT_EQ(error(server.on_message(api::Badge{other}, empty_read)), ipc::Error::BadMessage);
}

TEST_F(ConsoleTest, CountsAFloodOfInput) {
    type(std::string(5000, 'x'));
    std::size_t got = 0;
    while (got < 5000) {
        auto const answer = request(shell, Read{.max = 0});
        ASSERT_TRUE(answer.has_value());
        auto const read = reply<Read>(answer);
        got += read.text.length + read.lost;
    }
    EXPECT_EQ(got, 5000u);
    EXPECT_EQ(request(shell, Read{.max = 0}), std::nullopt);
}

} // namespace
} // namespace console
