// SPDX-License-Identifier: BSD-2-Clause
//
// RootSystem: all of init's parts, and the order in which they come up.
#pragma once

#include <init/boot_archive.hpp>
#include <init/boot_options.hpp>
#include <init/console_handover.hpp>
#include <init/pager_handover.hpp>
#include <init/process_service.hpp>
#include <init/ram_plan.hpp>
#include <sys/instruction_counter.hpp>

namespace init {

class RootSystem {
public:
    explicit RootSystem(api::BootInfo const& boot_info);

    /// Starts the servers in the table; what goes wrong is said, and nothing goes on after it.
    void build();

    /// Starts the programs in the table, and answers all that are there.
    [[noreturn]] void serve();

    /// What was built, for a root task that does something else with it than serve: tests.
    struct Parts {
        ObjectFactory& factory;
        Connections const& connections;
        BootArchive const& archive;
        InitLoop& loop;
        Power& power;
        Devices& devices;
        Log const& log;
    };

    [[nodiscard]] Parts parts();

private:
    void take_ram();
    void split_ram(Split const& split);
    void take_devices();
    void check_archive();
    void make_endpoints();
    void read_options();
    void start_servers();
    void start_server(Component const& component);
    sys::Result<sys::CNode> hand_over(Server& server, Component const& component);
    sys::Result<sys::CNode> hand_over_pager(Server& server);
    sys::Result<sys::Notification> own_signal(api::Word signal);
    sys::Result<> give_ram(PagerHandover& pager);
    void make_service();
    void start_programs(ProcessService& service);
    [[nodiscard]] std::span<std::byte const> extra() const;
    [[nodiscard]] api::Word const volatile* map_counters(std::span<std::byte const> extra);

    /// The value of a step that must succeed.
    template <typename T>
    T need(sys::Result<T> const& result, std::string_view what);

    [[nodiscard]] std::span<api::UntypedDescription const> untypeds() const;
    [[nodiscard]] sys::Untyped untyped(std::size_t index) const;
    [[nodiscard]] std::uint64_t ram_bytes() const;

    std::uint64_t const instructions_before_{sys::instructions_executed()}; // first of all
    api::BootInfo const& boot_info_;
    Log log_;
    ObjectFactory factory_;
    AddressSpace own_space_;
    OwnPages pages_;
    Devices devices_;
    BootArchive archive_;
    RamPlan plan_;
    api::CPtr split_pieces_{api::null_cptr}; // init's piece, then those of the pager
    sys::Endpoint endpoint_;                 // init's own, with all rights
    sys::Notification notification_;         // likewise, bound to its thread
    std::uint64_t given_to_pager_{0};
    Connections connections_{};
    BootOptions options_{};
    base::Random::Key pager_key_{};
    Power power_;
    Spawner spawner_;
    std::optional<InitTransport> transport_;
    std::optional<InitLoop> loop_;
    std::optional<ProcessService> service_;
};

template <typename T>
T RootSystem::need(sys::Result<T> const& result, std::string_view what) {
    if (!result) {
        log_.fatal(what, ": ", sys::describe(result.error().code));
    }
    if constexpr (!std::is_void_v<T>) {
        return *result;
    }
}

} // namespace init
