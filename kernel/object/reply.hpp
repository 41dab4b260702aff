// SPDX-License-Identifier: BSD-2-Clause
//
// Reply: the right to answer one caller, and its place in the stack of calls that a scheduling
// context has travelled along.
//
//   SchedContext -> top reply -> previous reply -> ... (the first caller)
#pragma once

#include <kernel/object/tcb.hpp>

namespace kernel {

/// Unused (no thread), attached to a receiver (BlockedOnReceive) or to a caller (BlockedOnReply).
class Reply {
public:
    static constexpr auto cap_kind = CapKind::Reply;
    static constexpr unsigned size_bits = api::reply_bits;

    Tcb* tcb{nullptr};
    Reply* previous{nullptr};      // towards the first caller
    Reply* next{nullptr};          // towards the top of the stack
    SchedContext* top_of{nullptr}; // the context whose stack this is the top of
};

static_assert(sizeof(Reply) <= 1u << Reply::size_bits);

} // namespace kernel
