// SPDX-License-Identifier: BSD-2-Clause
//
// A terminal that types a script and remembers what it was shown, and a system of a few processes.
#pragma once

#include <shell/system.hpp>
#include <shell/terminal.hpp>

#include <deque>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace shell::test {

/// What read() throws when the script is over, so that a test gets out of the shell's loop.
struct EndOfScript : std::runtime_error {
    EndOfScript() : std::runtime_error{"the script is over"} {}
};

class FakeTerminal final : public Terminal {
public:
    struct Batch {
        std::string text;
        std::size_t lost{0};
    };

    void type(std::string text, std::size_t lost = 0) {
        batches.push_back({.text = std::move(text), .lost = lost});
    }

    void write(std::string_view text) override { shown += text; }

    Input read() override {
        if (batches.empty()) {
            throw EndOfScript{};
        }
        current = batches.front();
        batches.pop_front();
        return {.text = current.text, .lost = current.lost};
    }

    void bring_to_front(std::uint64_t pid) override { brought_to_front.push_back(pid); }

    bool interrupted() override {
        if (interrupts == 0) {
            return false;
        }
        --interrupts;
        return interrupts == 0;
    }

    /// What was shown, without colours.
    [[nodiscard]] std::string plain() const {
        std::string result;
        for (std::size_t i = 0; i < shown.size(); ++i) {
            if (shown[i] == '\x1b' && i + 1 < shown.size() && shown[i + 1] == '[') {
                auto const end = shown.find_first_of("mKHJC", i);
                if (end != std::string::npos && shown[end] == 'm') {
                    i = end;
                    continue;
                }
            }
            result += shown[i];
        }
        return result;
    }

    std::deque<Batch> batches;
    Batch current;
    std::string shown;
    std::vector<std::uint64_t> brought_to_front;
    int interrupts{0}; // interrupted() answers yes for the time it has been asked so often
};

/// Answers from lists that the tests fill.
class FakeSystem final : public System {
public:
    struct Process {
        std::string name;
        ipc::process::State state{ipc::process::State::Running};
        bool is_server{false};
        Word priority{100};
        Word code{0};
    };

    struct Region {
        ipc::pager::RegionKind kind;
        ipc::pager::Access access;
        Word start;
        std::string pages;
    };

    FakeSystem();

    ipc::Result<Word> spawn(std::string_view command) override;
    ipc::Result<ipc::process::Wait::Reply> wait(Word pid) override;
    ipc::Result<> kill(Word pid) override;
    ipc::Result<ipc::process::List::Reply> next_process(Word after) override;
    ipc::Result<ipc::process::Program::Reply> program(Word index) override;
    ipc::Result<ipc::process::Memory::Reply> memory() override { return memory_reply; }
    ipc::Result<ipc::process::Counters::Reply> kernel_counters() override { return counters_reply; }
    ipc::Result<> power(ipc::process::PowerState state) override;
    ipc::Result<ipc::pager::Statistics::Reply> pager_statistics() override { return pager_reply; }
    ipc::Result<ipc::pager::SpaceStatistics::Reply> next_space(Word after) override;
    ipc::Result<ipc::pager::PageMap::Reply> page_map(ipc::pager::PageMap const& where) override;
    ipc::Result<ipc::pager::CopyOnWrite::Reply> copy_on_write() override { return cow_reply; }
    ipc::Result<ipc::pager::LazyStatistics::Reply> lazy_statistics(Word pid) override;
    ipc::Result<ipc::pager::Growth::Reply> growth(Word) override { return growth_reply; }
    ipc::Result<> set_growth(ipc::pager::SetGrowth const& limits) override;
    ipc::Result<ipc::pager::Check::Reply> check_books() override { return check_reply; }
    ipc::Result<> protect_page(ipc::pager::ProtectPage const& page) override;

    ipc::Result<> set_tracing(ipc::pager::Tracing wanted) override;
    ipc::Result<ipc::pager::TracedFaults::Reply> traced_faults(Word from) override;

    std::uint64_t microseconds_since_boot() override { return now += tick; }
    std::uint64_t ticks_per_second() override { return 10'000'000; }

    std::map<Word, Process> processes;
    std::vector<std::pair<std::string, Word>> programs{
        {"hello", 4096}, {"misbehave", 8192}, {"touch", 12288}};
    std::vector<ipc::pager::SpaceStatistics::Reply> spaces;
    std::map<Word, std::vector<Region>> regions; // of a process, by address
    ipc::Result<ipc::process::Memory::Reply> memory_reply;
    ipc::Result<ipc::process::Counters::Reply> counters_reply;
    std::function<void()> on_spawn{[] {}};
    ipc::Result<ipc::pager::Statistics::Reply> pager_reply;
    ipc::Result<ipc::pager::CopyOnWrite::Reply> cow_reply{ipc::pager::CopyOnWrite::Reply{}};
    std::map<Word, ipc::pager::LazyStatistics::Reply> lazy; // of a process
    ipc::Result<ipc::pager::Check::Reply> check_reply{ipc::pager::Check::Reply{}};
    ipc::Result<ipc::pager::Growth::Reply> growth_reply{{.max_stack = ipc::pager::Growth::unlimited,
                                                         .max_heap = ipc::pager::Growth::unlimited,
                                                         .max_ahead = 15,
                                                         .grown = 7,
                                                         .checked = 6,
                                                         .refused = 1,
                                                         .trimmed = 20}};
    ipc::Result<> set_growth_reply;
    std::vector<ipc::pager::SetGrowth> growth_requests;
    ipc::Result<> protect_reply;
    std::vector<ipc::pager::ProtectPage> protect_requests;
    ipc::pager::Tracing tracing{ipc::pager::Tracing::Off};
    ipc::Result<> tracing_reply;
    Word first_traced{0}; // number of the oldest of these
    std::vector<ipc::pager::TracedFault> traced;
    std::function<void()> on_read_trace{[] {}}; // after an answer
    ipc::Result<> power_reply;
    std::vector<ipc::process::PowerState> power_requests;

    std::vector<std::string> spawned;
    std::vector<Word> waited;
    ipc::Result<> spawn_reply;
    ipc::process::State end_state{ipc::process::State::Exited};
    Word end_code{0};
    int interrupt_wait{0}; // the wait, counted from 1, that ctrl-C interrupts
    Word next_pid{7};
    std::uint64_t now{0};
    std::uint64_t tick{0};
};

} // namespace shell::test
