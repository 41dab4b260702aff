// SPDX-License-Identifier: BSD-2-Clause
//
// A list: there are few processes, and every operation on one costs far more than finding it.

#include <init/process_table.hpp>

namespace init {

Pid ProcessTable::next_pid() {
    do {
        last_pid_ = last_pid_ == max_pid ? first_pid : last_pid_ + 1;
    } while (find(last_pid_) != nullptr);
    return last_pid_;
}

void ProcessTable::add(Process& process) {
    processes_.insert_before(after(process.pid), process);
}

Process* ProcessTable::find(Pid pid) const {
    auto* const process = pid == nobody ? nullptr : after(pid - 1);
    return process != nullptr && process->pid == pid ? process : nullptr;
}

Process* ProcessTable::after(Pid pid) const {
    auto* process = processes_.front();
    while (process != nullptr && process->pid <= pid) {
        process = processes_.next(*process);
    }
    return process;
}

api::Word ProcessTable::children_of(Pid parent) const {
    api::Word count = 0;
    for_each([&](Process const& process) { count += process.parent == parent ? 1 : 0; });
    return count;
}

} // namespace init
