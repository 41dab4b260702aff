// SPDX-License-Identifier: BSD-2-Clause
//
// Reads all of a kernel's state that means something, so that two kernels can be compared: as text
// for people, as one number for runs of many steps. A field that has no meaning in the state that a
// thread is in is left out: what is in there is nobody's business.
#pragma once

#include <kernel/kernel_state.hpp>

#include <span>
#include <string>
#include <string_view>

namespace kernel {

/// Takes the state word by word.
class StateReader {
public:
    virtual ~StateReader() = default;

    /// What follows is of this object.
    virtual void begin(std::string_view kind, Word address) = 0;
    virtual void words(std::string_view field, std::span<Word const> values) = 0;

    void word(std::string_view field, Word value) { words(field, {&value, 1}); }
};

/// The core, the machine, and every object that a slot of `cnode` refers to. Pointers are told as
/// physical addresses: two kernels on which the same was done have their objects at the same ones.
void read_state(KernelState const& kernel, std::span<Slot const> cnode, StateReader& reader);

/// A line for each field that is not zero.
[[nodiscard]] std::string state_as_text(KernelState const& kernel, std::span<Slot const> cnode);

[[nodiscard]] Word state_as_number(KernelState const& kernel, std::span<Slot const> cnode);

} // namespace kernel
