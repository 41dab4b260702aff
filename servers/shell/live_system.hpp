// SPDX-License-Identifier: BSD-2-Clause
//
// LiveSystem: init, the pager and the clock as the shell's commands see them.
#pragma once

#include <shell/system.hpp>

namespace shell {

class LiveSystem final : public System {
public:
    ipc::Result<Word> spawn(std::string_view command) override;
    ipc::Result<ipc::process::Wait::Reply> wait(Word pid) override;
    ipc::Result<> kill(Word pid) override;
    ipc::Result<ipc::process::List::Reply> next_process(Word after) override;
    ipc::Result<ipc::process::Program::Reply> program(Word index) override;
    ipc::Result<ipc::process::Memory::Reply> memory() override;
    ipc::Result<ipc::process::Counters::Reply> kernel_counters() override;
    ipc::Result<> power(ipc::process::PowerState state) override;

    ipc::Result<ipc::pager::Statistics::Reply> pager_statistics() override;
    ipc::Result<ipc::pager::SpaceStatistics::Reply> next_space(Word after) override;
    ipc::Result<ipc::pager::PageMap::Reply> page_map(ipc::pager::PageMap const& where) override;
    ipc::Result<ipc::pager::CopyOnWrite::Reply> copy_on_write() override;
    ipc::Result<ipc::pager::LazyStatistics::Reply> lazy_statistics(Word pid) override;
    ipc::Result<ipc::pager::Growth::Reply> growth(Word pid) override;
    ipc::Result<> set_growth(ipc::pager::SetGrowth const& limits) override;
    ipc::Result<ipc::pager::Check::Reply> check_books() override;
    ipc::Result<> protect_page(ipc::pager::ProtectPage const& page) override;
    ipc::Result<> set_tracing(ipc::pager::Tracing tracing) override;
    ipc::Result<ipc::pager::TracedFaults::Reply> traced_faults(Word from) override;

    std::uint64_t microseconds_since_boot() override;
    std::uint64_t ticks_per_second() override;
    std::uint64_t instructions_executed() override;
    std::uint64_t instructions_before_init() override;
    std::uint64_t instructions_before_prompt() override { return instructions_before_prompt_; }
    void prompt_reached() override { instructions_before_prompt_ = instructions_executed(); }

private:
    std::uint64_t instructions_before_prompt_{0};
};

} // namespace shell
