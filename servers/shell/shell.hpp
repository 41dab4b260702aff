// SPDX-License-Identifier: BSD-2-Clause
//
// Shell: reads lines and runs them, for ever.
#pragma once

#include <shell/command_completer.hpp>
#include <shell/commands.hpp>
#include <shell/line_editor.hpp>

namespace shell {

inline constexpr std::string_view version = "0.1";
inline constexpr std::string_view prompt = "quire> ";

class Shell final : public Runner {
public:
    Shell(Terminal& terminal, System& system)
        : terminal_{terminal}, system_{system}, completer_{system}, editor_{terminal, completer_} {}

    void greet();

    /// Asks for one line and runs it.
    void run_once();

    /// Parses and runs one line.
    void run_line(std::string_view line);

    Status run(std::span<std::string_view const> words, bool background) override;
    std::optional<std::string_view> ask(std::string_view question) override;

private:
    Status refuse_unknown(Printer& out, std::string_view name);

    Terminal& terminal_;
    System& system_;
    CommandCompleter completer_;
    LineEditor editor_;
};

} // namespace shell
