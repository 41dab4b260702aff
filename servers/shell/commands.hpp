// SPDX-License-Identifier: BSD-2-Clause
//
// Commands: what the shell can do, as one table. A command is a function in command/.
#pragma once

#include <base/number.hpp>
#include <shell/printer.hpp>
#include <shell/system.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace shell {

enum class Status : std::uint8_t { Done, Failed, Interrupted };

/// What a command finds when it runs.
class Context;

using base::parse_number;

/// What the words behind a command's name are, for completion.
enum class ArgumentKind : std::uint8_t {
    None,
    Command,           // the name of one
    CommandLine,       // a command with its own arguments
    CommandAfterCount, // the same, behind a number
    Program,
    Process,
    Choice // one of the command's `choices`
};

struct Command {
    std::string_view name;
    std::string_view synopsis; // the arguments, as help shows them
    std::string_view summary;  // one line
    std::string_view details;  // further lines, or nothing
    Status (*run)(Context& context);
    ArgumentKind argument{ArgumentKind::None};
    bool may_run_in_background{false};
    std::string_view choices{}; // words between single blanks
};

[[nodiscard]] std::span<Command const> commands();

/// Null if there is none of that name.
[[nodiscard]] Command const* find_command(std::string_view name);

/// What the shell does for commands that take commands: as arguments, or by asking.
class Runner {
public:
    virtual Status run(std::span<std::string_view const> words, bool background) = 0;

    /// The line that somebody types, valid until the next one; nothing if it is given up.
    virtual std::optional<std::string_view> ask(std::string_view question) = 0;

protected:
    ~Runner() = default;
};

class Context {
public:
    Context(Command const& command, std::span<std::string_view const> arguments, bool background,
            Terminal& terminal, System& system, Runner& runner)
        : out{terminal}, terminal{terminal}, system{system}, runner{runner}, command{command},
          arguments{arguments}, background{background} {}

    /// "name: ..." in red; the command has failed.
    template <typename... Args>
    Status fail(Args const&... args) {
        out.line(Style::Red, command.name, ": ", args..., Style::Normal);
        return Status::Failed;
    }

    /// Also says how the command is used.
    template <typename... Args>
    Status fail_with_hint(Args const&... args) {
        return fail(args..., " (try: help ", command.name, ")");
    }

    /// Takes `option` out of the front of the arguments if it is there.
    bool take_leading_option(std::string_view option) {
        bool const is_there = !arguments.empty() && arguments.front() == option;
        arguments = arguments.subspan(is_there ? 1 : 0);
        return is_there;
    }

    /// Likewise, or out of the end.
    bool take_option(std::string_view option) {
        if (take_leading_option(option)) {
            return true;
        }
        bool const is_there = !arguments.empty() && arguments.back() == option;
        arguments = arguments.first(arguments.size() - (is_there ? 1 : 0));
        return is_there;
    }

    /// Takes --plain, which commands with tables know.
    void take_plain() { out.set_plain(take_option("--plain") || out.plain()); }

    Printer out;
    Terminal& terminal;
    System& system;
    Runner& runner;
    Command const& command;
    std::span<std::string_view const> arguments; // without the command's name
    bool const background;
};

} // namespace shell
