// SPDX-License-Identifier: BSD-2-Clause
//
// Invocation: the send phase of a system call on a kernel object, as the decoders see it, and the
// Answer they fill. Handlers check everything first and change nothing until all checks passed.
#pragma once

#include <api/invocation.hpp>
#include <kernel/ipc/send_receive.hpp>

#include <array>

namespace kernel {

struct KernelState;

/// The words of the message: the first four from registers, the rest from the IPC buffer.
class Arguments {
public:
    Arguments(Tcb const& sender, api::IpcBuffer const* buffer, std::size_t length)
        : sender_{&sender}, buffer_{buffer}, length_{length} {}

    [[nodiscard]] std::size_t size() const { return length_; }

    /// `index` must be below size().
    [[nodiscard]] Word operator[](std::size_t index) const {
        return index < api::register_message_words ? sender_->context.message_word(index)
                                                   : buffer_->words[index];
    }

private:
    Tcb const* sender_;
    api::IpcBuffer const* buffer_;
    std::size_t length_;
};

/// How a system call sends. Small enough to be passed in registers.
struct SendPhase {
    Wait wait{Wait::Poll};
    bool is_call{false};
    Donation donation{Donation::Never};
    bool is_first_phase{false}; // a receive phase follows

    static constexpr SendPhase of_call() {
        return {.wait = Wait::Block, .is_call = true, .donation = Donation::Allowed};
    }
};

struct Invocation {
    Tcb& caller;
    Slot& slot; // of the invoked capability
    Word label;
    Arguments args;
    std::array<Slot*, api::max_extra_caps> caps; // the first cap_count are not null pointers
    std::size_t cap_count;
    SendPhase phase;

    [[nodiscard]] Capability const& cap() const { return slot.cap; }

    [[nodiscard]] bool has(std::size_t words, std::size_t extra_caps = 0) const {
        return args.size() >= words && cap_count >= extra_caps;
    }

    [[nodiscard]] bool is(api::Invocation which) const {
        return label == std::to_underlying(which);
    }
};

/// The words of a successful answer; only a Call is told them. Or `deferred`: the operation answers
/// the caller itself, later.
struct Answer {
    std::size_t count{0};
    std::array<Word, 36> words; // not cleared: only the first `count` are ever read

    static constexpr auto deferred = ~std::size_t{0};

    Answer() {} // NOLINT: leaves `words` as they are, on purpose

    void add(Word word) { words[count++] = word; }
};

/// Carries out what the capability is for. In the first of two phases, which ReplyRecv, NBSendRecv
/// and NBSendWait have, less may be invoked.
[[nodiscard]] Result<> invoke(KernelState& kernel, Invocation& call, Answer& answer);

// One per capability kind, each in a file of its own. All: IllegalOperation for a label that is
// not of this kind; but a message may have any label.
[[nodiscard]] Result<> invoke_endpoint(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_notification(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_reply(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_untyped(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_cnode(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_tcb(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_sched_context(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_sched_control(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_domain(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_irq_control(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_irq_handler(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_sgi_signal(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_smc(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_frame(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_page_table(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_vspace(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_asid_control(KernelState&, Invocation&, Answer&);
[[nodiscard]] Result<> invoke_asid_pool(KernelState&, Invocation&, Answer&);

} // namespace kernel
