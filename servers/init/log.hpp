// SPDX-License-Identifier: BSD-2-Clause
//
// What init has to say: through the console once it runs, by the kernel's own until then.
#pragma once

#include <base/format.hpp>
#include <sys/endpoint.hpp>

#include <array>

namespace init {

class Log {
public:
    /// From now on text goes to the console server.
    void use(sys::Endpoint console) { console_ = console; }

    void write(std::string_view text) const;

    /// A line of init's own, from all arguments.
    template <typename... Args>
    void line(Args const&... args) const {
        std::array<char, 256> buffer;
        auto const text =
            base::format_to(std::span{buffer}.first(buffer.size() - 1), "init: ", args...);
        buffer[text.size()] = '\n'; // in the same message, so that no other line comes between
        write({buffer.data(), text.size() + 1});
    }

    /// For what the system cannot go on without.
    template <typename... Args>
    [[noreturn]] void fatal(Args const&... args) const {
        line(args..., "; the system stops here");
        stop();
    }

private:
    [[noreturn]] static void stop();

    sys::Endpoint console_;
};

} // namespace init
