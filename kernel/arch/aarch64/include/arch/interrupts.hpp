// SPDX-License-Identifier: BSD-2-Clause
//
// The interrupt controller, whichever the machine has.
#pragma once

#include <api/types.hpp>
#include <board.hpp>

#include <cstdint>
#include <optional>

namespace arch {

using api::Word;

inline constexpr Word timer_irq = 27; // the virtual timer's private interrupt
inline constexpr Word sgi_count = 16;
inline constexpr Word max_irq = Board::max_irq;

enum class Trigger : std::uint8_t { Level, Edge };

/// Takes the most urgent pending interrupt; it stays active until end(). None if it went away.
[[nodiscard]] std::optional<Word> pending();
void end(Word irq);

void mask(Word irq);
void unmask(Word irq);
void set_trigger(Word irq, Trigger trigger);

/// An interrupt would be taken if interrupts were on.
[[nodiscard]] bool interrupt_waiting();

/// Whether send_sgi() can reach `target`, a number as the controller's bindings count cores.
[[nodiscard]] bool valid_sgi_target(Word target);
void send_sgi(Word number, Word target);

} // namespace arch
