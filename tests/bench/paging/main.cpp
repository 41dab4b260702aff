// SPDX-License-Identifier: BSD-2-Clause
//
// Measures all rows from a program that the pager serves, started by init in the shell's place.
// Prints what tests/bench/main.cpp prints, and switches the machine off.

#include "memory.hpp"
#include "picolibc.hpp"
#include "rows.hpp"
#include <client/console.hpp>
#include <client/process.hpp>
#include <sys/instruction_counter.hpp>

namespace bench {

namespace {

using client::console::print;

[[noreturn]] void power_off() {
    for (;;) {
        static_cast<void>(client::process::power(ipc::process::PowerState::Off));
    }
}

std::size_t measure(Rows rows) {
    for (auto const& row : rows) {
        static Samples samples;
        row.measure(samples);
        auto const counts = samples.sort();
        print("row ", row.name, " median ", median(counts), " min ", counts.front(), " max ",
              counts.back(), " n ", counts.size(), "\n");
    }
    return rows.size();
}

[[noreturn]] void measure_all() {
    if (sys::instructions_executed() == 0) {
        print("paging_bench: this machine does not count instructions; QEMU does with -icount\n");
        power_off();
    }
    prepare_picolibc();
    std::size_t count = 0;
    for (auto const rows : {page_rows, region_rows, program_rows, clone_rows, heap_rows}) {
        count += measure(rows);
    }
    print("rows ", count, "\n");
    power_off();
}

} // namespace

void give_up(std::string_view what, ipc::Error error) {
    print("paging_bench: ", what, ": ", ipc::describe(error), "\n");
    power_off();
}

} // namespace bench

int main(int /*argc*/, char** /*argv*/) {
    bench::measure_all();
}
