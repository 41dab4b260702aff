// SPDX-License-Identifier: BSD-2-Clause
//
// Nobody but the shell waits for what it has started in the background.

#include <shell/process_report.hpp>

namespace shell {

using ipc::process::State;

void report_end(Printer& out, System::Word pid, std::string_view name,
                ipc::process::Wait::Reply const& end) {
    out.print('[', pid, "] ", name);
    switch (end.state) {
    case State::Exited:
        out.line(" ended (exit code ", static_cast<std::int64_t>(end.code), ')');
        return;
    case State::Killed: out.line(" was killed"); return;
    case State::Faulted: out.line(" was stopped (fault)"); return;
    case State::Running: break;
    }
    out.line(" has ended");
}

void report_ended_processes(Printer& out, System& system) {
    for_each_process(system, [&](ipc::process::List::Reply const& process) {
        if (process.state == State::Running || process.is_child == 0) {
            return true;
        }
        if (auto const end = system.wait(process.pid)) {
            report_end(out, process.pid, process.name.view(), *end);
        }
        return true;
    });
}

std::string_view name_of(System& system, System::Word pid,
                         ipc::Text<ipc::process::max_name>& buffer) {
    buffer = {};
    for_each_process(system, [&](ipc::process::List::Reply const& process) {
        if (process.pid == pid) {
            buffer = process.name;
        }
        return process.pid < pid;
    });
    return buffer.view();
}

} // namespace shell
