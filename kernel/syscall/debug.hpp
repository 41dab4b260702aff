// SPDX-License-Identifier: BSD-2-Clause
//
// Debug system calls: for programs under development. Those that stop the machine or
// print a lot are in debug builds only.
#pragma once

#include <api/syscall.hpp>

namespace kernel {

struct KernelState;

/// Does the call of the running thread if `number` is one of these; otherwise returns false.
[[nodiscard]] bool debug_syscall(KernelState& kernel, api::Syscall number);

} // namespace kernel
