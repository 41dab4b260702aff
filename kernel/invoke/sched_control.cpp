// SPDX-License-Identifier: BSD-2-Clause
//
// Scheduling-control invocation: how much time a scheduling context is worth.

#include <arch/timer.hpp>
#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/sched/accounting.hpp>
#include <kernel/sched/binding.hpp>
#include <kernel/sched/budget.hpp>

namespace kernel {

namespace {

/// The message of ConfigureFlags, by name. Times are in microseconds.
class ConfigureArguments {
public:
    static constexpr std::size_t count = 5;

    explicit ConfigureArguments(Arguments const& words) : words_{words} {}

    [[nodiscard]] Word budget() const { return words_[0]; }
    [[nodiscard]] Word period() const { return words_[1]; }
    [[nodiscard]] Word extra_refills() const { return words_[2]; }
    [[nodiscard]] Word badge() const { return words_[3]; }
    [[nodiscard]] bool sporadic() const { return base::Bits<bool, 0>::get(words_[4]); }

private:
    Arguments const& words_;
};

struct Configure {
    SchedContext& context;
    std::uint32_t refill_capacity;
    Ticks budget;
    Ticks period;
    Word badge;
    bool sporadic;
};

Result<> check_times(Word budget, Word period) {
    auto const max = arch::max_period_us();
    if (budget > max || period > max || arch::us_to_ticks(budget) < min_budget() ||
        period < min_budget_us) {
        return fail(Failure::range(min_budget_us, max));
    }
    if (budget > period) {
        return fail(Failure::range(min_budget_us, period));
    }
    return {};
}

Result<Configure> decode(Invocation const& call) {
    if (!call.has(ConfigureArguments::count, 1)) {
        return fail(Failure::truncated_message());
    }
    ConfigureArguments const args{call.args};
    TRY(check_times(args.budget(), args.period()));
    auto const& cap = call.caps[0]->cap;
    auto* const context = cap.as<SchedContext>();
    if (context == nullptr) {
        return fail(Failure::invalid_capability(1));
    }
    auto const max_extra = api::refill_capacity(cap.size_bits()) - min_refills;
    if (args.extra_refills() > max_extra) {
        return fail(Failure::range(0, max_extra));
    }
    return Configure{*context,
                     min_refills + static_cast<std::uint32_t>(args.extra_refills()),
                     arch::us_to_ticks(args.budget()),
                     arch::us_to_ticks(args.period()),
                     args.badge(),
                     args.sporadic()};
}

void set_refills(KernelState const& kernel, Configure const& op) {
    auto& context = op.context;
    auto const now = kernel.core.now;
    if (op.budget == op.period) {
        new_refills(context, min_refills, op.budget, 0, now);
    } else if (context.configured() && context.tcb != nullptr && context.tcb->runnable()) {
        update_refills(context, op.refill_capacity, op.budget, op.period, now);
    } else {
        new_refills(context, op.refill_capacity, op.budget, op.period, now);
    }
}

void commit(KernelState& kernel, Configure const& op) {
    auto& core = kernel.core;
    auto* const thread = op.context.tcb;
    if (thread != nullptr) {
        core.scheduler.withdraw(*thread);
    }
    if (core.sched_context == &op.context) {
        commit_time(kernel); // on the old terms
        core.scheduler.timer_is_stale = true;
    }
    set_refills(kernel, op);
    op.context.badge = op.badge;
    op.context.sporadic = op.sporadic;
    if (thread == nullptr) {
        return;
    }
    postpone_if_unusable(kernel, op.context);
    if (thread == core.current) {
        reschedule(kernel);
    } else if (thread->runnable()) {
        wake(kernel, *thread);
    }
}

} // namespace

Result<> invoke_sched_control(KernelState& kernel, Invocation& call, Answer&) {
    if (!call.is(api::Invocation::SchedControlConfigureFlags)) {
        return fail(Failure::illegal_operation());
    }
    commit(kernel, TRY(decode(call)));
    return {};
}

} // namespace kernel
