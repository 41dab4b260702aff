// SPDX-License-Identifier: BSD-2-Clause
//
// Creation of kernel objects in memory that an untyped gives out.
#pragma once

#include <kernel/cap/capability.hpp>

namespace kernel {

struct KernelState;

[[nodiscard]] bool is_frame(api::ObjectType type);

/// Makes the object at `address`, whose memory is zero (but for untypeds and device memory), and
/// returns the first capability to it.
[[nodiscard]] Capability make_object(KernelState& kernel, api::ObjectType type, PhysAddr address,
                                     unsigned size_bits, bool is_device);

} // namespace kernel
