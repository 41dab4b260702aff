// SPDX-License-Identifier: BSD-2-Clause
//
// Reading and printing limits.

#include <shell/growth_limits.hpp>

namespace shell {

namespace {

using ipc::pager::Growth;
using ipc::pager::SetGrowth;

constexpr std::string_view unlimited = "unlimited";

/// What a size ends with, by powers of 1024.
constexpr std::string_view units = "KMG";

void print_limit(Printer& out, std::string_view name, System::Word limit) {
    out.print(name, ' ');
    if (limit == Growth::unlimited) {
        out.print(unlimited);
    } else {
        out.print(Size{limit});
    }
}

void print_limit_plain(Printer& out, std::string_view name, System::Word limit) {
    if (limit == Growth::unlimited) {
        out.line(name, '=', unlimited);
    } else {
        out.line(name, '=', limit);
    }
}

/// Whether `setting` makes sense.
bool apply(std::string_view setting, SetGrowth& request) {
    auto const split = setting.find('=');
    auto const name = setting.substr(0, split);
    auto const value = split == std::string_view::npos ? "" : setting.substr(split + 1);
    auto const number = name == "ahead" ? parse_number(value) : parse_limit(value);
    if (!number) {
        return false;
    }
    if (name == "stack") {
        request.max_stack = *number;
    } else if (name == "heap") {
        request.max_heap = *number;
    } else if (name == "ahead") {
        request.max_ahead = *number;
    } else {
        return false;
    }
    return true;
}

} // namespace

std::optional<System::Word> parse_limit(std::string_view text) {
    if (text == unlimited) {
        return Growth::unlimited;
    }
    unsigned shift = 0;
    if (auto const unit = text.empty() ? text.npos : units.find(text.back()); unit != text.npos) {
        shift = 10 * static_cast<unsigned>(unit + 1);
        text.remove_suffix(1);
    }
    auto const number = parse_number(text);
    if (!number || *number > (~System::Word{0} >> 1 >> shift)) {
        return std::nullopt;
    }
    return *number << shift;
}

void print_limits(Printer& out, Growth::Reply const& growth) {
    if (out.plain()) {
        print_limit_plain(out, "max_stack", growth.max_stack);
        print_limit_plain(out, "max_heap", growth.max_heap);
        out.line("max_ahead=", growth.max_ahead, "\ngrown=", growth.grown,
                 "\nchecked=", growth.checked);
        out.line("refused=", growth.refused, "\ntrimmed=", growth.trimmed);
        return;
    }
    out.print("limits: ");
    print_limit(out, "stack", growth.max_stack);
    print_limit(out, ", heap", growth.max_heap);
    out.line(", ", growth.max_ahead, " pages ahead");
    out.line("stacks grew ", growth.grown, " times, ", growth.checked,
             " of them checked against the stack pointer, ", growth.refused, " refused");
    out.line(growth.trimmed, " pages below stack pointers were given back");
}

Status set_limits(Context& context, System::Word pid, std::span<std::string_view const> settings) {
    auto const now = context.system.growth(pid);
    if (!now) {
        return context.fail("the pager tells no limits: ", ipc::describe(now.error()));
    }
    SetGrowth request{.pid = pid,
                      .max_stack = now->max_stack,
                      .max_heap = now->max_heap,
                      .max_ahead = now->max_ahead};
    for (auto const setting : settings) {
        if (!apply(setting, request)) {
            return context.fail_with_hint("'", setting, "' is no limit");
        }
    }
    if (request.max_ahead > SetGrowth::most_ahead) {
        return context.fail("at most ", SetGrowth::most_ahead, " pages come ahead");
    }
    if (auto const set = context.system.set_growth(request); !set) {
        return context.fail("the pager sets no limits: ", ipc::describe(set.error()));
    }
    return Status::Done;
}

} // namespace shell
