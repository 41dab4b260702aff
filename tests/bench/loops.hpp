// SPDX-License-Identifier: BSD-2-Clause
//
// What the other thread of a measurement does, with no instruction more than needed: see loops.S.
#pragma once

#include "measure.hpp"

extern "C" {

/// Answers each call of the endpoint with a message of this shape.
[[noreturn]] void answer_calls(api::Word endpoint, api::Word reply, api::Word message_info);

/// Answers each fault of the endpoint by mapping the frame on the page of the fault. The address
/// space is the first extra capability in the caller's IPC buffer.
[[noreturn]] void map_faulting_pages(api::Word endpoint, api::Word reply, api::Word frame,
                                     api::Word map_info);

/// Makes this system call again and again; the first instruction after each is a mark.
[[noreturn]] void mark_after_each(api::Syscall number, api::Word cptr,
                                  bench::Count volatile* where);
}
