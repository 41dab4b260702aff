// SPDX-License-Identifier: BSD-2-Clause
//
// The capabilities that the kernel gives the root task, by kind.
#pragma once

#include <api/boot_info.hpp>
#include <sys/thread.hpp>

namespace init::own {

inline constexpr sys::Tcb thread{api::CPtr{api::initial_slot::tcb}};
inline constexpr sys::VSpace vspace{api::CPtr{api::initial_slot::vspace}};
inline constexpr sys::IrqControl irq_control{api::CPtr{api::initial_slot::irq_control}};
inline constexpr sys::AsidControl asid_control{api::CPtr{api::initial_slot::asid_control}};
inline constexpr sys::AsidPool asid_pool{api::CPtr{api::initial_slot::asid_pool}};
inline constexpr sys::Smc smc{api::CPtr{api::initial_slot::smc}};

} // namespace init::own
