// SPDX-License-Identifier: BSD-2-Clause
//
// ServerLoop: receive, let the server handle, answer. A caller that cannot be answered yet keeps a
// reply object of its own, so any number may wait; spare ones are kept for the next.
#pragma once

#include <base/intrusive_list.hpp>
#include <ipc/message.hpp>

#include <concepts>
#include <optional>

namespace ipc {

/// A kernel object through which one caller is answered. While a caller waits it belongs to the
/// server, which may queue it by `link` and note down who waits and for what.
struct ReplyObject {
    api::CPtr cptr{api::null_cptr};
    api::Badge badge{};
    api::Word note{0};
    base::ListLink<ReplyObject> link{};
};

using CallerQueue = base::IntrusiveList<ReplyObject, &ReplyObject::link>;

/// What a receive brought: a message, or the signals of the bound notification.
struct Incoming {
    bool is_notification{false};
    api::Word signals{0};
    api::Badge badge{};
    Packet packet{};
};

/// How messages come and go: system calls in a server, a script in a test.
template <typename T>
concept Transport = requires(T transport, ReplyObject& reply, Packet const& packet) {
    { transport.receive(reply) } -> std::same_as<Incoming>;
    { transport.reply_receive(reply, packet) } -> std::same_as<Incoming>;
    { transport.reply(reply, packet) } -> std::same_as<void>;
    /// Null when there is no memory for one.
    { transport.new_reply_object() } -> std::same_as<ReplyObject*>;
};

/// What the loop wants from a server. An empty answer means: later, after defer(), or never.
template <typename T>
concept Server = requires(T server, api::Word signals, api::Badge badge, Packet const& packet) {
    { server.on_signals(signals) } -> std::same_as<void>;
    { server.on_message(badge, packet) } -> std::same_as<std::optional<Packet>>;
};

template <Transport T>
class ServerLoop {
public:
    /// `first` is the reply object to begin with.
    ServerLoop(T& transport, ReplyObject& first) : transport_{transport}, current_{&first} {}

    /// Keeps the caller whose message is being handled, to be answered later. Null when there is no
    /// memory to do so; then it must be answered now.
    [[nodiscard]] ReplyObject* defer() {
        ReplyObject* next = spare_.pop_front();
        if (next == nullptr) {
            next = transport_.new_reply_object();
        }
        return next == nullptr ? nullptr : std::exchange(current_, next);
    }

    void answer(ReplyObject& caller, Packet const& packet) {
        transport_.reply(caller, packet);
        spare_.push_back(caller);
    }

    /// The caller does not exist any more.
    void forget(ReplyObject& caller) { spare_.push_back(caller); }

    /// One message: answers the last one, receives the next, has it handled.
    void run_once(Server auto& server) {
        auto const incoming = pending_ ? transport_.reply_receive(*current_, *pending_)
                                       : transport_.receive(*current_);
        pending_.reset();
        if (incoming.is_notification) {
            server.on_signals(incoming.signals);
        } else {
            pending_ = server.on_message(incoming.badge, incoming.packet);
        }
    }

    [[noreturn]] void run(Server auto& server) {
        for (;;) {
            run_once(server);
        }
    }

private:
    T& transport_;
    ReplyObject* current_;
    CallerQueue spare_;
    std::optional<Packet> pending_;
};

} // namespace ipc
