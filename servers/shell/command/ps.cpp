// SPDX-License-Identifier: BSD-2-Clause
//
// ps: who runs.

#include <shell/command/command.hpp>

namespace shell::command {

namespace {

using ipc::process::State;

struct StateName {
    std::string_view text;
    Style style;
};

StateName name_of(ipc::process::List::Reply const& process) {
    switch (process.state) {
    case State::Running:
        return process.is_server != 0 ? StateName{"server", Style::Cyan}
                                      : StateName{"running", Style::Green};
    case State::Exited: return {"ended", Style::Dim};
    case State::Killed: return {"killed", Style::Yellow};
    case State::Faulted: return {"stopped", Style::Red};
    }
    return {"unknown", Style::Red};
}

/// Memory of its own that the pager keeps for the process; nothing if the pager does not know it.
std::optional<std::uint64_t> private_memory(System& system, System::Word pid) {
    std::optional<std::uint64_t> result;
    for_each_space(system, [&](ipc::pager::SpaceStatistics::Reply const& space) {
        if (space.pid == pid) {
            result = space.anonymous;
        }
        return !result;
    });
    return result;
}

} // namespace

Status ps(Context& context) {
    context.take_plain();
    if (!context.arguments.empty()) {
        return context.fail_with_hint("takes no arguments");
    }
    auto& out = context.out;
    out.line(Style::Bold, "  PID  STATE    PRIORITY     MEMORY  NAME", Style::Normal);
    for_each_process(context.system, [&](ipc::process::List::Reply const& process) {
        auto const state = name_of(process);
        out.print(base::Right{process.pid, 5}, "  ", state.style, base::Left{state.text, 9},
                  Style::Normal, base::Right{process.priority, 8}, "  ");
        if (auto const memory = private_memory(context.system, process.pid)) {
            out.print(Size{*memory, 9});
        } else {
            out.print(RightText{"-", 9}); // eager: what it has is in memstat's table
        }
        out.line("  ", process.name.view());
        return true;
    });
    return Status::Done;
}

} // namespace shell::command
