// SPDX-License-Identifier: BSD-2-Clause
//
// System calls and invocations, with their checks in the order of the text.

#include "thread_model.hpp"
#include <api/error.hpp>

namespace kernel::reference {

using api::Error;
using api::Fault;
using api::Invocation;

namespace {

constexpr Word number_of_slots = 256;

ThreadModel::Answer error(Error code, std::vector<Word> const& words = {}) {
    ThreadModel::Answer answer{std::to_underlying(code)};
    answer.insert(answer.end(), words.begin(), words.end());
    return answer;
}

ThreadModel::Answer const success{0};

bool runnable(ModelThread const& thread) {
    return thread.state == ThreadState::Running || thread.state == ThreadState::Restart;
}

bool blocked(ModelThread const& thread) {
    return !runnable(thread) && thread.state != ThreadState::Inactive;
}

} // namespace

// ---- entries ------------------------------------------------------------------------------------

void ThreadModel::syscall(Time at, api::Syscall number) {
    using api::Syscall;
    enter(at);
    if (!check_budget_or_restart()) {
        leave();
        return;
    }
    auto const& x = threads[current].registers.x;
    auto const cptr = x[0];
    bool const first_is_x8 = number == Syscall::NBSendRecv;
    switch (number) {
    case Syscall::Call: send_phase({cptr, true, true, true, false}); break;
    case Syscall::Send: send_phase({cptr, true, false, false, false}); break;
    case Syscall::NBSend: send_phase({cptr, false, false, false, false}); break;
    case Syscall::ReplyRecv:
    case Syscall::NBSendRecv:
    case Syscall::NBSendWait:
        send_phase({first_is_x8 ? x[8] : x[6], false, false, true, true});
        receive_phase(cptr, true, number != Syscall::NBSendWait);
        break;
    case Syscall::Recv: receive_phase(cptr, true, true); break;
    case Syscall::NBRecv: receive_phase(cptr, false, true); break;
    case Syscall::Wait: receive_phase(cptr, true, false); break;
    case Syscall::NBWait: receive_phase(cptr, false, false); break;
    default: yield(); break;
    }
    leave();
}

void ThreadModel::vm_fault(Time at, Word address) {
    enter(at);
    if (check_budget_or_restart()) {
        raise_fault(current, Fault::VmFault, {address, 0, 0});
    }
    leave();
}

void ThreadModel::interrupt(Time at, Word irq) {
    enter(at);
    check_budget();
    if (auto const handler = irqs.find(irq); handler != irqs.end()) {
        signal(handler->second.first, handler->second.second);
    }
    leave();
}

// ---- phases -------------------------------------------------------------------------------------

Target* ThreadModel::find(Word cptr) {
    static Target empty;
    if (cptr >= number_of_slots) {
        return nullptr;
    }
    return cptr < slots.size() ? &slots.at(cptr) : &(empty = {});
}

namespace {

/// All slots are in one CNode with a guard of zeroes: any other pointer is stopped by that.
std::vector<Word> guard_mismatch(Word cptr, Word in_receive_phase) {
    return {cptr, in_receive_phase, 4, 64, 0, 56};
}

std::vector<Word> missing_capability(Word cptr) {
    return {cptr, 1, 2, 0};
}

} // namespace

void ThreadModel::send_phase(Phase const& phase) {
    auto const caller = current;
    auto const* const target = find(phase.cptr);
    if (target == nullptr) {
        if (phase.blocks) {
            raise_fault(caller, Fault::CapFault, guard_mismatch(phase.cptr, 0));
        }
        return;
    }
    auto& thread = threads[caller];
    is_call_ = phase.is_call;
    answers_later_ = false;
    Answer answer = success;
    bool const may_send = (target->rights & 1) != 0;
    thread.state = ThreadState::Restart;
    if (target->kind == CapKind::Endpoint && may_send) {
        send(caller, target->object,
             {.badge = target->badge,
              .grant = (target->rights & 4) != 0,
              .grant_reply = (target->rights & 8) != 0,
              .blocks = phase.blocks,
              .is_call = phase.is_call,
              .donates = phase.donates});
    } else if (target->kind == CapKind::Notification && may_send) {
        signal(target->object, target->badge);
    } else if (target->kind == CapKind::Reply) {
        this->answer(caller, target->object);
    } else if (phase.is_first || target->kind == CapKind::Null ||
               target->kind == CapKind::Endpoint || target->kind == CapKind::Notification) {
        answer = error(Error::InvalidCapability, {0});
    } else {
        answer = invoke(*target);
    }
    if (thread.state != ThreadState::Restart) {
        return; // it has been blocked or stopped
    }
    thread.state = ThreadState::Running;
    if (phase.is_call && !answers_later_) {
        thread.registers.x[0] = 0;
        write_message(caller, answer[0], {answer.begin() + 1, answer.end()});
    }
}

void ThreadModel::receive_phase(Word cptr, bool blocks, bool with_reply) {
    auto const thread = current;
    auto const* const source = find(cptr);
    if (source == nullptr) {
        raise_fault(thread, Fault::CapFault, guard_mismatch(cptr, 1));
        return;
    }
    bool const may_receive = (source->rights & 2) != 0;
    if (source->kind == CapKind::Endpoint && may_receive) {
        int reply = nobody;
        if (with_reply) {
            auto const reply_cptr = threads[thread].registers.x[6];
            auto const* const given = find(reply_cptr);
            if (given == nullptr || given->kind != CapKind::Reply) {
                raise_fault(thread, Fault::CapFault,
                            given == nullptr ? guard_mismatch(reply_cptr, 1)
                                             : missing_capability(reply_cptr));
                return;
            }
            reply = given->object;
        }
        receive(thread, source->object, blocks, reply);
        return;
    }
    bool const is_notification = source->kind == CapKind::Notification && may_receive;
    auto const bound = is_notification ? notifications[source->object].thread : nobody;
    if (!is_notification || (bound != nobody && bound != thread)) {
        raise_fault(thread, Fault::CapFault, missing_capability(cptr));
        return;
    }
    wait(thread, source->object, blocks);
}

// ---- invocations --------------------------------------------------------------------------------

Word ThreadModel::word(std::size_t index) const {
    auto const& registers = threads[current].registers;
    return index < 4 ? registers.x[2 + index] : registers.message[index];
}

/// The slot that an extra capability is in.
Target const* ThreadModel::extra(std::size_t index) {
    return find(threads[current].registers.caps.at(index));
}

ThreadModel::Answer ThreadModel::invoke(Target const& target) {
    switch (target.kind) {
    case CapKind::Tcb: return invoke_thread(target.object);
    case CapKind::SchedContext: return invoke_context(target.object);
    case CapKind::SchedControl: return configure();
    default: return invoke_cnode();
    }
}

ThreadModel::Answer ThreadModel::invoke_thread(int thread) {
    auto& t = threads[thread];
    switch (Invocation{threads[current].registers.x[1] >> 12}) {
    case Invocation::TcbSuspend: suspend(thread); return success;
    case Invocation::TcbResume: resume(thread); return success;
    case Invocation::TcbSetPriority: {
        auto const authority = *extra(0);
        if (authority.kind != CapKind::Tcb) {
            return error(Error::InvalidCapability, {1});
        }
        auto const most = static_cast<Word>(threads[authority.object].max_controlled_priority);
        if (word(0) > most) {
            return error(Error::RangeError, {0, most});
        }
        set_priority(thread, static_cast<int>(word(0)));
        return success;
    }
    case Invocation::TcbSetTimeoutEndpoint: {
        auto const handler = *extra(0);
        bool const is_endpoint = handler.kind == CapKind::Endpoint && (handler.rights & 1) != 0 &&
                                 (handler.rights & 12) != 0;
        if (handler.kind != CapKind::Null && !is_endpoint) {
            return error(Error::InvalidCapability, {1});
        }
        t.timeout_handler = handler;
        return success;
    }
    case Invocation::TcbBindNotification: {
        auto const given = *extra(0);
        if (t.notification != nobody || given.kind != CapKind::Notification ||
            (given.rights & 2) == 0 || !notifications[given.object].queue.empty() ||
            notifications[given.object].thread != nobody) {
            return error(Error::IllegalOperation);
        }
        t.notification = given.object;
        notifications[given.object].thread = thread;
        return success;
    }
    case Invocation::TcbUnbindNotification:
        if (t.notification == nobody) {
            return error(Error::IllegalOperation);
        }
        notifications[std::exchange(t.notification, nobody)].thread = nobody;
        return success;
    default: return error(Error::IllegalOperation);
    }
}

void ThreadModel::suspend(int thread) {
    cancel(thread);
    auto& t = threads[thread];
    if (t.state == ThreadState::Running) {
        t.registers.fault_ip = t.registers.next_ip;
    }
    leave_queues(thread);
    cancel_yield(thread);
    t.state = ThreadState::Inactive;
}

void ThreadModel::resume(int thread) {
    auto& t = threads[thread];
    if (runnable(t)) {
        return;
    }
    cancel(thread);
    t.state = ThreadState::Restart;
    unblock_if_sporadic(thread);
    if (t.context != nobody) {
        postpone_if_unusable(t.context);
    }
    wake(thread);
}

void ThreadModel::set_priority(int thread, int priority) {
    auto& t = threads[thread];
    auto const& queue = ready[t.priority];
    bool const queued = std::ranges::find(queue, thread) != queue.end();
    if (queued || (thread == current && schedulable(thread))) {
        leave_queues(thread);
        t.priority = priority;
        queue_first(thread);
        choose_new();
        return;
    }
    t.priority = priority;
    if (blocked(t) && t.state != ThreadState::BlockedOnReply) {
        std::erase(queue_of(t), thread);
        block(thread, t.state, t.object);
    }
}

ThreadModel::Answer ThreadModel::invoke_cnode() {
    auto& slot = *find(word(0));
    switch (Invocation{threads[current].registers.x[1] >> 12}) {
    case Invocation::CNodeDelete: delete_slot(slot); return success;
    case Invocation::CNodeRevoke: revoke_copies(slot); return success;
    case Invocation::CNodeCancelBadgedSends: {
        if (slot.kind != CapKind::Endpoint || slot.rights != 15) {
            return error(Error::IllegalOperation);
        }
        auto const queue = endpoints[slot.object].queue;
        for (auto const thread : queue) {
            if (slot.badge != 0 && threads[thread].state == ThreadState::BlockedOnSend &&
                threads[thread].badge == slot.badge) {
                std::erase(endpoints[slot.object].queue, thread);
                restart_or_stop(thread);
            }
        }
        choose_new();
        return success;
    }
    default: return error(Error::IllegalOperation);
    }
}

} // namespace kernel::reference
