// SPDX-License-Identifier: BSD-2-Clause
//
// Where the exception vectors enter the kernel proper. The registers of the thread are saved in
// core.current->context; after the call core.current (maybe another one) is to be resumed.
#pragma once

#include <api/types.hpp>

#include <cstdint>

namespace kernel {

using api::Word;
struct KernelState;
class Slot;

/// On a fast path if possible, or else on the general one.
void handle_syscall(KernelState& kernel, std::int64_t number);
void handle_vm_fault(KernelState& kernel, Word address, bool is_prefetch, Word syndrome);
void handle_user_exception(KernelState& kernel, Word number, Word code);
/// Of the floating-point registers, by a thread that does not own them.
void handle_fpu_use(KernelState& kernel, Word syndrome);
void handle_interrupt(KernelState& kernel);

// ---- the parts of handle_syscall() and handle_vm_fault() ---------------------------------------

/// Does the system call on a fast path, if there is one for it that fits. If not, a Call may have
/// found the capability that it is on.
[[nodiscard]] bool take_fast_path(KernelState& kernel, std::int64_t number, Slot*& called);

/// The general path of a Call whose capability has been found; null if there is none.
void handle_call(KernelState& kernel, Slot* called);

/// The general path: what the fast paths are short-cuts of.
void handle_any_syscall(KernelState& kernel, std::int64_t number);
void handle_any_vm_fault(KernelState& kernel, Word address, bool is_prefetch, Word syndrome);

} // namespace kernel
