// SPDX-License-Identifier: BSD-2-Clause
//
// ProcessService: answers the process protocol, and hears of what the pager had to stop.
#pragma once

#include <init/boot_archive.hpp>
#include <init/devices.hpp>
#include <init/init_transport.hpp>
#include <init/log.hpp>
#include <init/power.hpp>
#include <init/spawner.hpp>

namespace init {

class ProcessService {
public:
    struct Parts {
        Spawner& spawner;
        BootArchive const& archive;
        Connections const& connections;
        Power& power;
        Devices& devices;
        Log const& log;
        OwnPages& pages;
        InitLoop& loop;
        ipc::process::Memory::Reply memory;
        ipc::process::BootCost::Reply boot_cost;
        api::Word const volatile* counters; // the kernel's; null: it shows none
    };

    explicit ProcessService(Parts const& parts) : parts_{parts}, records_{parts.pages} {}

    /// A server that runs already, for the list. Nothing can end it.
    sys::Result<> add_server(Component const& component);

    /// Starts a component whose memory the pager brings.
    ipc::Result<> start(Component const& component, unsigned quick_ends = 0);

    // What the loop calls.
    void on_signals(api::Word signals);
    std::optional<ipc::Packet> on_message(api::Badge badge, ipc::Packet const& packet);

    // One per request of the protocol; `badge` is the number of the caller.
    ipc::Result<ipc::process::Spawn::Reply> handle(api::Badge badge,
                                                   ipc::process::Spawn const& request);
    std::optional<ipc::Result<ipc::process::Kill::Reply>> handle(api::Badge badge,
                                                                 ipc::process::Kill const& request);
    std::optional<ipc::Result<ipc::process::Wait::Reply>> handle(api::Badge badge,
                                                                 ipc::process::Wait const& request);
    ipc::Result<ipc::process::List::Reply> handle(api::Badge badge,
                                                  ipc::process::List const& request);
    std::optional<ipc::Result<ipc::process::Exit::Reply>> handle(api::Badge badge,
                                                                 ipc::process::Exit const& request);
    ipc::Result<ipc::process::Arguments::Reply> handle(api::Badge badge,
                                                       ipc::process::Arguments const& request);
    ipc::Result<ipc::process::Program::Reply> handle(api::Badge badge,
                                                     ipc::process::Program const& request);
    ipc::Result<ipc::process::Power::Reply> handle(api::Badge badge,
                                                   ipc::process::Power const& request);
    ipc::Result<ipc::process::Memory::Reply> handle(api::Badge badge,
                                                    ipc::process::Memory const& request);
    ipc::Result<ipc::process::BootCost::Reply> handle(api::Badge badge,
                                                      ipc::process::BootCost const& request);
    ipc::Result<ipc::process::Counters::Reply> handle(api::Badge badge,
                                                      ipc::process::Counters const& request);
    ipc::Result<ipc::process::Fork::Reply> handle(api::Badge badge,
                                                  ipc::process::Fork const& request);
    ipc::Result<ipc::process::MapDevice::Reply> handle(api::Badge badge,
                                                       ipc::process::MapDevice const& request);

private:
    ipc::Result<Process*> start(Component const& component, BootArchive::File const& file,
                                std::string_view command, Pid parent);
    ipc::Result<Process*> add(Component const& component, std::string_view command, Pid parent,
                              auto start_it);
    [[nodiscard]] bool may_start_another(Pid parent) const;
    void finish(Process& process, ipc::process::State state, api::Word code);
    void take_reports();
    void interrupt_waits();
    [[nodiscard]] bool hears_of_interrupts(Pid pid) const;
    [[nodiscard]] bool take_interrupt();
    void forget_waits_of(Pid pid);
    void orphan_children_of(Pid pid);
    [[nodiscard]] bool has_power_over(Process const& process, Pid caller) const;
    void release_unless_missed(Process& process, Pid informed);
    void release(Process& process);
    void restart(Component const& component, unsigned quick_ends);

    void report(ipc::pager::TakeReport::Reply const& stopped);
    [[nodiscard]] static Pid caller(api::Badge badge);

    Parts parts_;
    ProcessTable table_;
    Slab<Process, OwnPages> records_;
};

} // namespace init
