// SPDX-License-Identifier: BSD-2-Clause
//
// ProcessServiceTest: the service as it is when the system is up.
#pragma once

#include "cpio_writer.hpp"
#include "fake_system.hpp"
#include <init/badges.hpp>
#include <init/process_service.hpp>

#include <gtest/gtest.h>

namespace init_test {

inline api::BootInfo boot_info() {
    api::BootInfo info{};
    info.root_cnode_bits = 13;
    info.empty = {.start = 1000, .end = 8192};
    return info;
}

inline init::BootArchive archive(CpioWriter& cpio) {
    cpio.add("bin/broken", "not a program");
    cpio.add("bin/hello", small_program());
    cpio.add("bin/hwclock", small_program());
    cpio.add("bin/shell", small_program());
    return cpio.finish();
}

inline init::ObjectFactory factory_with_memory() {
    init::ObjectFactory factory{boot_info()};
    factory.memory().add(sys::Untyped{api::CPtr{20}}, 24);
    return factory;
}

/// Init with a shell, over a kernel, a pager and a console that are fakes.
class ProcessServiceTest : public testing::Test {
protected:
    ProcessServiceTest() {
        log.use(sys::Endpoint{speak});
        EXPECT_TRUE(spawner.prepare());
        EXPECT_TRUE(service.start(init::components().back())) << "the shell";
        shell = list().front();
    }

    /// A request of process `pid`; nothing if it is not answered now.
    template <typename R>
    std::optional<ipc::Result<typename R::Reply>> ask(init::Pid pid, R const& request) {
        return service.handle(api::Badge{pid}, request);
    }

    ipc::Result<ipc::process::Spawn::Reply> spawn(std::string_view command) {
        return *ask(shell, ipc::process::Spawn{
                               .command = ipc::Text<ipc::process::max_command>::of(command)});
    }

    /// A program that process `parent` starts.
    init::Pid child_of(init::Pid parent) {
        auto const reply =
            *ask(parent,
                 ipc::process::Spawn{.command = ipc::Text<ipc::process::max_command>::of("hello")});
        EXPECT_TRUE(reply);
        return reply ? reply->pid : 0;
    }

    /// As spawn(), for commands that are known to be right.
    init::Pid spawned(std::string_view command) {
        auto const reply = spawn(command);
        EXPECT_TRUE(reply);
        return reply ? reply->pid : 0;
    }

    std::vector<init::Pid> list() {
        std::vector<init::Pid> pids;
        for (auto next = ask(0, ipc::process::List{.after = 0}); *next;
             next = ask(0, ipc::process::List{.after = (*next)->pid})) {
            pids.push_back((*next)->pid);
        }
        return pids;
    }

    /// What was sent through reply objects so far.
    std::vector<ipc::Packet> answers() {
        std::vector<ipc::Packet> all;
        for (auto const& [object, packets] : system.sent) {
            all.insert(all.end(), packets.begin(), packets.end());
        }
        return all;
    }

    void expect_only_the_shell() {
        EXPECT_EQ(system.pager.spaces.size(), 1u);
        EXPECT_EQ(system.pager.untypeds.size(), 1u);
        EXPECT_EQ(list().size(), 1u);
    }

    /// The kernel's page of counters.
    std::array<api::Word, sizeof(api::KernelCounters) / sizeof(api::Word)> counter_page{
        sizeof counter_page};

    alignas(4096) std::array<std::byte, std::size_t{64} * 4096> own_memory{};
    FakeSystem system;
    init::ObjectFactory factory{factory_with_memory()};
    init::AddressSpace space{sys::VSpace{api::CPtr{3}}, factory};
    init::OwnPages pages{space,
                         base::UserAddr{reinterpret_cast<std::uintptr_t>(own_memory.data())}};
    init::Devices devices{factory, pages};
    init::Power power{devices, pages};
    CpioWriter cpio;
    init::BootArchive files{archive(cpio)};
    init::Log log;
    init::Connections connections{.init = sys::Endpoint{api::CPtr{10}},
                                  .console = sys::Endpoint{api::CPtr{11}},
                                  .pager = sys::Endpoint{api::CPtr{12}},
                                  .manage = sys::Endpoint{manage},
                                  .speak = sys::Endpoint{speak},
                                  .sched_control = sys::SchedControl{api::CPtr{13}}};
    init::Spawner spawner{factory, connections};
    init::InitTransport transport{connections.init, factory, pages};
    init::InitLoop loop{transport, *transport.new_reply_object()};
    init::ProcessService service{init::ProcessService::Parts{.spawner = spawner,
                                                             .archive = files,
                                                             .connections = connections,
                                                             .power = power,
                                                             .devices = devices,
                                                             .log = log,
                                                             .pages = pages,
                                                             .loop = loop,
                                                             .memory = {},
                                                             .boot_cost = {},
                                                             .counters = counter_page.data()}};
    init::Pid shell{0};
};

} // namespace init_test
