// SPDX-License-Identifier: BSD-2-Clause
//
// Build options as constants: the one place in the kernel that looks at the preprocessor.
#pragma once

#include <cstddef>

#ifndef QUIRE_DEBUG
#define QUIRE_DEBUG 1
#endif
#ifndef QUIRE_CHECK_INVARIANTS
#define QUIRE_CHECK_INVARIANTS 0
#endif
#ifndef QUIRE_PRINTING
#define QUIRE_PRINTING 1
#endif
#ifndef QUIRE_ROOT_CNODE_BITS
#define QUIRE_ROOT_CNODE_BITS 13
#endif
#ifndef QUIRE_DOMAINS
#define QUIRE_DOMAINS 1
#endif
#ifndef QUIRE_EXPORT_COUNTER
#define QUIRE_EXPORT_COUNTER 1
#endif
#ifndef QUIRE_EXPORT_PMU
#define QUIRE_EXPORT_PMU 1
#endif
#ifndef QUIRE_ALLOW_SMC
#define QUIRE_ALLOW_SMC 1
#endif

namespace kernel::config {

/// Assertions and the debug system calls.
inline constexpr bool debug = QUIRE_DEBUG != 0;

/// How closely a debug kernel looks for contradictions in itself. 0: at what it is about to resume,
/// after every entry. Otherwise also at all threads, and after every so many entries at all queues,
/// capabilities, objects and mappings, which is slow.
inline constexpr unsigned invariants_period = QUIRE_CHECK_INVARIANTS;

/// A console for programs that have none yet, and a line for a fault that nobody handles: without
/// them a release that cannot start would be silent.
inline constexpr bool printing = QUIRE_PRINTING != 0;

/// Radix of the root task's CNode.
inline constexpr unsigned root_cnode_bits = QUIRE_ROOT_CNODE_BITS;

inline constexpr unsigned domain_count = QUIRE_DOMAINS;
inline constexpr unsigned domain_schedule_length = domain_count == 1 ? 2 : 100;

/// Programs may read the virtual counter (CNTVCT_EL0) and the performance counters.
inline constexpr bool export_counter = QUIRE_EXPORT_COUNTER != 0;
inline constexpr bool export_pmu = QUIRE_EXPORT_PMU != 0;

/// The root task gets a capability to call the firmware.
inline constexpr bool allow_smc = QUIRE_ALLOW_SMC != 0;

inline constexpr unsigned priority_count = 256;
inline constexpr unsigned root_time_slice_us = 5000;

/// Preemption is looked for at every so many preemption points.
inline constexpr unsigned work_units_per_preemption_check = 32;

} // namespace kernel::config
