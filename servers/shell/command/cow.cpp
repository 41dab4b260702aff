// SPDX-License-Identifier: BSD-2-Clause
//
// cow: copy-on-write: what it shares, what it did, and ways to see it at work. Programs that share
// are a program's business: `forks` clones itself.

#include <shell/command/command.hpp>
#include <shell/foreground.hpp>
#include <shell/pager_figures.hpp>
#include <shell/process_report.hpp>
#include <shell/regions.hpp>

namespace shell::command {

namespace {

using Copies = ipc::pager::CopyOnWrite::Reply;

constexpr std::string_view cloning_program = "forks";

Status refuse(Context& context, ipc::Error error) {
    return context.fail("the pager does not tell: ", ipc::describe(error));
}

Status refuse_argument(Context& context) {
    return context.fail_with_hint("'", context.arguments.front(), "' is too much");
}

// ---- status

struct PrivatePages {
    std::uint64_t own{0};
    std::uint64_t shared{0}; // copied when it is written
    bool interrupted{false};
};

PrivatePages count_private(Context& context, System::Word pid) {
    PrivatePages pages;
    for_each_region(context.system, pid, all_addresses, [&](Region const& region) {
        for_each_piece(context.system, pid, region, pages_in(region, all_addresses),
                       [&](std::uint64_t, std::string_view piece) {
                           pages.own += std::ranges::count(piece, 'a');
                           pages.shared += std::ranges::count(piece, 's');
                           pages.interrupted = context.terminal.interrupted();
                           return !pages.interrupted;
                       });
        return !pages.interrupted;
    });
    return pages;
}

Status print_programs(Context& context) {
    auto& out = context.out;
    if (!out.plain()) {
        out.line(Style::Bold, "  PID  NAME         OWN PAGES    SHARED", Style::Normal);
    }
    auto status = Status::Done;
    for_each_space(context.system, [&](ipc::pager::SpaceStatistics::Reply const& space) {
        auto const pages = count_private(context, space.pid);
        auto const name = space.name.view();
        if (pages.interrupted) {
            status = Status::Interrupted;
        } else if (out.plain()) {
            out.line("pid=", space.pid, "\nname=", name, "\nown=", pages.own,
                     "\nshared=", pages.shared);
        } else {
            out.line(base::Right{space.pid, 5}, "  ", base::Left{name, 11},
                     base::Right{pages.own, 11}, base::Right{pages.shared, 10}, "  ", Style::Blue,
                     Bar{pages.shared, pages.own + pages.shared, 12}, Style::Normal);
        }
        return !pages.interrupted;
    });
    return status;
}

/// What status and stats begin with: no argument, and the figures for `print`.
Status with_figures(Context& context, auto print) {
    if (!context.arguments.empty()) {
        return refuse_argument(context);
    }
    auto const copies = context.system.copy_on_write();
    return copies ? print(*copies) : refuse(context, copies.error());
}

Status status(Context& context) {
    return with_figures(context, [&](auto const& copies) {
        print_saved(context.out, copies);
        return print_programs(context);
    });
}

// ---- stats

Status copies(Context& context) {
    return with_figures(context, [&](auto const& copies) {
        print_copies(context.out, copies);
        return Status::Done;
    });
}

// ---- create, test

bool is_in_boot_image(System& system, std::string_view name) {
    bool found = false;
    for_each_program(system, [&](ipc::process::Program::Reply const& program) {
        found = program.name.view() == name;
        return !found;
    });
    return found;
}

Copies since(Copies const& before, Copies now) {
    now.clones -= before.clones;
    now.cloned -= before.cloned;
    now.breaks -= before.breaks;
    now.upgrades -= before.upgrades;
    return now;
}

/// Of the program that clones itself.
struct Experiment {
    std::string_view name;
    std::string_view usual_processes;
    std::uint64_t most_processes; // the program refuses more
};

/// Runs an experiment, and shows what copy-on-write did meanwhile.
Status run_experiment(Context& context, Experiment const& experiment) {
    auto const processes =
        context.arguments.empty() ? experiment.usual_processes : context.arguments.front();
    auto const number = parse_number(processes).value_or(0);
    if (context.arguments.size() > 1 || number == 0 || number > experiment.most_processes) {
        return context.fail_with_hint("needs one number of processes, 1 to ",
                                      experiment.most_processes, ", or none");
    }
    if (!is_in_boot_image(context.system, cloning_program)) {
        return context.fail("the boot image has no program '", cloning_program,
                            "', which would clone itself");
    }
    auto const before = context.system.copy_on_write();
    if (!before) {
        return refuse(context, before.error());
    }
    std::array const words{experiment.name, processes};
    auto const result = run_to_end(context, cloning_program, words);
    if (auto const now = context.system.copy_on_write()) {
        print_copies(context.out, since(*before, *now));
    }
    return result;
}

Status create(Context& context) {
    return run_experiment(context,
                          {.name = "share", .usual_processes = "3", .most_processes = 1000});
}

Status test(Context& context) {
    return run_experiment(context,
                          {.name = "storm", .usual_processes = "20", .most_processes = 1'000'000});
}

// ---- protect, unprotect

Status change_page(Context& context, bool protect) {
    if (context.arguments.size() != 2) {
        return context.fail_with_hint("needs a process number and an address");
    }
    auto const pid = parse_number(context.arguments[0]);
    auto const address = parse_address(context.arguments[1]);
    if (!pid || !address) {
        return context.fail_with_hint("'", context.arguments[pid ? 1 : 0], "' is not ",
                                      pid ? "an address" : "a process number");
    }
    if (!is_known(context.system, *pid)) {
        return context.fail("the pager knows no process ", *pid, " (try: ps)");
    }
    auto const page = *address / page_size * page_size;
    auto const changed = context.system.protect_page(
        {.pid = *pid, .address = page, .protect = protect ? api::Word{1} : 0});
    if (!changed) {
        return changed.error() == ipc::Error::NotFound
                   ? context.fail("process ", *pid, " has no page of its own at ",
                                  base::Hex{page, 12}, " (try: pagemap ", *pid, ')')
                   : context.fail("the pager refuses: ", ipc::describe(changed.error()));
    }
    context.out.line("process ", *pid, ", page ", base::Hex{page, 12},
                     protect ? ": the next write faults"
                             : ": written without a fault, if not shared");
    return Status::Done;
}

Status protect(Context& context) {
    return change_page(context, true);
}

Status unprotect(Context& context) {
    return change_page(context, false);
}

struct Action {
    std::string_view name;
    Status (*run)(Context& context);
};

constexpr std::array<Action, 6> actions{{{"status", status},
                                         {"stats", copies},
                                         {"create", create},
                                         {"protect", protect},
                                         {"unprotect", unprotect},
                                         {"test", test}}};

} // namespace

Status cow(Context& context) {
    context.take_plain();
    if (context.arguments.empty()) {
        return context.fail_with_hint("needs one of: ", context.command.choices);
    }
    auto const* const action = std::ranges::find(actions, context.arguments.front(), &Action::name);
    if (action == actions.end()) {
        return context.fail_with_hint("'", context.arguments.front(),
                                      "' is none of: ", context.command.choices);
    }
    context.arguments = context.arguments.subspan(1);
    context.take_plain(); // behind the word, too
    return action->run(context);
}

} // namespace shell::command
