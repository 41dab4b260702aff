// SPDX-License-Identifier: BSD-2-Clause
//
// stats: all that the pager counts, in one view.

#include <shell/command/command.hpp>
#include <shell/pager_figures.hpp>

namespace shell::command {

namespace {

using Lazy = ipc::pager::LazyStatistics::Reply;

void head(Printer& out, std::string_view text) {
    if (!out.plain()) {
        out.line(Style::Bold, text, Style::Normal);
    }
}

void print_states(Printer& out, ipc::pager::Statistics::Reply const& pager) {
    head(out, "memory of the pager");
    auto const print_state = [&](std::string_view key, std::string_view name, std::string_view what,
                                 std::uint64_t bytes) {
        print(out, {.key = key,
                    .name = name,
                    .what = what,
                    .value = bytes,
                    .whole = pager.total,
                    .unit = Unit::Bytes});
    };
    print_state("total", "all", "in one of these states", pager.total);
    print_state("free", "  free", "for whoever asks next", pager.free);
    print_state("private", "  private", "written by programs", pager.anonymous);
    print_state("shared", "  shared", "of several programs", pager.shared);
    print_state("zero_page", "  zero page", "all untouched memory", pager.shared_zero);
    print_state("buffers", "  IPC buffers", "of programs", pager.buffers);
    print_state("page_tables", "  page tables", "of programs", pager.page_tables);
    print_state("kernel_objects", "  kernel objects", "threads and the like", pager.kernel_objects);
    print_state("pager", "  pager", "its image and books", pager.pager);
    print(out, {.key = "zeroed",
                .name = "zeroed frames",
                .what = "in stock, of those wanted",
                .value = pager.zeroed,
                .whole = pager.zeroed_wanted});
    if (out.plain()) {
        out.line("zeroed_wanted=", pager.zeroed_wanted);
    }
}

/// Those that have ended are not in it.
Lazy sum_of_programs(System& system) {
    Lazy sum{};
    for_each_space(system, [&](ipc::pager::SpaceStatistics::Reply const& space) {
        if (auto const lazy = system.lazy_statistics(space.pid)) {
            for (auto const counter :
                 {&Lazy::reserved, &Lazy::resident, &Lazy::faults, &Lazy::zero, &Lazy::frames,
                  &Lazy::file, &Lazy::copies, &Lazy::again, &Lazy::ahead, &Lazy::refused}) {
                sum.*counter += (*lazy).*counter;
            }
        }
        return true;
    });
    return sum;
}

} // namespace

Status stats(Context& context) {
    context.take_plain();
    if (!context.arguments.empty()) {
        return context.fail_with_hint("'", context.arguments[0], "' is no option");
    }
    auto const pager = context.system.pager_statistics();
    auto const cow = context.system.copy_on_write();
    if (!pager || !cow) {
        return context.fail("the pager does not tell: ",
                            ipc::describe(!pager ? pager.error() : cow.error()));
    }
    auto& out = context.out;
    print_states(out, *pager);
    head(out, "page faults");
    print(out, {.key = "faults_ever",
                .name = "since boot",
                .what = "of ended programs, too",
                .value = pager->faults});
    head(out, "pages of the programs that run");
    print(out, sum_of_programs(context.system));
    head(out, "copy-on-write, since boot");
    print_copies(out, *cow);
    print_saved(out, *cow);
    return Status::Done;
}

} // namespace shell::command
