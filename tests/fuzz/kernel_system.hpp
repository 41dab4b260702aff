// SPDX-License-Identifier: BSD-2-Clause
//
// A small system on the pretended machine: the kernel boots its root task, which makes some of
// everything by system calls. It can be put back to that state as often as wanted.
#pragma once

#include "../model/memory_image.hpp"
#include <api/invocation.hpp>
#include <api/object.hpp>
#include <arch/fake.hpp>
#include <kernel/kernel_state.hpp>

#include <memory>
#include <vector>

namespace fuzz {

using api::Word;

class KernelSystem {
public:
    KernelSystem();

    void reset();

    [[nodiscard]] kernel::KernelState& kernel() { return *kernel_; }
    [[nodiscard]] bool idle() const;
    [[nodiscard]] kernel::Tcb& current() { return *kernel_->core.current; }

    /// Slots of the root CNode that hold something, and some that are empty.
    [[nodiscard]] std::vector<Word> const& slots() const { return slots_; }

private:
    /// What one thread does; the answer has to be a success.
    void call(Word cptr, api::Invocation label, std::vector<Word> const& words,
              std::vector<Word> const& caps = {});
    Word make(api::ObjectType type, Word size_bits = 0);
    Word mint(Word source, Word badge);
    void boot();
    void make_objects();
    void make_thread(Word priority, Word context, Word handler);

    std::unique_ptr<kernel::KernelState> kernel_ = std::make_unique<kernel::KernelState>();
    arch::FakeMachine machine_;
    model::Places places_;
    std::vector<std::byte> fresh_;
    std::vector<Word> slots_;
    Word untyped_{0};
    Word sched_control_{0};
    Word next_slot_{0};
};

} // namespace fuzz
