// SPDX-License-Identifier: BSD-2-Clause
//
// Floating point, lazily: the registers keep the values of the thread that used them last, and any
// other thread traps when it uses them. So a switch between threads costs nothing, and a server
// that does not compute can be called by programs that do.
//
// Invariant: access is allowed exactly while core.fpu_owner runs, whose flags do not forbid it.
#pragma once

namespace kernel {

struct KernelState;
class Tcb;

/// The running thread has tried to use the registers: gives them to it. False if it may not.
[[nodiscard]] bool acquire_fpu(KernelState& kernel);

/// Takes the registers from `thread` if it has them; it keeps their values.
void release_fpu(KernelState& kernel, Tcb& thread);

} // namespace kernel
