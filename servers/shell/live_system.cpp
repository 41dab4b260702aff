// SPDX-License-Identifier: BSD-2-Clause
//
// Each question is one message.

#include <client/clock.hpp>
#include <client/process.hpp>
#include <client/servers.hpp>
#include <shell/live_system.hpp>
#include <sys/instruction_counter.hpp>

namespace shell {

ipc::Result<System::Word> LiveSystem::spawn(std::string_view command) {
    return client::process::spawn(command);
}

ipc::Result<ipc::process::Wait::Reply> LiveSystem::wait(Word pid) {
    return client::process::wait(pid);
}

ipc::Result<> LiveSystem::kill(Word pid) {
    return client::process::kill(pid);
}

ipc::Result<ipc::process::List::Reply> LiveSystem::next_process(Word after) {
    return client::process::next(after);
}

ipc::Result<ipc::process::Program::Reply> LiveSystem::program(Word index) {
    return client::process::program(index);
}

ipc::Result<ipc::process::Memory::Reply> LiveSystem::memory() {
    return client::process::memory();
}

ipc::Result<ipc::process::Counters::Reply> LiveSystem::kernel_counters() {
    return client::process::counters();
}

ipc::Result<> LiveSystem::power(ipc::process::PowerState state) {
    return client::process::power(state);
}

ipc::Result<ipc::pager::Statistics::Reply> LiveSystem::pager_statistics() {
    return ipc::call(client::pager_server, ipc::pager::Statistics{});
}

ipc::Result<ipc::pager::SpaceStatistics::Reply> LiveSystem::next_space(Word after) {
    return ipc::call(client::pager_server, ipc::pager::SpaceStatistics{.after = after});
}

ipc::Result<ipc::pager::PageMap::Reply> LiveSystem::page_map(ipc::pager::PageMap const& where) {
    return ipc::call(client::pager_server, where);
}

ipc::Result<ipc::pager::CopyOnWrite::Reply> LiveSystem::copy_on_write() {
    return ipc::call(client::pager_server, ipc::pager::CopyOnWrite{});
}

ipc::Result<ipc::pager::Growth::Reply> LiveSystem::growth(Word pid) {
    return ipc::call(client::pager_server, ipc::pager::Growth{.pid = pid});
}

ipc::Result<> LiveSystem::set_growth(ipc::pager::SetGrowth const& limits) {
    TRY(ipc::call(client::pager_server, limits));
    return {};
}

ipc::Result<ipc::pager::LazyStatistics::Reply> LiveSystem::lazy_statistics(Word pid) {
    return ipc::call(client::pager_server, ipc::pager::LazyStatistics{.pid = pid});
}

ipc::Result<ipc::pager::Check::Reply> LiveSystem::check_books() {
    return ipc::call(client::pager_server, ipc::pager::Check{});
}

ipc::Result<> LiveSystem::protect_page(ipc::pager::ProtectPage const& page) {
    TRY(ipc::call(client::pager_server, page));
    return {};
}

ipc::Result<> LiveSystem::set_tracing(ipc::pager::Tracing tracing) {
    TRY(ipc::call(client::pager_server, ipc::pager::SetTracing{.tracing = tracing}));
    return {};
}

ipc::Result<ipc::pager::TracedFaults::Reply> LiveSystem::traced_faults(Word from) {
    return ipc::call(client::pager_server, ipc::pager::TracedFaults{.from = from});
}

/// Split so that the product does not overflow.
std::uint64_t LiveSystem::microseconds_since_boot() {
    constexpr std::uint64_t per_second = 1'000'000;
    auto const now = client::clock::ticks();
    auto const rate = client::clock::ticks_per_second();
    return now / rate * per_second + now % rate * per_second / rate;
}

std::uint64_t LiveSystem::ticks_per_second() {
    return client::clock::ticks_per_second();
}

std::uint64_t LiveSystem::instructions_executed() {
    return sys::instructions_executed();
}

std::uint64_t LiveSystem::instructions_before_init() {
    auto const cost = client::process::boot_cost();
    return cost ? cost->instructions : 0;
}

} // namespace shell
