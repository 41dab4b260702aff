// SPDX-License-Identifier: BSD-2-Clause
//
// Measures all rows and prints each:
//     row NAME median M min A max B n N
// and at the end how many they were: `rows N`. tools/bench reads this.

#include "power.hpp"
#include "rows.hpp"
#include "uart.hpp"
#include "worker.hpp"

namespace bench {

namespace {

std::size_t measure(Rows rows, Lab& lab) {
    static Samples samples;
    for (auto const& row : rows) {
        row.measure(lab, samples);
        lab.clear();
        test::require(samples.full());
        auto const counts = samples.sort();
        test::print("row ", row.name, " median ", median(counts), " min ", counts.front(), " max ",
                    counts.back(), " n ", counts.size());
    }
    return rows.size();
}

} // namespace

} // namespace bench

int main(api::BootInfo const& boot_info) {
    using namespace bench;
    static Lab lab{boot_info};
    test::start_uart(lab);
    lab.begin_tests();
    test::require(
        lab.invoke(Lab::tcb, api::Invocation::TcbSetPriority, {test::own_priority}, {Lab::tcb})
            .error == api::Error::None);
    std::size_t count = 0;
    for (auto const rows : {ipc_rows, signal_rows, memory_rows, cnode_rows, irq_rows}) {
        count += measure(rows, lab);
    }
    test::print("rows ", count);
    test::power_off(lab);
}
