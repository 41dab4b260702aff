// SPDX-License-Identifier: BSD-2-Clause
//
// What of each object means something, and when.

#include "state_reader.hpp"

#include <arch/fake.hpp>
#include <kernel/object/endpoint.hpp>
#include <kernel/object/notification.hpp>
#include <kernel/object/reply.hpp>

#include <functional>
#include <sstream>

namespace kernel {

namespace {

class ObjectReader {
public:
    ObjectReader(KernelState const& kernel, StateReader& reader)
        : kernel_{kernel}, reader_{reader} {}

    void read(Core const& core) {
        reader_.begin("core", 0);
        pointer("current", core.current);
        pointer("sched_context", core.sched_context);
        word("now", core.now);
        word("consumed", core.consumed);
        word("deadline", core.deadline);
        word("slice_end", core.slice_end);
        pointer("fpu_owner", core.fpu_owner);
        word("work_units", core.work_units);
        word("decision", static_cast<Word>(core.scheduler.decision()));
        pointer("candidate", core.scheduler.candidate());
        word("timer_is_stale", core.scheduler.timer_is_stale);
        queue("releases", core.scheduler.releases());
        word("domain", kernel_.domains.current());
        word("domain time left", kernel_.domains.time_left());
        pointer("highest", core.scheduler.highest(kernel_.domains.current()));
        word("switches", thread_switches(core.counters));
        word("VM faults", vm_faults(core.counters));
        word("other faults", core.counters.other_faults);
        word("signals", core.counters.signals);
    }

    void read(arch::FakeMachine const& machine) {
        reader_.begin("machine", 0);
        word("deadline", machine.deadline);
        word("root", machine.root.raw());
        word("asid", machine.asid);
        word("fpu_enabled", machine.fpu_enabled);
        reader_.words("fpu", machine.fpu_registers);
        for (auto const irq : machine.ended_irqs) {
            word("ended irq", irq);
        }
    }

    void read(Slot const& slot) {
        reader_.begin("slot", address_of(&slot));
        auto const& cap = slot.cap;
        word("kind", static_cast<Word>(cap.kind()));
        word("address", cap.address().raw());
        word("data", cap.guard()); // of whatever kind: all of word 0
        word("rights", cap.rights().bits());
        pointer("next", slot.next());
        pointer("prev", slot.prev());
        word("revocable", slot.revocable());
        word("first_badged", slot.first_badged());
        read_object(cap);
    }

private:
    void read_object(Capability const& cap) {
        switch (cap.kind()) {
        case CapKind::Endpoint: read(cap.object<Endpoint>()); break;
        case CapKind::Notification: read(cap.object<Notification>()); break;
        case CapKind::Reply: read(cap.object<Reply>()); break;
        case CapKind::SchedContext: read(cap.object<SchedContext>()); break;
        case CapKind::Tcb: read(cap.object<Tcb>()); break;
        default: break;
        }
    }

    void read(Endpoint const& endpoint) {
        reader_.begin("endpoint", address_of(&endpoint));
        queue("queue", endpoint.queue);
    }

    void read(Notification const& notification) {
        reader_.begin("notification", address_of(&notification));
        queue("waiters", notification.waiters);
        word("bits", notification.bits);
        word("active", notification.active);
        pointer("bound_tcb", notification.bound_tcb);
        pointer("sched_context", notification.sched_context);
    }

    void read(Reply const& reply) {
        reader_.begin("reply", address_of(&reply));
        pointer("tcb", reply.tcb);
        pointer("previous", reply.previous);
        pointer("next", reply.next);
        pointer("top_of", reply.top_of);
    }

    void read(SchedContext& context) {
        reader_.begin("sched_context", address_of(&context));
        word("period", context.period);
        word("consumed", context.consumed);
        word("refill_capacity", context.refill_capacity);
        for (std::uint32_t i = 0; context.configured() && i < context.refill_count; ++i) {
            word("refill time", context.refill(i).time);
            word("refill amount", context.refill(i).amount);
        }
        pointer("tcb", context.tcb);
        pointer("reply_top", context.reply_top);
        pointer("notification", context.notification);
        pointer("yield_from", context.yield_from);
        word("badge", context.badge);
        word("sporadic", context.sporadic);
    }

    void read(Tcb const& thread) {
        reader_.begin("thread", address_of(&thread));
        word("state", static_cast<Word>(thread.state));
        reader_.words("slots", words_of(thread.slots));
        read_registers(thread);
        read_scheduling(thread);
        read_blocking(thread);
        read_fault(thread.fault);
        pointer("bound_notification", thread.bound_notification);
        word("flags", thread.flags);
        word("ipc_buffer_offset", thread.ipc_buffer_offset);
    }

    void read_registers(Tcb const& thread) {
        auto const& context = thread.context;
        reader_.words("x", context.x);
        word("sp", context.sp);
        word("next_ip", context.next_ip);
        word("spsr", context.spsr);
        word("fault_ip", context.fault_ip);
        word("tpidr_el0", context.tpidr_el0);
        word("tpidrro_el0", context.tpidrro_el0);
        reader_.words("fpu", thread.fpu.v);
        word("fpcr", thread.fpu.fpcr);
        word("fpsr", thread.fpu.fpsr);
        if (auto const* const buffer = thread.ipc_buffer(Tcb::BufferUse::Send)) {
            reader_.words("buffer", words_of(*buffer));
        }
    }

