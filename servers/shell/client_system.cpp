// SPDX-License-Identifier: BSD-2-Clause
//
// One call each.

#include <client/clock.hpp>
#include <client/console.hpp>
#include <client/process.hpp>
#include <shell/client_system.hpp>

namespace shell {

void ConsoleTerminal::write(std::string_view text) {
    static_cast<void>(client::console::write(text)); // if it fails, whom to tell?
}

ipc::Result<Terminal::Input> ConsoleTerminal::read() {
    return client::console::read();
}

ipc::Result<Pid> ClientSystem::spawn(std::string_view command) {
    return client::process::spawn(command);
}

ipc::Result<> ClientSystem::kill(Pid pid) {
    return client::process::kill(pid);
}

System::Answer<ipc::process::Wait> ClientSystem::wait(Pid pid) {
    return client::process::wait(pid);
}

System::Answer<ipc::process::List> ClientSystem::process_after(Pid pid) {
    return client::process::next(pid);
}

System::Answer<ipc::process::Program> ClientSystem::program(std::size_t index) {
    return client::process::program(index);
}

ipc::Result<> ClientSystem::power(ipc::process::PowerState state) {
    return client::process::power(state);
}

System::Answer<ipc::process::Memory> ClientSystem::memory() {
    return client::process::memory();
}

System::Answer<ipc::pager::Statistics> ClientSystem::pager_statistics() {
    return ipc::call(client::pager_server, ipc::pager::Statistics{});
}

System::Answer<ipc::pager::SpaceStatistics> ClientSystem::space_after(api::Word space) {
    return ipc::call(client::pager_server, ipc::pager::SpaceStatistics{.after = space});
}

System::Answer<ipc::pager::PageMap> ClientSystem::page_map(ipc::pager::PageMap request) {
    return ipc::call(client::pager_server, request);
}

std::uint64_t ClientSystem::milliseconds() {
    return client::clock::milliseconds();
}

} // namespace shell
