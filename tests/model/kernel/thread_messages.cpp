// SPDX-License-Identifier: BSD-2-Clause
//
// Who meets whom, what arrives, and what becomes of both.

#include "thread_model.hpp"

namespace kernel::reference {

using api::Fault;

// ---- messages -----------------------------------------------------------------------------------

void ThreadModel::write_message(int to, Word label, std::vector<Word> const& words) {
    auto& registers = threads[to].registers;
    for (std::size_t i = 0; i < words.size(); ++i) {
        (i < 4 ? registers.x[2 + i] : registers.message[i]) = words[i];
    }
    registers.x[1] = info_of(label, words.size());
}

std::vector<Word> ThreadModel::fault_message(int thread) {
    auto const& t = threads[thread];
    auto words = t.fault_words;
    if (t.fault == Fault::Timeout) {
        if (t.context != nobody) {
            words.push_back(std::exchange(contexts[t.context].consumed, 0) * 1000 /
                            BudgetModel::ticks_per_us_times_1000);
        }
    } else {
        words.insert(words.begin(), t.registers.fault_ip);
    }
    return words;
}

void ThreadModel::transfer(int from, int to, Word badge) {
    auto const& t = threads[from];
    if (t.fault != Fault::None) {
        write_message(to, std::to_underlying(t.fault), fault_message(from));
    } else {
        std::vector<Word> words;
        words.reserve(length_of(t.registers.x[1]));
        for (std::size_t i = 0; i < length_of(t.registers.x[1]); ++i) {
            words.push_back(i < 4 ? t.registers.x[2 + i] : t.registers.message[i]);
        }
        write_message(to, t.registers.x[1] >> 12, words);
    }
    threads[to].registers.x[0] = badge;
}

// ---- endpoints ----------------------------------------------------------------------------------

std::vector<int>& ThreadModel::queue_of(ModelThread const& thread) {
    return thread.state == ThreadState::BlockedOnNotification ? notifications[thread.object].queue
                                                              : endpoints[thread.object].queue;
}

/// Behind those of the same or a higher priority.
void ThreadModel::block(int thread, ThreadState state, int object) {
    threads[thread].state = state;
    threads[thread].object = object;
    auto& queue = queue_of(threads[thread]);
    auto const at = std::ranges::find_if(
        queue, [&](int other) { return threads[other].priority < threads[thread].priority; });
    queue.insert(at, thread);
}

/// A receiver has taken the message of somebody who wants an answer.
void ThreadModel::await_answer(int caller, int server, int reply, bool may_answer, bool donates) {
    auto& t = threads[caller];
    if (reply == nobody || !may_answer) {
        t.state = ThreadState::Inactive;
        return;
    }
    t.state = ThreadState::BlockedOnReply;
    t.reply = reply;
    replies[reply] = caller;
    if (donates && t.context != nobody && threads[server].context == nobody) {
        contexts[t.context].calls.push_back(reply);
        donate(t.context, server);
    }
}

void ThreadModel::send(int sender, int endpoint, Sending const& how) {
    auto& queue = endpoints[endpoint].queue;
    auto& t = threads[sender];
    if (queue.empty() || threads[queue.front()].state != ThreadState::BlockedOnReceive) {
        if (how.blocks) {
            t.badge = how.badge;
            t.grant = how.grant;
            t.grant_reply = how.grant_reply;
            t.is_call = how.is_call;
            block(sender, ThreadState::BlockedOnSend, endpoint);
        }
        return;
    }
    auto const receiver = queue.front();
    queue.erase(queue.begin());
    transfer(sender, receiver, how.badge);
    auto const reply = threads[receiver].reply;
    if (reply != nobody) {
        detach(reply);
    }
    if (how.is_call || t.fault != Fault::None) {
        await_answer(sender, receiver, reply, how.grant || how.grant_reply, how.donates);
    } else if (how.donates && t.context != nobody && threads[receiver].context == nobody) {
        donate(t.context, receiver);
    }
    threads[receiver].state = ThreadState::Running;
    unblock_if_sporadic(receiver);
    wake(receiver);
}

void ThreadModel::receive(int receiver, int endpoint, bool blocks, int reply) {
    if (reply != nobody && replies[reply] != nobody && replies[reply] != receiver) {
        cancel(replies[reply]);
    }
    auto& t = threads[receiver];
    if (t.notification != nobody && notifications[t.notification].active) {
        take_signal(receiver, t.notification);
        return;
    }
    if (blocks && t.notification != nobody && t.context != nobody &&
        notifications[t.notification].context == t.context) {
        unlink(t.context);
    }
    auto& queue = endpoints[endpoint].queue;
    if (!queue.empty() && threads[queue.front()].state == ThreadState::BlockedOnSend) {
        auto const sender = queue.front();
        queue.erase(queue.begin());
        auto& s = threads[sender];
        transfer(sender, receiver, s.badge);
        unblock_if_sporadic(sender);
        if (s.is_call || s.fault != Fault::None) {
            await_answer(sender, receiver, reply, s.grant || s.grant_reply,
                         s.fault != Fault::Timeout);
        } else {
            s.state = ThreadState::Running;
            wake(sender);
        }
    } else if (blocks) {
        t.reply = reply;
        if (reply != nobody) {
            replies[reply] = receiver;
        }
        block(receiver, ThreadState::BlockedOnReceive, endpoint);
    } else {
        t.registers.x[0] = 0;
    }
}

// ---- notifications ------------------------------------------------------------------------------

void ThreadModel::lend_context(int notification, int thread) {
    auto const context = notifications[notification].context;
    if (threads[thread].context != nobody || context == nobody ||
        contexts[context].thread != nobody) {
        return;
    }
    link(context, thread);
    if (context != payer && contexts[context].budget.configured()) {
        contexts[context].budget.unblock(now);
    }
    postpone_if_unusable(context);
}

void ThreadModel::signal(int notification, Word badge) {
    auto& n = notifications[notification];
    int woken = nobody;
    if (!n.queue.empty()) {
        woken = n.queue.front();
        n.queue.erase(n.queue.begin());
    } else if (!n.active && n.thread != nobody &&
               threads[n.thread].state == ThreadState::BlockedOnReceive) {
        woken = n.thread;
        cancel(woken);
    } else {
        n.active = true;
        n.word |= badge;
        return;
    }
    threads[woken].registers.x[0] = badge;
    threads[woken].state = ThreadState::Running;
    lend_context(notification, woken);
    unblock_if_sporadic(woken);
    wake(woken);
}

void ThreadModel::take_signal(int thread, int notification) {
    auto& n = notifications[notification];
    threads[thread].registers.x[0] = std::exchange(n.word, 0);
    n.active = false;
    lend_context(notification, thread);
    unblock_if_sporadic(thread);
}

void ThreadModel::wait(int thread, int notification, bool blocks) {
    auto const& n = notifications[notification];
    if (n.active) {
        take_signal(thread, notification);
    } else if (blocks) {
        block(thread, ThreadState::BlockedOnNotification, notification);
        if (n.context != nobody && n.context == threads[thread].context) {
            unlink(n.context);
        }
    } else {
        threads[thread].registers.x[0] = 0;
    }
}

// ---- answers ------------------------------------------------------------------------------------

void ThreadModel::detach(int reply) {
    auto const thread = std::exchange(replies[reply], nobody);
    threads[thread].reply = nobody;
    threads[thread].lent_slice_ended = false;
}

/// The call has been answered, or cannot be any more. The latest call of a stack gives the context
/// back to its caller; one further down breaks the stack: what lies below is lost.
void ThreadModel::remove_call(int reply) {
    auto const caller = replies[reply];
    for (std::size_t i = 0; i < contexts.size(); ++i) {
        auto& calls = contexts[i].calls;
        auto const at = std::ranges::find(calls, reply);
        if (at == calls.end()) {
            continue;
        }
        bool const is_latest = at + 1 == calls.end();
        calls.erase(is_latest ? at : calls.begin(), at + 1);
        if (is_latest && threads[caller].lent_slice_ended) {
            note_end_of_slice(static_cast<int>(i));
        }
        if (is_latest && threads[caller].context == nobody) {
            donate(static_cast<int>(i), caller);
        }
        break;
    }
    detach(reply);
}

/// The caller does not wait any more: what lies below it is lost, too, and the context stays.
void ThreadModel::cancel_call(int reply) {
    for (auto& context : contexts) {
        auto const at = std::ranges::find(context.calls, reply);
        if (at != context.calls.end()) {
            context.calls.erase(context.calls.begin(), at + 1);
        }
    }
    detach(reply);
}

void ThreadModel::answer(int sender, int reply) {
    auto const caller = replies[reply];
    if (caller == nobody || threads[caller].state != ThreadState::BlockedOnReply) {
        return;
    }
    auto& t = threads[caller];
    bool const slice_ended = t.lent_slice_ended;
    remove_call(reply);
    unblock_if_sporadic(caller);
    auto const handled = std::exchange(t.fault, Fault::None);
    if (handled == Fault::None) {
        transfer(sender, caller, 0);
        t.state = ThreadState::Running;
    } else {
        bool const again = handled != Fault::Timeout || apply_fault_answer(sender, caller);
        t.state = again ? ThreadState::Restart : ThreadState::Inactive;
    }
    if (t.context == nobody || !contexts[t.context].budget.configured() ||
        t.state == ThreadState::Inactive) {
        return;
    }
    if (contexts[t.context].budget.usable(now)) {
        slice_ended ? wake_last(caller) : wake(caller);
    } else if (t.timeout_handler.kind == CapKind::Endpoint && handled != Fault::Timeout) {
        raise_timeout(caller);
    } else {
        postpone(caller);
    }
}

/// Words for registers, in the order PC, SP, flags, x0, x1...
bool ThreadModel::apply_fault_answer(int sender, int thread) {
    constexpr Word flags = 0xf000'0000;
    auto const& from = threads[sender].registers;
    auto& to = threads[thread].registers;
    for (std::size_t i = 0; i < length_of(from.x[1]); ++i) {
        auto const word = i < 4 ? from.x[2 + i] : from.message[i];
        switch (i) {
        case 0: to.fault_ip = word; break;
        case 1: to.sp = word; break;
        case 2: to.spsr = (word & flags) | 0x40; break;
        default: to.x.at(i - 3) = word; break;
        }
    }
    return from.x[1] >> 12 == 0;
}

// ---- cancelling and faults ----------------------------------------------------------------------

void ThreadModel::cancel(int thread) {
    auto& t = threads[thread];
    t.fault = Fault::None;
    switch (t.state) {
    case ThreadState::BlockedOnReceive:
        if (t.reply != nobody) {
            detach(t.reply);
        }
        std::erase(queue_of(t), thread);
        break;
    case ThreadState::BlockedOnSend:
    case ThreadState::BlockedOnNotification: std::erase(queue_of(t), thread); break;
    case ThreadState::BlockedOnReply: cancel_call(t.reply); break;
    default: return;
    }
    t.state = ThreadState::Inactive;
}

/// What it waited at is gone: it tries again, but a fault cannot be tried again.
void ThreadModel::restart_or_stop(int thread) {
    auto& t = threads[thread];
    if (t.fault != Fault::None) {
        t.state = ThreadState::Inactive;
        return;
    }
    t.state = ThreadState::Restart;
    unblock_if_sporadic(thread);
    wake(thread);
}

void ThreadModel::raise_fault(int thread, Fault fault, std::vector<Word> words) {
    auto& t = threads[thread];
    auto const handler = fault == Fault::Timeout ? t.timeout_handler : t.fault_handler;
    if (handler.kind != CapKind::Endpoint) {
        t.state = ThreadState::Inactive;
        return;
    }
    t.fault = fault;
    t.fault_words = std::move(words);
    send(thread, handler.object,
         {.badge = handler.badge,
          .grant = (handler.rights & 4) != 0,
          .grant_reply = (handler.rights & 8) != 0,
          .blocks = true,
          .is_call = false,
          .donates = fault != Fault::Timeout});
}

void ThreadModel::raise_timeout(int thread) {
    raise_fault(thread, Fault::Timeout, {contexts[threads[thread].context].badge});
}

} // namespace kernel::reference