    void read_scheduling(Tcb const& thread) {
        word("priority", thread.priority);
        word("max_controlled_priority", thread.max_controlled_priority);
        word("domain", thread.domain);
        pointer("sched_context", thread.sched_context);
        pointer("yield_to", thread.yield_to);
        word("in_release_queue", thread.in_release_queue);
        word("in_ready_queue", thread.in_ready_queue);
        // The queues are as wide as their neighbours say.
        pointer("after", thread.scheduler_link.prev);
        pointer("before", thread.scheduler_link.next);
        pointer("waits after", thread.ipc_link.prev);
        pointer("waits before", thread.ipc_link.next);
        auto const& ready = kernel_.core.scheduler.ready(thread.domain).at(thread.priority);
        pointer("first of its priority", ready.front());
        pointer("last of its priority", ready.back());
    }

    void read_blocking(Tcb const& thread) {
        auto const& blocking = thread.blocking;
        switch (thread.state) {
        case ThreadState::BlockedOnSend:
            pointer("endpoint", blocking.endpoint);
            word("badge", std::to_underlying(blocking.badge));
            word("can_grant", blocking.can_grant);
            word("can_grant_reply", blocking.can_grant_reply);
            word("is_call", blocking.is_call);
            break;
        case ThreadState::BlockedOnReceive: pointer("endpoint", blocking.endpoint); [[fallthrough]];
        case ThreadState::BlockedOnReply:
            pointer("reply", blocking.reply);
            word("lent_slice_ended", thread.lent_slice_ended);
            break;
        case ThreadState::BlockedOnNotification:
            pointer("notification", blocking.notification);
            break;
        default: break;
        }
    }

    void read_fault(FaultRecord const& fault) {
        word("fault", static_cast<Word>(fault.kind));
        switch (fault.kind) {
        case api::Fault::CapFault:
            word("in_receive_phase", fault.in_receive_phase);
            reader_.words("lookup", fault.lookup.words());
            word("cptr", fault.words[0]);
            break;
        case api::Fault::VmFault: reader_.words("vm fault", fault.words); break;
        case api::Fault::UserException:
            reader_.words("exception", std::span{fault.words}.first(2));
            break;
        case api::Fault::UnknownSyscall: word("unknown syscall", fault.words[0]); break;
        case api::Fault::Timeout: word("timeout", fault.words[0]); break;
        default: break;
        }
    }

    void queue(std::string_view field, auto const& queue) {
        for (auto const* thread = queue.front(); thread != nullptr; thread = queue.next(*thread)) {
            pointer(field, thread);
        }
        pointer("and the last", queue.back());
    }

    static std::span<Word const> words_of(auto const& object) {
        return {reinterpret_cast<Word const*>(&object), sizeof object / sizeof(Word)};
    }

    void word(std::string_view field, Word value) { reader_.word(field, value); }
    void pointer(std::string_view field, void const* value) { word(field, address_of(value)); }

    /// What is not in the machine's memory is part of the kernel's state.
    [[nodiscard]] Word address_of(void const* pointer) const {
        constexpr Word idle_thread = 1;
        constexpr Word idle_sched_context = 2;
        if (pointer == nullptr) {
            return 0;
        }
        if (pointer == &kernel_.core.idle_thread) {
            return idle_thread;
        }
        return pointer == &kernel_.core.idle_sched_context ? idle_sched_context
                                                           : arch::physical_address(pointer).raw();
    }

    KernelState const& kernel_;
    StateReader& reader_;
};

class TextReader : public StateReader {
public:
    TextReader() { text_ << std::hex; }

    void begin(std::string_view kind, Word address) override {
        text_ << kind << " 0x" << address << '\n';
    }

    void words(std::string_view field, std::span<Word const> values) override {
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i] != 0) {
                text_ << "    " << field << '[' << i << "] 0x" << values[i] << '\n';
            }
        }
    }

    [[nodiscard]] std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
};

/// Takes every word as it comes: the order of fields is part of the number.
class NumberReader : public StateReader {
public:
    void begin(std::string_view, Word address) override { mix(address); }

    void words(std::string_view, std::span<Word const> values) override {
        std::string_view const bytes{reinterpret_cast<char const*>(values.data()),
                                     values.size_bytes()};
        mix(std::hash<std::string_view>{}(bytes));
    }

    [[nodiscard]] Word number() const { return number_; }

private:
    void mix(Word word) {
        constexpr Word odd = 0x9e37'79b9'7f4a'7c15;
        number_ = (number_ ^ word) * odd;
        number_ ^= number_ >> 32;
    }

    Word number_{0};
};

} // namespace

void read_state(KernelState const& kernel, std::span<Slot const> cnode, StateReader& reader) {
    ObjectReader objects{kernel, reader};
    objects.read(kernel.core);
    objects.read(arch::fake_machine());
    for (auto const& slot : cnode) {
        if (!slot.empty()) {
            objects.read(slot);
        }
    }
}

std::string state_as_text(KernelState const& kernel, std::span<Slot const> cnode) {
    TextReader reader;
    read_state(kernel, cnode, reader);
    return reader.text();
}

Word state_as_number(KernelState const& kernel, std::span<Slot const> cnode) {
    NumberReader reader;
    read_state(kernel, cnode, reader);
    return reader.number();
}

} // namespace kernel
