// SPDX-License-Identifier: BSD-2-Clause
//
// IrqTable: which interrupts programs handle, and the notification each of them signals.
#pragma once

#include <arch/interrupts.hpp>
#include <kernel/cap/slot.hpp>

#include <array>

namespace kernel {

struct KernelState;

enum class IrqState : std::uint8_t {
    Inactive, // masked
    Signal,   // there is a handler capability
    Reserved, // the kernel's own
};

class IrqTable {
public:
    [[nodiscard]] static constexpr bool valid(Word irq) { return irq <= arch::max_irq; }

    /// Of interrupts that are valid().
    [[nodiscard]] IrqState state(Word irq) const { return entries_[irq].state; }
    void set_state(Word irq, IrqState state) { entries_[irq].state = state; }

    /// Holds a notification capability, or nothing.
    [[nodiscard]] Slot& slot(Word irq) { return entries_[irq].notification; }
    [[nodiscard]] Slot const& slot(Word irq) const { return entries_[irq].notification; }

private:
    struct Entry {
        Slot notification;
        IrqState state{IrqState::Inactive};
    };

    std::array<Entry, arch::max_irq + 1> entries_{};
};

/// Takes the interrupt that is pending, if any is, and tells whoever handles it. The timer's only
/// has to be taken: time is looked at on every entry.
void take_interrupt(KernelState& kernel);

} // namespace kernel
