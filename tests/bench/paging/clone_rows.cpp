// SPDX-License-Identifier: BSD-2-Clause
//
// Copy-on-write, in a program that forks: this one is the system's own and may not.

#include "memory.hpp"
#include "rows.hpp"
#include <base/format.hpp>
#include <client/process.hpp>

namespace bench {

namespace {

constexpr Word many_pages = (64 << 20) / page_size;

/// What clone_costs answers.
Count ask(std::string_view kind, Word pages) {
    fill_stock();
    std::array<char, 64> buffer;
    auto const command = base::format_to(buffer, "clone_costs ", kind, " ", pages);
    auto const end =
        require(client::process::wait(require(client::process::spawn(command), "spawn")),
                "wait for clone_costs");
    if (end.state != ipc::process::State::Exited || end.code == 0) {
        give_up("clone_costs", ipc::Error::Interrupted);
    }
    return static_cast<Count>(end.code);
}

void cow_break(Samples& samples) {
    samples.take(3, [] { return static_cast<Count>(ask("break", many_pages) / many_pages); });
}

void cow_break_scattered(Samples& samples) {
    samples.take(
        3, [] { return static_cast<Count>(ask("break_scattered", many_pages) / many_pages); });
}

void cow_upgrade(Samples& samples) {
    samples.take(3, [] { return static_cast<Count>(ask("upgrade", many_pages) / many_pages); });
}

void clone_per_page(Samples& samples) {
    samples.take(3, [] {
        return static_cast<Count>((ask("fork", many_pages) - ask("fork", 0)) / many_pages);
    });
}

constexpr Word work_pages = (4 << 20) / page_size;

Count work_alone() {
    static Count const count = ask("work", work_pages);
    return count;
}

Count work_cloned() {
    static Count const count = ask("work_cloned", work_pages);
    return count;
}

void work(Samples& samples) {
    samples.take(1, work_alone);
}

void work_with_a_clone(Samples& samples) {
    samples.take(1, work_cloned);
}

/// In per mille: what of the work is because of the clone.
void cow_overhead(Samples& samples) {
    samples.take(1, [] {
        Word const more = work_cloned() - work_alone();
        return static_cast<Count>((more * 1000 + work_alone() - 1) / work_alone());
    });
}

constexpr std::array rows{
    Row{"cow.break", cow_break},       Row{"cow.break.scattered", cow_break_scattered},
    Row{"cow.upgrade", cow_upgrade},   Row{"clone.per_page", clone_per_page},
    Row{"workload.writes", work},      Row{"workload.writes.cloned", work_with_a_clone},
    Row{"cow.overhead", cow_overhead},
};

} // namespace

Rows const clone_rows = rows;

} // namespace bench
