// SPDX-License-Identifier: BSD-2-Clause
//
// What every process finds when it starts: its capabilities and where things are in its memory.
// init sets it up, the pager keeps to it, `client` relies on it.
#pragma once

#include <api/object.hpp>

namespace ipc::environment {

/// A process's CNode; its guard fills the word, so a CPtr is a slot number.
inline constexpr unsigned cnode_bits = 5;

/// Slots with a fixed meaning.
namespace slot {
inline constexpr api::Word init = 1, console = 2, pager = 3, reply = 4;
} // namespace slot

/// The stack grows down from here; at most this much of it, and a guard below.
inline constexpr api::Word stack_top = 0x7fff'f000'0000;
inline constexpr api::Word max_stack = 8 * 1024 * 1024;

/// The page of the IPC buffer. Its address is in x0 at the first instruction; all registers but the
/// stack pointer are 0 otherwise.
inline constexpr api::Word ipc_buffer = 0x7fff'ffff'f000;

} // namespace ipc::environment
