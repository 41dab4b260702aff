// SPDX-License-Identifier: BSD-2-Clause
//
// What init hands the console: the capabilities in its CSpace and where its UART is mapped. What
// kind of UART it is, and which interrupt it raises, is the board's data.
#pragma once

#include <api/types.hpp>

namespace console::startup {

/// The UART's registers, mapped as device memory.
inline constexpr api::Word uart_address = 0x10'0000'0000;

/// Radix of the one CNode; its guard fills the word, so a CPtr is a slot number.
inline constexpr unsigned cnode_bits = 10;

/// Slots with a fixed meaning.
namespace slot {
inline constexpr api::Word endpoint = 1, // all rights: requests arrive here; badge = process number
    irq_handler = 2,                     // the UART's interrupt; signals the bound notification
    cnode = 3,                           // the console's own CNode
    untyped = 4,                         // memory for reply objects, and for nothing else
    attention = 5,                       // notification: ctrl-C was pressed and nobody was reading
    first_free = 8;                      // room for reply objects
} // namespace slot

/// Bytes of the untyped as a power of two: a reply object for every free slot.
inline constexpr unsigned untyped_bits = 15;

/// The interrupt's badge (beside sys::notification_badge) on the notification that init has bound
/// to the console's thread.
inline constexpr api::Word irq_signal = 1;

/// init's own badge on the console's endpoint; only it may ask to forget a process.
inline constexpr api::Word init_process = 1;

} // namespace console::startup
