// SPDX-License-Identifier: BSD-2-Clause
//
// Who has what, as the pager says.

#include "system.hpp"

namespace test {

namespace pager = ipc::pager;
using client::pager_server;
using ipc::process::State;

pager::Statistics::Reply statistics() {
    return must(ipc::call(pager_server, pager::Statistics{}));
}

/// This program is the first, and the only one between two tests.
pager::SpaceStatistics::Reply own_space() {
    return must(ipc::call(pager_server, pager::SpaceStatistics{.after = 0}));
}

void expect_nothing_left() {
    auto const check = must(ipc::call(pager_server, pager::Check{}));
    if (!expect(check.discrepancy.view().empty())) {
        print("#   ", check.discrepancy.view());
    }
    auto const self = own_space();
    expect_error(ipc::call(pager_server, pager::SpaceStatistics{.after = self.space}),
                 ipc::Error::NotFound);
    auto const all = statistics();
    auto const own = own_space();
    expect_equal(all.anonymous, own.anonymous);
    expect_equal(all.buffers, own.buffers);
    expect_equal(all.page_tables, own.page_tables);
    expect_equal(all.file_mapped, own.file);
    expect_equal(all.zero_mapped, own.zero);
    static Word const kernel_objects = all.kernel_objects; // after the first test
    expect_equal(all.kernel_objects, kernel_objects);
}

ipc::process::Wait::Reply run(std::string_view command, Location where) {
    return must(client::process::wait(must(client::process::spawn(command), where)), where);
}

namespace {

void expect_end(std::string_view command, State state, Location where) {
    auto const end = run(command, where);
    bool const good = end.state == state && end.code == 0;
    if (!expect(good, where)) {
        print("#   '", command, "' ended with state ", static_cast<Word>(end.state), ", code ",
              end.code);
    }
}

} // namespace

void expect_good(std::string_view command, Location where) {
    expect_end(command, State::Exited, where);
}

void expect_stopped(std::string_view command, Location where) {
    expect_end(command, State::Faulted, where);
}

} // namespace test
