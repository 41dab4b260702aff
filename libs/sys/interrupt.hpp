// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications, interrupts, and calls of the firmware.
#pragma once

#include <sys/slot.hpp>
#include <sys/syscall.hpp>

namespace sys {

class Notification : public Capability {
public:
    using Capability::Capability;

    void signal() const { send(cptr(), {}); }

    /// The badges of all signals since the last wait, or-ed together.
    [[nodiscard]] api::Badge wait() const { return sys::wait(cptr()); }
    [[nodiscard]] api::Badge poll() const { return nb_wait(cptr()); }
};

class IrqHandler : public Capability {
public:
    using Capability::Capability;

    /// The interrupt may come again.
    [[nodiscard]] Result<> acknowledge() const { return perform(api::Invocation::IrqAck); }

    [[nodiscard]] Result<> set_notification(Notification notification) const {
        return perform(api::Invocation::IrqSetHandler, words(), caps(notification.cptr()));
    }

    [[nodiscard]] Result<> clear() const { return perform(api::Invocation::IrqClearHandler); }
};

enum class Trigger : api::Word { Level = 0, Edge = 1 };

class IrqControl : public Capability {
public:
    using Capability::Capability;

    [[nodiscard]] Result<> get(api::Word irq, Slot to) const {
        return perform(api::Invocation::IrqIssueHandler, words(irq, to.index(), to.depth()),
                       caps(to.root()));
    }

    [[nodiscard]] Result<> get(api::Word irq, Trigger trigger, Slot to) const {
        return perform(api::Invocation::IrqIssueHandlerTrigger,
                       words(irq, trigger, to.index(), to.depth()), caps(to.root()));
    }
};

class Smc : public Capability {
public:
    using Capability::Capability;

    /// x0 ... x7 of the call; the answer's x0.
    [[nodiscard]] Result<api::Word> call(std::array<api::Word, 8> const& registers) const {
        return query(api::Invocation::SmcCall, registers);
    }
};

} // namespace sys
