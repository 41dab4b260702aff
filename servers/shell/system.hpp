// SPDX-License-Identifier: BSD-2-Clause
//
// System: all that the commands ask of the rest of the system. Its servers in truth, a fake in a
// test.
#pragma once

#include <ipc/protocol/pager.hpp>
#include <ipc/protocol/process.hpp>

#include <string_view>

namespace shell {

using Pid = api::Word;

class System {
public:
    template <typename Request>
    using Answer = ipc::Result<typename Request::Reply>;

    // Processes; the errors are those of ipc/protocol/process.hpp.
    [[nodiscard]] virtual ipc::Result<Pid> spawn(std::string_view command) = 0;
    [[nodiscard]] virtual ipc::Result<> kill(Pid pid) = 0;
    [[nodiscard]] virtual Answer<ipc::process::Wait> wait(Pid pid) = 0;
    [[nodiscard]] virtual Answer<ipc::process::List> process_after(Pid pid) = 0;
    [[nodiscard]] virtual Answer<ipc::process::Program> program(std::size_t index) = 0;
    [[nodiscard]] virtual ipc::Result<> power(ipc::process::PowerState state) = 0;

    // Memory; the errors are those of ipc/protocol/pager.hpp.
    [[nodiscard]] virtual Answer<ipc::process::Memory> memory() = 0;
    [[nodiscard]] virtual Answer<ipc::pager::Statistics> pager_statistics() = 0;
    [[nodiscard]] virtual Answer<ipc::pager::SpaceStatistics> space_after(api::Word space) = 0;
    [[nodiscard]] virtual Answer<ipc::pager::PageMap> page_map(ipc::pager::PageMap request) = 0;

    [[nodiscard]] virtual std::uint64_t milliseconds() = 0;

protected:
    ~System() = default; // never owned through this interface
};

} // namespace shell
