// SPDX-License-Identifier: BSD-2-Clause
//
// Preemption points: where long operations, in a consistent state, let something more urgent by.
#pragma once

#include <kernel/failure.hpp>

namespace kernel {

struct KernelState;

/// Fails with Failure::preempted() if an interrupt waits or the time of the running thread is up;
/// it looks only every so many calls. The operation then returns, and is executed again later.
[[nodiscard]] Result<> preemption_point(KernelState& kernel);

} // namespace kernel
