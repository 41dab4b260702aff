// SPDX-License-Identifier: BSD-2-Clause
//
// The requests, in the order of the protocol. What happens when a process ends is in
// process_end.cpp.

#include <base/scope_guard.hpp>
#include <client/clock.hpp>
#include <init/badges.hpp>
#include <init/command_line.hpp>
#include <init/counters.hpp>
#include <init/process_service.hpp>
#include <init/program_file.hpp>

#include <algorithm>

namespace init {

using ipc::process::State;

namespace {

template <std::size_t Capacity>
using Text = ipc::Text<Capacity>;

DeviceRange const* find_device(Component const& component, std::string_view name) {
    auto const device = std::ranges::find(component.devices, name, &DeviceRange::name);
    return name.empty() || device == component.devices.end() ? nullptr : &*device;
}

} // namespace

Pid ProcessService::caller(api::Badge badge) {
    return CallerBadge::Process::get(static_cast<api::Word>(badge));
}

sys::Result<> ProcessService::add_server(Component const& component) {
    auto* const process = TRY(records_.take());
    process->pid = component.pid;
    process->parent = nobody;
    process->state = State::Running;
    process->component = &component;
    process->name = Text<ipc::process::max_name>::of(component.name);
    process->command = Text<ipc::process::max_command>::of(component.name);
    table_.add(*process);
    return {};
}

ipc::Result<> ProcessService::start(Component const& component, unsigned quick_ends) {
    auto const file = parts_.archive.find(component.file);
    if (!file) {
        return base::fail(ipc::Error::NotFound);
    }
    auto* const process = TRY(start(component, *file, component.name, nobody));
    process->quick_ends = quick_ends;
    return {};
}

ipc::Result<Process*> ProcessService::start(Component const& component,
                                            BootArchive::File const& file, std::string_view command,
                                            Pid parent) {
    auto const elf = parse_program(file.data);
    if (!elf) {
        parts_.log.line(file.name, " is no valid program: ", formats::elf::describe(elf.error()));
        return base::fail(ipc::Error::BadProgram);
    }
    return add(component, command, parent, [&](Process& process) {
        return parts_.spawner.start(process, {.elf = *elf, .archive_offset = file.data_offset});
    });
}

/// A process that is known as soon as `start_it` has made it run.
ipc::Result<Process*> ProcessService::add(Component const& component, std::string_view command,
                                          Pid parent, auto start_it) {
    auto const record = records_.take();
    if (!record) {
        return base::fail(ipc::Error::OutOfMemory);
    }
    auto& process = **record;
    base::ScopeGuard undo{[&] { records_.give_back(process); }};
    if (!parts_.spawner.reserve_slots(process)) {
        return base::fail(ipc::Error::OutOfMemory);
    }
    process.pid = table_.next_pid();
    process.parent = parent;
    process.state = State::Running;
    process.started_at = client::clock::milliseconds();
    process.component = &component;
    process.name = Text<ipc::process::max_name>::of(program_name(command));
    process.command = Text<ipc::process::max_command>::of(command);
    TRY(start_it(process));
    undo.disarm();
    table_.add(process);
    return &process;
}

ipc::Result<ipc::process::Spawn::Reply> ProcessService::handle(api::Badge badge,
                                                               ipc::process::Spawn const& request) {
    auto const command = trimmed(request.command.view());
    auto const name = program_name(command);
    if (name.empty() || request.command.length > ipc::process::max_command) {
        return base::fail(ipc::Error::BadMessage);
    }
    auto const file = parts_.archive.find_program(name);
    if (!file) {
        return base::fail(ipc::Error::NotFound);
    }
    if (!may_start_another(caller(badge))) {
        return base::fail(ipc::Error::QuotaExceeded);
    }
    auto const* const process = TRY(start(program(name), *file, command, caller(badge)));
    return ipc::process::Spawn::Reply{.pid = process->pid};
}

/// What is known of a process stays until its parent has asked for it, in memory that all share.
bool ProcessService::may_start_another(Pid parent) const {
    auto const* const process = table_.find(parent);
    return process != nullptr && table_.children_of(parent) < process->component->max_children;
}

std::optional<ipc::Result<ipc::process::Kill::Reply>>
ProcessService::handle(api::Badge badge, ipc::process::Kill const& request) {
    auto* const process = table_.find(request.pid);
    if (process == nullptr || process->state != State::Running) {
        return base::fail(ipc::Error::NotFound);
    }
    if (process->component->loading == Loading::Eager || !has_power_over(*process, caller(badge))) {
        return base::fail(ipc::Error::PermissionDenied);
    }
    finish(*process, State::Killed, 0);
    if (request.pid == caller(badge)) {
        return std::nullopt; // nobody left to answer
    }
    return ipc::process::Kill::Reply{};
}

std::optional<ipc::Result<ipc::process::Wait::Reply>>
ProcessService::handle(api::Badge badge, ipc::process::Wait const& request) {
    auto* const process = table_.find(request.pid);
    if (process == nullptr || request.pid == caller(badge)) {
        return base::fail(ipc::Error::NotFound);
    }
    if (!has_power_over(*process, caller(badge))) {
        return base::fail(ipc::Error::PermissionDenied);
    }
    if (process->state != State::Running) {
        ipc::process::Wait::Reply const reply{.state = process->state, .code = process->exit_code};
        release_unless_missed(*process, caller(badge));
        return reply;
    }
    if (process->waiter != nullptr) {
        return base::fail(ipc::Error::Busy);
    }
    if (hears_of_interrupts(caller(badge)) && take_interrupt()) {
        return base::fail(ipc::Error::Interrupted);
    }
    process->waiter = parts_.loop.defer();
    if (process->waiter == nullptr) {
        return base::fail(ipc::Error::OutOfMemory);
    }
    process->waiter_pid = caller(badge);
    return std::nullopt;
}

ipc::Result<ipc::process::List::Reply> ProcessService::handle(api::Badge badge,
                                                              ipc::process::List const& request) {
    auto const* const process = table_.after(request.after);
    if (process == nullptr) {
        return base::fail(ipc::Error::NotFound);
    }
    return ipc::process::List::Reply{.pid = process->pid,
                                     .state = process->state,
                                     .is_server = process->component->loading == Loading::Eager,
                                     .is_child = process->parent == caller(badge),
                                     .priority = process->component->priority,
                                     .name = process->name};
}

std::optional<ipc::Result<ipc::process::Exit::Reply>>
ProcessService::handle(api::Badge badge, ipc::process::Exit const& request) {
    if (auto* const process = table_.find(caller(badge)); process != nullptr) {
        finish(*process, State::Exited, request.code);
    }
    return std::nullopt;
}

ipc::Result<ipc::process::Arguments::Reply> ProcessService::handle(api::Badge badge,
                                                                   ipc::process::Arguments const&) {
    auto const* const process = table_.find(caller(badge));
    if (process == nullptr) {
        return base::fail(ipc::Error::NotFound);
    }
    return process->command;
}

ipc::Result<ipc::process::Program::Reply>
ProcessService::handle(api::Badge, ipc::process::Program const& request) {
    auto const file = parts_.archive.program(request.index);
    if (!file) {
        return base::fail(ipc::Error::NotFound);
    }
    return ipc::process::Program::Reply{
        .size = file->data.size(),
        .name = Text<ipc::process::max_name>::of(BootArchive::program_name(*file))};
}

ipc::Result<ipc::process::Power::Reply> ProcessService::handle(api::Badge badge,
                                                               ipc::process::Power const& request) {
    auto const* const process = table_.find(caller(badge));
    if (process == nullptr || !process->component->grants.power) {
        return base::fail(ipc::Error::PermissionDenied);
    }
    if (request.state != ipc::process::PowerState::Off &&
        request.state != ipc::process::PowerState::Reboot) {
        return base::fail(ipc::Error::BadMessage);
    }
    parts_.power.change(request.state);
    return base::fail(ipc::Error::NotFound); // still here
}

ipc::Result<ipc::process::Memory::Reply> ProcessService::handle(api::Badge,
                                                                ipc::process::Memory const&) {
    return parts_.memory;
}

ipc::Result<ipc::process::BootCost::Reply> ProcessService::handle(api::Badge,
                                                                  ipc::process::BootCost const&) {
    return parts_.boot_cost;
}

ipc::Result<ipc::process::Counters::Reply> ProcessService::handle(api::Badge badge,
                                                                  ipc::process::Counters const&) {
    auto const* const process = table_.find(caller(badge));
    if (process == nullptr || !process->component->grants.inspect) {
        return base::fail(ipc::Error::PermissionDenied);
    }
    if (parts_.counters == nullptr) {
        return base::fail(ipc::Error::NotFound);
    }
    return read_counters(parts_.counters);
}

/// What init has started itself is refused: there is one owner of the terminal, and one shell that
/// is started again when it ends.
ipc::Result<ipc::process::Fork::Reply> ProcessService::handle(api::Badge badge,
                                                              ipc::process::Fork const&) {
    auto const* const parent = table_.find(caller(badge));
    if (parent == nullptr || !is_spawned(*parent->component)) {
        return base::fail(ipc::Error::PermissionDenied);
    }
    if (!may_start_another(parent->pid)) {
        return base::fail(ipc::Error::QuotaExceeded);
    }
    auto const* const child =
        TRY(add(*parent->component, parent->command.view(), parent->pid,
                [&](Process& process) { return parts_.spawner.fork(process, *parent); }));
    return ipc::process::Fork::Reply{.pid = child->pid};
}

ipc::Result<ipc::process::MapDevice::Reply>
ProcessService::handle(api::Badge badge, ipc::process::MapDevice const& request) {
    auto const* const process = table_.find(caller(badge));
    auto const* const device =
        process == nullptr ? nullptr : find_device(*process->component, request.name.view());
    if (device == nullptr) {
        return base::fail(ipc::Error::PermissionDenied);
    }
    auto const registers = parts_.devices.lend(device->start, device->size_bits);
    if (!registers) {
        bool const is_nowhere = registers.error() == api::Error::FailedLookup;
        return base::fail(is_nowhere ? ipc::Error::NotFound : ipc::Error::OutOfMemory);
    }
    api::Word const size = base::bit(device->size_bits);
    auto const mapped = ipc::call(sys::GivingCall{parts_.connections.manage, *registers},
                                  ipc::pager::MapDevice{.space = process->space, .size = size});
    if (!mapped) {
        // The kernel passes no untyped on of which somebody has made something.
        bool const is_lent = mapped.error() == ipc::Error::BadMessage;
        return base::fail(is_lent ? ipc::Error::Busy : mapped.error());
    }
    return ipc::process::MapDevice::Reply{.address = mapped->address, .size = size};
}

} // namespace init
