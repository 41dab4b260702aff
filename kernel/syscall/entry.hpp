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

void handle_syscall(KernelState& kernel, std::int64_t number);
void handle_vm_fault(KernelState& kernel, Word address, bool is_prefetch, Word syndrome);
void handle_user_exception(KernelState& kernel, Word number, Word code);
void handle_interrupt(KernelState& kernel);

} // namespace kernel
