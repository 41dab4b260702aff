// SPDX-License-Identifier: BSD-2-Clause
//
// The real terminal and the real system: calls of the servers.
#pragma once

#include <shell/system.hpp>
#include <shell/terminal.hpp>

namespace shell {

class ConsoleTerminal final : public Terminal {
public:
    void write(std::string_view text) override;
    [[nodiscard]] ipc::Result<Input> read() override;
};

class ClientSystem final : public System {
public:
    [[nodiscard]] ipc::Result<Pid> spawn(std::string_view command) override;
    [[nodiscard]] ipc::Result<> kill(Pid pid) override;
    [[nodiscard]] Answer<ipc::process::Wait> wait(Pid pid) override;
    [[nodiscard]] Answer<ipc::process::List> process_after(Pid pid) override;
    [[nodiscard]] Answer<ipc::process::Program> program(std::size_t index) override;
    [[nodiscard]] ipc::Result<> power(ipc::process::PowerState state) override;
    [[nodiscard]] Answer<ipc::process::Memory> memory() override;
    [[nodiscard]] Answer<ipc::pager::Statistics> pager_statistics() override;
    [[nodiscard]] Answer<ipc::pager::SpaceStatistics> space_after(api::Word space) override;
    [[nodiscard]] Answer<ipc::pager::PageMap> page_map(ipc::pager::PageMap request) override;
    [[nodiscard]] std::uint64_t milliseconds() override;
};

} // namespace shell
