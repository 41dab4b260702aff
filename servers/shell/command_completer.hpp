// SPDX-License-Identifier: BSD-2-Clause
//
// CommandCompleter: commands, and what their arguments may be.
#pragma once

#include <shell/commands.hpp>
#include <shell/completion.hpp>

namespace shell {

class CommandCompleter final : public Completer {
public:
    explicit CommandCompleter(System& system) : system_{system} {}

    void candidates(std::string_view before, CandidateVisitor& visitor) override;

private:
    void arguments(Command const& command, CandidateVisitor& visitor);

    System& system_;
};

} // namespace shell
