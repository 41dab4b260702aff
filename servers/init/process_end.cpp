// SPDX-License-Identifier: BSD-2-Clause
//
// How processes end: by themselves, by others, or because the pager stopped them. Who waits hears
// of it; what nobody will ask for any more is dropped.

#include <client/clock.hpp>
#include <init/badges.hpp>
#include <init/process_service.hpp>
#include <init/stop_report.hpp>
#include <ipc/protocol/console.hpp>

namespace init {

using ipc::process::State;

namespace {

/// A component that lives shorter than this, so often in a row, is not worth another start.
constexpr api::Word too_soon = 1000; // milliseconds
constexpr unsigned max_quick_ends = 3;

} // namespace

std::optional<ipc::Packet> ProcessService::on_message(api::Badge badge, ipc::Packet const& packet) {
    namespace protocol = ipc::process;
    return ipc::dispatch<protocol::Spawn, protocol::Kill, protocol::Wait, protocol::List,
                         protocol::Exit, protocol::Arguments, protocol::Program, protocol::Power,
                         protocol::Memory, protocol::BootCost, protocol::Counters, protocol::Fork,
                         protocol::MapDevice>(*this, badge, packet);
}

void ProcessService::on_signals(api::Word signals) {
    if (Signals::Report::get(signals)) {
        take_reports();
    }
    if (Signals::Interrupt::get(signals)) {
        interrupt_waits();
    }
}

/// Ctrl-C is for whom the person talks to: what init has started itself, not what that has started.
bool ProcessService::hears_of_interrupts(Pid pid) const {
    auto const* const process = table_.find(pid);
    return process != nullptr && !is_spawned(*process->component);
}

/// The console knows whether the key still counts, or has been read meanwhile. So it may come
/// before the wait that it is meant for: then that wait asks, too.
bool ProcessService::take_interrupt() {
    auto const reply = ipc::call(parts_.connections.speak, ipc::console::TakeInterrupt{});
    return reply && reply->pressed != 0;
}

void ProcessService::interrupt_waits() {
    table_.for_each([&](Process& process) {
        if (process.waiter != nullptr && hears_of_interrupts(process.waiter_pid) &&
            take_interrupt()) {
            parts_.loop.answer(*process.waiter, ipc::refusal(ipc::Error::Interrupted));
            process.waiter = nullptr;
        }
    });
}

/// The pager signals once for any number of reports.
void ProcessService::take_reports() {
    for (;;) {
        auto const stopped = ipc::call(parts_.connections.manage, ipc::pager::TakeReport{});
        if (!stopped) {
            return;
        }
        report(*stopped);
    }
}

void ProcessService::report(ipc::pager::TakeReport::Reply const& stopped) {
    auto* const process = table_.find(stopped.pid);
    if (process == nullptr || process->state != State::Running || process->space != stopped.space) {
        return; // it ended before we heard of it
    }
    // The pager answers the fault all the same; left alone, the thread would come to the same
    // again.
    static_cast<void>(sys::Tcb{process->thread}.suspend());
    std::array<char, ipc::console::max_text> buffer;
    base::Writer reason{buffer};
    write_reason(reason, process->name.view(), stopped);
    parts_.log.write(reason.text());
    if (auto const registers = sys::Tcb{process->thread}.read_registers(true)) {
        base::Writer out{buffer};
        write_registers(out, *registers);
        parts_.log.write(out.text());
    }
    finish(*process, State::Faulted, 0);
}

/// Programs end themselves and what they have started; others only by a grant.
bool ProcessService::has_power_over(Process const& process, Pid caller) const {
    if (process.pid == caller || process.parent == caller) {
        return true;
    }
    auto const* const by = table_.find(caller);
    return by != nullptr && by->component->grants.kill;
}

void ProcessService::finish(Process& process, State state, api::Word code) {
    auto const& component = *process.component;
    bool const quick = client::clock::milliseconds() - process.started_at < too_soon;
    bool const by_itself = state != State::Killed; // whoever is killed is not to blame
    auto const quick_ends = quick && by_itself ? process.quick_ends + 1 : 0;
    parts_.spawner.end(process);
    static_cast<void>(
        ipc::call(parts_.connections.speak, ipc::console::Forget{.pid = process.pid}));
    process.state = state;
    process.exit_code = code;
    forget_waits_of(process.pid);
    orphan_children_of(process.pid);
    if (process.waiter != nullptr) {
        parts_.loop.answer(*process.waiter,
                           ipc::pack(0, ipc::process::Wait::Reply{.state = state, .code = code}));
        process.waiter = nullptr;
        release_unless_missed(process, process.waiter_pid);
    } else {
        release_unless_missed(process, nobody);
    }
    if (component.restart) {
        restart(component, quick_ends);
    }
}

void ProcessService::forget_waits_of(Pid pid) {
    table_.for_each([&](Process& other) {
        if (other.waiter != nullptr && other.waiter_pid == pid) {
            parts_.loop.forget(*other.waiter);
            other.waiter = nullptr;
        }
    });
}

void ProcessService::orphan_children_of(Pid pid) {
    table_.for_each([&](Process& other) {
        if (other.parent != pid) {
            return;
        }
        other.parent = nobody;
        if (other.state != State::Running) {
            release(other);
        }
    });
}

/// Who started it is told how it ended, even if somebody else has been told before.
void ProcessService::release_unless_missed(Process& process, Pid informed) {
    if (process.parent == nobody || process.parent == informed) {
        release(process);
    }
}

void ProcessService::release(Process& process) {
    table_.remove(process);
    records_.give_back(process);
}

void ProcessService::restart(Component const& component, unsigned quick_ends) {
    if (quick_ends == max_quick_ends) {
        parts_.log.line(component.name, " keeps ending at once and is not started again");
        return;
    }
    parts_.log.line(component.name, " has ended and is started again");
    if (auto const started = start(component, quick_ends); !started) {
        parts_.log.line("cannot start ", component.name, ": ", ipc::describe(started.error()));
    }
}

} // namespace init
