// SPDX-License-Identifier: BSD-2-Clause
//
// trace: the last page faults, as the pager has written them down: who, where, and what was done.

#include <shell/command/command.hpp>

#include <algorithm>
#include <limits>

namespace shell::command {

namespace {

using ipc::pager::FaultKind;
using ipc::pager::Resolution;
using ipc::pager::StopReason;
using ipc::pager::TracedFault;
using ipc::pager::Tracing;

constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t usual_count = 20;

std::string_view name_of(FaultKind kind) {
    switch (kind) {
    case FaultKind::Read: return "read";
    case FaultKind::Write: return "write";
    case FaultKind::Execute: return "execute";
    case FaultKind::Other: return "other";
    }
    return "unknown";
}

std::string_view name_of(Resolution resolution) {
    switch (resolution) {
    case Resolution::Refused: return "refused";
    case Resolution::Zero: return "zero";
    case Resolution::Frame: return "frame";
    case Resolution::File: return "file";
    case Resolution::Copy: return "copy";
    case Resolution::Again: return "again";
    case Resolution::Upgrade: return "upgrade";
    }
    return "unknown";
}

std::string_view name_of(StopReason reason) {
    switch (reason) {
    case StopReason::NoRegion: return "no-region";
    case StopReason::GuardHit: return "guard";
    case StopReason::Forbidden: return "forbidden";
    case StopReason::OutOfMemory: return "no-memory";
    case StopReason::Exception: return "exception";
    case StopReason::BadSyscall: return "system-call";
    case StopReason::BadCapability: return "capability";
    case StopReason::QuotaExceeded: return "quota";
    case StopReason::StackLimit: return "stack-limit";
    case StopReason::BelowStack: return "below-stack";
    }
    return "none";
}

/// Split so that the product does not overflow.
std::uint64_t nanoseconds(System& system, std::uint64_t ticks) {
    constexpr std::uint64_t per_second = 1'000'000'000;
    auto const rate = system.ticks_per_second();
    return ticks / rate * per_second + ticks % rate * per_second / rate;
}

void print_key_values(Context& context, System::Word number, TracedFault const& fault) {
    auto& out = context.out;
    out.print("fault=", number, " ns=", nanoseconds(context.system, fault.ticks),
              " pid=", fault.pid, " space=", fault.space,
              " access=", name_of(FaultKind{fault.kind}), " address=", base::Hex{fault.address});
    out.line(" instruction=", base::Hex{fault.instruction},
             " resolution=", name_of(fault.resolution),
             " reason=", name_of(StopReason{fault.reason}), " ahead=", fault.ahead,
             " instructions=", fault.instructions);
}

void print_row(Context& context, TracedFault const& fault) {
    auto& out = context.out;
    auto const microseconds = nanoseconds(context.system, fault.ticks) / 1000;
    out.print(base::Right{microseconds / 1000, 7}, '.',
              Padded{.value = microseconds % 1000, .digits = 3}, base::Right{fault.pid, 5}, "  ",
              base::Left{name_of(FaultKind{fault.kind}), 8});
    out.print(base::Hex{fault.address, 12}, ' ', base::Hex{fault.instruction, 12},
              base::Right{fault.instructions, 6}, "  ");
    if (fault.resolution == Resolution::Refused) {
        out.print(Style::Red, "stop: ", name_of(StopReason{fault.reason}), Style::Normal);
    } else {
        out.print(name_of(fault.resolution));
    }
    if (fault.ahead > 0) {
        out.print(" +", fault.ahead);
    }
    out.line();
}

/// Calls `visit` with the number and the content of what was written down from `from` up to
/// `behind`; and `lost` with how many, where the pager wrote over some meanwhile. Until it returns
/// false, or the pager does not answer any more.
template <typename Visit, typename Lost>
void for_each_fault(System& system, System::Word from, System::Word behind, Visit visit,
                    Lost lost) {
    while (from < behind) {
        auto const reply = system.traced_faults(from);
        if (!reply || reply->view().empty()) {
            return;
        }
        if (reply->first > from) {
            lost(std::min(reply->first, behind) - from);
        }
        from = reply->first;
        for (auto const& fault : reply->view()) {
            if (from >= behind || !visit(from, fault)) {
                return;
            }
            ++from;
        }
    }
}

void print_head(Printer& out, ipc::pager::TracedFaults::Reply const& trace) {
    auto const* const state = trace.tracing == Tracing::On ? "on" : "off";
    auto const kept = trace.behind - trace.first;
    if (out.plain()) {
        out.line("tracing=", state, " kept=", kept, " forgotten=", trace.first);
        return;
    }
    out.line("the trace of faults is ", state, ": ", kept, " are kept, ", trace.first,
             " before them are forgotten");
    if (kept > 0) {
        out.line(Style::Bold,
                 "      AT ms  PID  ACCESS  ADDRESS        INSTRUCTION      COST  WHAT",
                 Style::Normal);
    }
}

/// The last `count`, of process `pid` if there is one.
struct Selection {
    std::optional<System::Word> pid;
    std::uint64_t count;

