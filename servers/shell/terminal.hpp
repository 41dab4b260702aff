// SPDX-License-Identifier: BSD-2-Clause
//
// Terminal: where the shell reads keys and shows text. The console server in the system, a script
// in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace shell {

struct Input {
    std::string_view text; // valid until the next read()
    std::size_t lost{0};   // bytes that are missing in front of `text`
};

class Terminal {
public:
    virtual void write(std::string_view text) = 0;

    /// Waits until there is input, or input has been lost.
    [[nodiscard]] virtual Input read() = 0;

    /// From now on process `pid` reads what is typed, until it has ended or the next read().
    virtual void bring_to_front(std::uint64_t pid) = 0;

    /// Whether ctrl-C was pressed since the last read(), but during it.
    [[nodiscard]] virtual bool interrupted() = 0;

protected:
    ~Terminal() = default; // never owned through this interface
};

} // namespace shell
