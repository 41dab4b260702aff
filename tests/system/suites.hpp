// SPDX-License-Identifier: BSD-2-Clause
//
// The tests, by what they are about; each in the file of that name.
#pragma once

#include "report.hpp"

namespace test {

extern Tests const boot_tests;
extern Tests const syscall_tests;
extern Tests const untyped_tests;
extern Tests const cnode_tests;
extern Tests const tcb_tests;
extern Tests const ipc_tests;
extern Tests const reply_tests;
extern Tests const notification_tests;
extern Tests const sched_context_tests;
extern Tests const sched_tests;
extern Tests const fault_tests;
extern Tests const memory_tests;
extern Tests const irq_tests;
extern Tests const error_tests;
extern Tests const preemption_tests;
extern Tests const register_tests;
extern Tests const timeout_tests;
extern Tests const yield_tests;
extern Tests const asid_tests;
extern Tests const counters_tests;
extern Tests const turn_tests;

/// Before the tests: the device that irq_tests wait for, if the board has it.
void map_clock(Lab& lab);

} // namespace test
