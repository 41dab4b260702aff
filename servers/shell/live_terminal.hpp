// SPDX-License-Identifier: BSD-2-Clause
//
// LiveTerminal: the console server as the shell's terminal.
#pragma once

#include <ipc/protocol/console.hpp>
#include <shell/terminal.hpp>

namespace shell {

class LiveTerminal final : public Terminal {
public:
    void write(std::string_view text) override;
    [[nodiscard]] Input read() override;
    void bring_to_front(std::uint64_t pid) override;
    [[nodiscard]] bool interrupted() override;

private:
    ipc::console::Read::Reply input_{};
};

} // namespace shell
