// SPDX-License-Identifier: BSD-2-Clause

#include <init/process_table.hpp>

#include <array>
#include <gtest/gtest.h>

namespace {

TEST(ProcessTable, NumbersGoUpAndAreNotTakenTwice) {
    init::ProcessTable table;
    auto const first = table.next_pid();
    EXPECT_GT(first, 3u) << "behind init and the servers";
    EXPECT_GT(table.next_pid(), first);
}

TEST(ProcessTable, ListsInOrderWhateverTheOrderOfStarts) {
    init::ProcessTable table;
    std::array<init::Process, 3> processes{};
    for (std::size_t i = 0; i < processes.size(); ++i) {
        processes[i].pid = std::array<init::Pid, 3>{7, 1, 4}[i];
        table.add(processes[i]);
    }
    EXPECT_EQ(table.after(0)->pid, 1u);
    EXPECT_EQ(table.after(1)->pid, 4u);
    EXPECT_EQ(table.after(4)->pid, 7u);
    EXPECT_EQ(table.after(7), nullptr);
}

TEST(ProcessTable, FindsOnlyWhatIsThere) {
    init::ProcessTable table;
    init::Process process;
    process.pid = 5;
    table.add(process);
    EXPECT_EQ(table.find(5), &process);
    EXPECT_EQ(table.find(4), nullptr);
    EXPECT_EQ(table.find(0), nullptr);
    table.remove(process);
    EXPECT_EQ(table.find(5), nullptr);
}

TEST(ProcessTable, MayRemoveWhileWalking) {
    init::ProcessTable table;
    std::array<init::Process, 4> processes{};
    for (std::size_t i = 0; i < processes.size(); ++i) {
        processes[i].pid = i + 1;
        table.add(processes[i]);
    }
    int seen = 0;
    table.for_each([&](init::Process& process) {
        ++seen;
        table.remove(process);
    });
    EXPECT_EQ(seen, 4);
    EXPECT_EQ(table.after(0), nullptr);
}

} // namespace
