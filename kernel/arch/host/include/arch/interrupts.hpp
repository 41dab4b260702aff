// SPDX-License-Identifier: BSD-2-Clause
//
// The interrupt controller of the pretended machine.
#pragma once

#include <api/types.hpp>

#include <cstdint>
#include <optional>

namespace arch {

using api::Word;

inline constexpr Word timer_irq = 27;
inline constexpr Word sgi_count = 16;
inline constexpr Word max_irq = 159;

enum class Trigger : std::uint8_t { Level, Edge };

[[nodiscard]] std::optional<Word> pending();
void end(Word irq);

void mask(Word irq);
void unmask(Word irq);
void set_trigger(Word irq, Trigger trigger);

[[nodiscard]] bool interrupt_waiting();

[[nodiscard]] bool valid_sgi_target(Word target);
void send_sgi(Word number, Word target);

} // namespace arch
