// SPDX-License-Identifier: BSD-2-Clause
//
// Directed yield: a thread lets another one run and learns, when it runs again itself, how much
// time that one has used.
#pragma once

#include <kernel/object/sched_context.hpp>

namespace kernel {

struct KernelState;
struct Invocation;
struct Answer;

/// The caller lets the thread of `context` run first. The answer is written now, or deferred until
/// the caller is run.
void yield_to(KernelState& kernel, Invocation const& call, SchedContext& context, Answer& answer);

/// Writes the deferred answer; nothing happens if the thread has none to get.
void complete_yield(Tcb& yielder);

/// Drops it.
void cancel_yield(Tcb& yielder);

} // namespace kernel
