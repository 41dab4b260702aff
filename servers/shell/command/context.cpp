// SPDX-License-Identifier: BSD-2-Clause
//
// context: what the kernel has counted, since boot or while a command ran.

#include <shell/command/command.hpp>
#include <shell/figure.hpp>

namespace shell::command {

namespace {

using api::KernelCounters;
using Value = api::Word (*)(KernelCounters const&);

enum class Kind : std::uint8_t {
    Count,
    Bytes,
    Level, // goes up and down: what it is now says more than by how much it has changed
};

struct Row {
    std::string_view key; // for scripts
    std::string_view name;
    std::string_view what;
    Value value;
    Value whole{nullptr}; // what it is a part of, if anything
    Kind kind{Kind::Count};
};

template <api::Word KernelCounters::* Counter>
api::Word the(KernelCounters const& counters) {
    return counters.*Counter;
}

api::Word faults(KernelCounters const& counters) {
    return vm_faults(counters);
}

api::Word switches(KernelCounters const& counters) {
    return thread_switches(counters);
}

using Counters = KernelCounters;

constexpr std::array rows{
    Row{"thread_switches", "thread switches", "all together", switches},
    Row{"fast_calls", "  fast calls", "on the caller's time", the<&Counters::fast_calls>, switches},
    Row{"fast_faults", "  fast faults", "likewise, to a pager", the<&Counters::fast_faults>,
        switches},
    Row{"fast_replies", "  fast replies", "the answers to these", the<&Counters::fast_replies>,
        switches},
    Row{"other_switches", "  others", "by the scheduler", the<&Counters::other_switches>, switches},
    Row{"slow_messages", "slow messages", "on the general path", the<&Counters::slow_messages>},
    Row{"page_faults", "page faults", "told to a pager", faults},
    Row{"slow_page_faults", "  slow ones", "on the general path", the<&Counters::slow_vm_faults>,
        faults},
    Row{"other_faults", "other faults", "told to a handler", the<&Counters::other_faults>},
    Row{"signals", "signals", "of notifications", the<&Counters::signals>},
    Row{"interrupts", "interrupts", "the timer's included", the<&Counters::interrupts>},
    Row{"preemptions", "preemptions", "of long system calls", the<&Counters::preemptions>},
    Row{"tlb_pages", "TLB: pages", "translations forgotten", the<&Counters::tlb_pages>},
    Row{"tlb_spaces", "TLB: spaces", "all of one forgotten", the<&Counters::tlb_spaces>},
    Row{"cache_pages", "cache: pages", "cleaned for programs", the<&Counters::cache_pages>},
    Row{"asids_in_use", "ASIDs in use", "address spaces, now", the<&Counters::asids_in_use>,
        nullptr, Kind::Level},
    Row{"objects_made", "objects made", "out of untyped memory", the<&Counters::objects_made>},
    Row{"bytes_cleared", "memory cleared", "for them", the<&Counters::bytes_cleared>, nullptr,
        Kind::Bytes},
};

/// Of one row, since `before`.
std::uint64_t difference(Row const& row, Value value, KernelCounters const& before,
                         KernelCounters const& now) {
    return row.kind == Kind::Level ? value(now) : value(now) - value(before);
}

void print_row(Printer& out, Row const& row, KernelCounters const& before,
               KernelCounters const& now) {
    auto const the_difference = [&](Value value) { return difference(row, value, before, now); };
    print(out, Figure{.key = row.key,
                      .name = row.name,
                      .what = row.what,
                      .value = the_difference(row.value),
                      .whole = row.whole != nullptr ? std::optional{the_difference(row.whole)}
                                                    : std::nullopt,
                      .unit = row.kind == Kind::Bytes ? Unit::Bytes : Unit::Count});
}

} // namespace

Status context(Context& context) {
    context.out.set_plain(context.take_leading_option("--plain")); // what follows is another's
    if (!context.arguments.empty() && context.arguments.front().starts_with('-')) {
        return context.fail_with_hint("'", context.arguments.front(), "' is no option");
    }
    KernelCounters before{};
    auto status = Status::Done;
    if (!context.arguments.empty()) {
        auto const counters = context.system.kernel_counters();
        if (!counters) {
            return context.fail("init does not tell: ", ipc::describe(counters.error()));
        }
        before = *counters;
        status = context.runner.run(context.arguments, false);
    }
    auto const now = context.system.kernel_counters();
    if (!now) {
        return context.fail("init does not tell: ", ipc::describe(now.error()));
    }
    for (auto const& row : rows) {
        print_row(context.out, row, before, *now);
    }
    return status;
}

} // namespace shell::command
