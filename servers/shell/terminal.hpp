// SPDX-License-Identifier: BSD-2-Clause
//
// Terminal: where a person sits. The console server in the system, a script in a test.
#pragma once

#include <ipc/protocol/console.hpp>

#include <string_view>

namespace shell {

class Terminal {
public:
    using Input = ipc::console::Read::Reply;

    virtual void write(std::string_view text) = 0;

    /// Waits until something is typed.
    [[nodiscard]] virtual ipc::Result<Input> read() = 0;

protected:
    ~Terminal() = default; // never owned through this interface
};

} // namespace shell
