// SPDX-License-Identifier: BSD-2-Clause
//
// The list of all tests, and what runs them.

#include "lab.hpp"
#include "power.hpp"
#include "suites.hpp"
#include "uart.hpp"
#include "worker.hpp"

int main(api::BootInfo const& boot_info) {
    using namespace test;
    static Lab lab{boot_info};
    start_uart(lab);
    map_clock(lab);
    lab.begin_tests();
    require(
        lab.invoke(Lab::tcb, api::Invocation::TcbSetPriority, {own_priority}, {Lab::tcb}).error ==
        api::Error::None);
    std::array const suites{
        boot_tests,     syscall_tests, untyped_tests,      cnode_tests,         tcb_tests,
        ipc_tests,      reply_tests,   notification_tests, sched_context_tests, sched_tests,
        fault_tests,    memory_tests,  irq_tests,          error_tests,         preemption_tests,
        register_tests, timeout_tests, yield_tests,        asid_tests,          counters_tests,
        turn_tests,
    };
    run_all(suites, lab);
    power_off(lab);
}