    [[nodiscard]] bool matches(TracedFault const& fault) const { return !pid || fault.pid == *pid; }
};

/// How many of those that match come before the last `count`.
std::uint64_t count_skipped(System& system, ipc::pager::TracedFaults::Reply const& trace,
                            Selection const& selection) {
    if (selection.count == all) {
        return 0;
    }
    std::uint64_t matching = 0;
    for_each_fault(
        system, trace.first, trace.behind,
        [&](System::Word, TracedFault const& fault) {
            matching += selection.matches(fault) ? 1 : 0;
            return true;
        },
        [](std::uint64_t) {});
    return matching > selection.count ? matching - selection.count : 0;
}

Status show(Context& context, Selection const& selection) {
    auto& system = context.system;
    auto& out = context.out;
    auto const trace = system.traced_faults(0);
    if (!trace) {
        return context.fail("the pager does not tell: ", ipc::describe(trace.error()));
    }
    auto skipped = count_skipped(system, *trace, selection);
    print_head(out, *trace);
    auto status = Status::Done;
    bool matched = false;
    auto const print_one = [&](System::Word number, TracedFault const& fault) {
        if (!selection.matches(fault)) {
            return true;
        }
        matched = true;
        if (skipped > 0) {
            --skipped;
            return true;
        }
        if (out.plain()) {
            print_key_values(context, number, fault);
        } else {
            print_row(context, fault);
        }
        status = context.terminal.interrupted() ? Status::Interrupted : Status::Done;
        return status == Status::Done;
    };
    for_each_fault(system, trace->first, trace->behind, print_one, [&](std::uint64_t lost) {
        out.line(out.plain() ? "missed=" : "  missed: ", lost);
    });
    if (!matched && selection.pid && !out.plain()) {
        out.line("  none of process ", *selection.pid);
    }
    return status;
}

Status set(Context& context, Tracing tracing) {
    if (auto const done = context.system.set_tracing(tracing); !done) {
        return context.fail("the pager refuses: ", ipc::describe(done.error()));
    }
    return Status::Done;
}

/// "on" and the like. Nothing: it is no such word.
std::optional<Tracing> parse_tracing(std::string_view word) {
    return word == "on"      ? std::optional{Tracing::On}
           : word == "off"   ? std::optional{Tracing::Off}
           : word == "clear" ? std::optional{Tracing::Clear}
                             : std::nullopt;
}

} // namespace

Status trace(Context& context) {
    context.take_plain();
    auto const arguments = context.arguments;
    if (auto const tracing = arguments.empty() ? std::nullopt : parse_tracing(arguments[0])) {
        return arguments.size() == 1
                   ? set(context, *tracing)
                   : context.fail_with_hint("'", arguments[0], "' takes no arguments");
    }
    std::optional<System::Word> pid;
    if (!arguments.empty() && arguments[0] != "all") {
        pid = parse_number(arguments[0]);
        if (!pid) {
            return context.fail_with_hint("'", arguments[0],
                                          "' is not a process number, all, on, off or clear");
        }
    }
    auto count = context.out.plain() ? all : usual_count;
    if (arguments.size() > 1) {
        count = parse_number(arguments[1]).value_or(0);
    }
    if (count == 0 || arguments.size() > 2) {
        return context.fail_with_hint("needs at most a process number and a count");
    }
    return show(context, {.pid = pid, .count = count});
}

} // namespace shell::command
