// SPDX-License-Identifier: BSD-2-Clause
//
// The fake system: init, console, pager and the shell are there; more processes come by spawn().

#include "fakes.hpp"

#include <algorithm>

namespace shell::test {

using ipc::process::State;

FakeSystem::FakeSystem()
    : memory_reply{ipc::process::Memory::Reply{.ram = 128 << 20,
                                               .is_described = 1,
                                               .unused = 0,
                                               .firmware = 0,
                                               .kernel = 512 << 10,
                                               .device_tree = 64 << 10,
                                               .boot_image = 1 << 20,
                                               .init = 2 << 20}},
      counters_reply{ipc::process::Counters::Reply{.size = sizeof(api::KernelCounters),
                                                   .fast_calls = 250,
                                                   .fast_faults = 50,
                                                   .fast_replies = 300,
                                                   .other_switches = 400,
                                                   .slow_messages = 12,
                                                   .slow_vm_faults = 150,
                                                   .other_faults = 2,
                                                   .signals = 31,
                                                   .interrupts = 41,
                                                   .preemptions = 3,
                                                   .tlb_pages = 17,
                                                   .tlb_spaces = 6,
                                                   .cache_pages = 64,
                                                   .asids_in_use = 4,
                                                   .objects_made = 321,
                                                   .bytes_cleared = 3 << 20}} {
    processes[1] = {.name = "init", .is_server = true, .priority = 200};
    processes[2] = {.name = "console", .is_server = true, .priority = 210};
    processes[3] = {.name = "pager", .is_server = true, .priority = 220};
    processes[4] = {.name = "shell"};
    ipc::pager::Statistics::Reply pager{};
    pager.total = (128 << 20) - (512 << 10) - (64 << 10) - (1 << 20) - (2 << 20);
    pager.anonymous = 200 << 10;
    pager.shared_zero = 4096;
    pager.buffers = 4096;
    pager.page_tables = 16 << 10;
    pager.kernel_objects = 32 << 10;
    pager.pager = 3 << 20;
    pager.file_mapped = 40 << 10;
    pager.zero_mapped = 8 << 10;
    pager.faults = 123;
    pager.zeroed = 12'000;
    pager.zeroed_wanted = 16'000;
    pager.free = pager.total - pager.anonymous - 2 * 4096 - (48 << 10) - (3 << 20);
    pager_reply = pager;
    ipc::pager::SpaceStatistics::Reply shell{};
    shell.space = 1;
    shell.pid = 4;
    shell.reserved = 8 << 20;
    shell.anonymous = 200 << 10;
    shell.file = 40 << 10;
    shell.zero = 8 << 10;
    shell.page_tables = 16 << 10;
    shell.faults = 123;
    shell.name = ipc::Text<ipc::pager::max_name>::of("shell");
    spaces.push_back(shell);
}

ipc::Result<System::Word> FakeSystem::spawn(std::string_view command) {
    if (!spawn_reply) {
        return base::fail(spawn_reply.error());
    }
    std::string const name{command.substr(0, command.find(' '))};
    auto const known = [&](auto const& program) { return program.first == name; };
    if (std::ranges::none_of(programs, known)) {
        return base::fail(ipc::Error::NotFound);
    }
    spawned.emplace_back(command);
    on_spawn();
    processes[next_pid] = {.name = name};
    return next_pid++;
}

ipc::Result<ipc::process::Wait::Reply> FakeSystem::wait(Word pid) {
    if (!processes.contains(pid)) {
        return base::fail(ipc::Error::NotFound);
    }
    waited.push_back(pid);
    if (interrupt_wait > 0) {
        --interrupt_wait;
        if (interrupt_wait == 0) {
            return base::fail(ipc::Error::Interrupted);
        }
    }
    auto const process = processes[pid];
    processes.erase(pid);
    bool const running = process.state == State::Running;
    return ipc::process::Wait::Reply{.state = running ? end_state : process.state,
                                     .code = running ? end_code : process.code};
}

ipc::Result<> FakeSystem::kill(Word pid) {
    auto const found = processes.find(pid);
    if (found == processes.end()) {
        return base::fail(ipc::Error::NotFound);
    }
    if (found->second.is_server) {
        return base::fail(ipc::Error::PermissionDenied);
    }
    found->second.state = State::Killed;
    return {};
}

ipc::Result<ipc::process::List::Reply> FakeSystem::next_process(Word after) {
    auto const next = processes.upper_bound(after);
    if (next == processes.end()) {
        return base::fail(ipc::Error::NotFound);
    }
    ipc::process::List::Reply reply{};
    reply.pid = next->first;
    reply.state = next->second.state;
    reply.is_server = next->second.is_server ? 1 : 0;
    reply.is_child = next->first >= 7 ? 1 : 0;
    reply.priority = next->second.priority;
    reply.name = ipc::Text<ipc::process::max_name>::of(next->second.name);
    return reply;
}

ipc::Result<ipc::process::Program::Reply> FakeSystem::program(Word index) {
    if (index >= programs.size()) {
        return base::fail(ipc::Error::NotFound);
    }
    ipc::process::Program::Reply reply{};
    reply.size = programs[index].second;
    reply.name = ipc::Text<ipc::process::max_name>::of(programs[index].first);
    return reply;
}

ipc::Result<> FakeSystem::power(ipc::process::PowerState state) {
    power_requests.push_back(state);
    return power_reply;
}

ipc::Result<ipc::pager::SpaceStatistics::Reply> FakeSystem::next_space(Word after) {
    for (auto const& space : spaces) {
        if (space.space > after) {
            return space;
        }
    }
    return base::fail(ipc::Error::NotFound);
}

ipc::Result<ipc::pager::PageMap::Reply> FakeSystem::page_map(ipc::pager::PageMap const& where) {
    for (auto const& region : regions[where.pid]) {
        auto const end = region.start + region.pages.size() * 4096;
        if (end <= where.address) {
            continue;
        }
        ipc::pager::PageMap::Reply reply{};
        reply.start = region.start;
        reply.end = end;
        reply.kind = region.kind;
        reply.access = region.access;
        auto const from = std::min<std::size_t>(where.from_page, region.pages.size());
        reply.pages = ipc::Text<ipc::pager::PageMap::max_pages>::of(
            std::string_view{region.pages}.substr(from));
        return reply;
    }
    return base::fail(ipc::Error::NotFound);
}

ipc::Result<ipc::pager::LazyStatistics::Reply> FakeSystem::lazy_statistics(Word pid) {
    auto const found = lazy.find(pid);
    if (found == lazy.end()) {
        return base::fail(ipc::Error::NotFound);
    }
    return found->second;
}

ipc::Result<> FakeSystem::set_growth(ipc::pager::SetGrowth const& limits) {
    growth_requests.push_back(limits);
    return set_growth_reply;
}

ipc::Result<> FakeSystem::protect_page(ipc::pager::ProtectPage const& page) {
    protect_requests.push_back(page);
    return protect_reply;
}

ipc::Result<> FakeSystem::set_tracing(ipc::pager::Tracing wanted) {
    if (tracing_reply) {
        tracing = wanted;
    }
    return tracing_reply;
}

ipc::Result<ipc::pager::TracedFaults::Reply> FakeSystem::traced_faults(Word from) {
    if (!tracing_reply) {
        return base::fail(tracing_reply.error());
    }
    ipc::pager::TracedFaults::Reply reply{};
    reply.tracing = tracing;
    reply.behind = first_traced + traced.size();
    reply.first = std::clamp(from, first_traced, reply.behind);
    auto const rest = std::span{traced}.subspan(reply.first - first_traced);
    reply.count = std::min(rest.size(), reply.faults.size());
    std::ranges::copy(rest.first(reply.count), reply.faults.begin());
    on_read_trace();
    return reply;
}

} // namespace shell::test
