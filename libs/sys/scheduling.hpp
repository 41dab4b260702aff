// SPDX-License-Identifier: BSD-2-Clause
//
// Processor time: scheduling contexts and who may fill them.
#pragma once

#include <sys/invoke.hpp>

namespace sys {

class SchedContext : public Capability {
public:
    using Capability::Capability;

    /// To a thread or a notification.
    [[nodiscard]] Result<> bind(Capability object) const {
        return perform(api::Invocation::SchedContextBind, words(), caps(object.cptr()));
    }

    [[nodiscard]] Result<> unbind() const { return perform(api::Invocation::SchedContextUnbind); }

    [[nodiscard]] Result<> unbind_object(Capability object) const {
        return perform(api::Invocation::SchedContextUnbindObject, words(), caps(object.cptr()));
    }

    /// Microseconds since the last query.
    [[nodiscard]] Result<api::Word> consumed() const {
        return query(api::Invocation::SchedContextConsumed);
    }

    [[nodiscard]] Result<api::Word> yield_to() const {
        return query(api::Invocation::SchedContextYieldTo);
    }
};

/// Times are microseconds. A budget equal to the period means round robin.
struct SchedParameters {
    api::Word budget;
    api::Word period;
    api::Word extra_refills{0};
    api::Badge badge{};
    bool sporadic{false};
};

class SchedControl : public Capability {
public:
    using Capability::Capability;

    [[nodiscard]] Result<> configure(SchedContext context,
                                     SchedParameters const& parameters) const {
        return perform(api::Invocation::SchedControlConfigureFlags,
                       words(parameters.budget, parameters.period, parameters.extra_refills,
                             parameters.badge, parameters.sporadic),
                       caps(context.cptr()));
    }
};

} // namespace sys
