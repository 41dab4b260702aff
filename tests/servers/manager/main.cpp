// SPDX-License-Identifier: BSD-2-Clause
//
// A root task that starts the servers as init does, and then tests the pager with the rights that
// init has.

#include "lists.hpp"
#include "space.hpp"
#include <sys/start/runtime.hpp>

namespace test {

namespace {

init::RootSystem* root = nullptr;

pager::Statistics::Reply statistics() {
    return must(workshop().inspect(pager::Statistics{}));
}

/// The books balance; all memory is the pager's own or free; nobody is stopped.
void expect_nothing_left() {
    auto const check = must(workshop().inspect(pager::Check{}));
    if (!expect(check.discrepancy.view().empty())) {
        print("#   ", check.discrepancy.view());
    }
    expect_error(workshop().inspect(pager::SpaceStatistics{.after = 0}), Error::NotFound);
    expect_error(workshop().manage(pager::TakeReport{}), Error::NotFound);
    auto const sums = statistics();
    expect_equal(sums.anonymous, 0);
    expect_equal(sums.buffers, 0);
    expect_equal(sums.page_tables, 0);
    expect_equal(sums.kernel_objects, 0);
    expect_equal(sums.file_mapped, 0);
    expect_equal(sums.zero_mapped, 0);
    expect_equal(sums.free + sums.shared_zero + sums.pager, sums.total);
}

/// What the pager keeps for itself is the same after each test of a list, once they all have run.
void the_books_do_not_grow() {
    auto const round = [] {
        for (auto const& test : thread_tests) {
            test.run();
        }
        return statistics().free;
    };
    Word const before = round();
    expect_equal(round(), before);
}

constexpr Test last_tests[]{
    {"the books do not grow", the_books_do_not_grow},
};

} // namespace

Workshop& workshop() {
    static Workshop shop{root->parts()};
    return shop;
}

void print_text(std::string_view text) {
    root->parts().log.write(text);
}

void stop() {
    root->parts().power.change(ipc::process::PowerState::Off);
    sys::trap();
}

} // namespace test

int main(api::BootInfo const& boot_info);

int main(api::BootInfo const& boot_info) {
    using namespace test;
    static init::RootSystem system{boot_info};
    system.build();
    root = &system;
    Tests const lists[]{management_tests, access_tests,  clone_tests,   quota_tests,
                        device_tests,     growth_tests,  sharing_tests, thread_tests,
                        exhaustion_tests, hostile_tests, last_tests};
    run_all(lists, expect_nothing_left);
    stop();
}
