// SPDX-License-Identifier: BSD-2-Clause
//
// Starting what the table lists: first the servers, with what each is granted, then the programs.

#include <init/badges.hpp>
#include <init/counters.hpp>
#include <init/memory_use.hpp>
#include <init/own_capabilities.hpp>
#include <init/root_system.hpp>

namespace init {

void RootSystem::start_servers() {
    for (auto const& component : components()) {
        if (component.loading == Loading::Eager) {
            start_server(component);
        }
        if (component.grants.uart) {
            log_.use(connections_.speak);
        }
    }
}

void RootSystem::start_server(Component const& component) {
    auto const file = archive_.find(component.file);
    if (!file) {
        log_.fatal("the boot archive has no ", component.file);
    }
    ServerStarter starter{factory_, pages_, connections_.sched_control};
    auto server = starter.load(component, file->data);
    if (!server) {
        log_.fatal("cannot start ", component.name, ": ", server.error());
    }
    auto const cspace = need(hand_over(*server, component), component.name);
    need(starter.run(*server, component, cspace), component.name);
    if (component.runs_on_callers_time) {
        need(server->context.unbind(), component.name); // it waits for its first message by now
    }
}

sys::Result<sys::CNode> RootSystem::hand_over(Server& server, Component const& component) {
    if (component.grants.ram) {
        return hand_over_pager(server);
    }
    auto const attention = TRY(own_signal(interrupt_signal));
    return hand_over_console(server, factory_, devices_, connections_.console, attention);
}

/// What wakes init with `signal`.
sys::Result<sys::Notification> RootSystem::own_signal(api::Word signal) {
    return factory_.badged(notification_, api::Rights::Write, sys::notification_badge | signal);
}

sys::Result<sys::CNode> RootSystem::hand_over_pager(Server& server) {
    auto const report = TRY(own_signal(report_signal));
    PagerHandover pager{server, factory_, pages_};
    TRY(pager.make_cspace(ram_bytes()));
    TRY(pager.give_servers(connections_.pager, report));
    TRY(pager.give_worker(connections_.pager, connections_.sched_control));
    auto const size = archive_.bytes().size();
    auto const frames = size / api::page_size;
    auto const first = boot_info_.user_image_frames.end - frames;
    TRY(pager.give_archive(
        {.first_frame = sys::Frame{api::CPtr{first}}, .frame_count = frames, .size = size}));
    TRY(give_ram(pager));
    pager.give_chance(pager_key_, options_.randomises_layout);
    given_to_pager_ = pager.bytes_given();
    return pager.finish();
}

sys::Result<> RootSystem::give_ram(PagerHandover& pager) {
    for (std::size_t i = 0; i < untypeds().size(); ++i) {
        auto const& part = untypeds()[i];
        bool const is_split = plan_.split && plan_.split->index == i;
        if (part.is_device == 0 && !plan_.keep[i] && !is_split) {
            TRY(pager.give_untyped(untyped(i), base::PhysAddr{part.paddr}, part.size_bits));
        }
    }
    if (!plan_.split) {
        return {};
    }
    unsigned const whole_bits = untypeds()[plan_.split->index].size_bits;
    base::PhysAddr const start{untypeds()[plan_.split->index].paddr};
    auto slot = static_cast<api::Word>(split_pieces_) + 1;
    for (auto bits = plan_.split->keep_bits; bits < whole_bits; ++bits) {
        // Piece by piece: each lies as far in as it is big.
        TRY(pager.give_untyped(sys::Untyped{api::CPtr{slot++}}, start + base::bit(bits), bits));
    }
    return {};
}

/// Null if the kernel shows none.
api::Word const volatile* RootSystem::map_counters(std::span<std::byte const> extra) {
    auto const frame = counter_frame(extra);
    if (!frame) {
        return nullptr;
    }
    auto const address = need(pages_.map_to_read(sys::Frame{*frame}), "the kernel's counters");
    return reinterpret_cast<api::Word const volatile*>(address);
}

void RootSystem::make_service() {
    need(spawner_.prepare(), "slots");
    transport_.emplace(endpoint_, factory_, pages_);
    auto* const first_reply = transport_->new_reply_object();
    if (first_reply == nullptr) {
        log_.fatal("no memory for a reply object");
    }
    auto& loop = loop_.emplace(*transport_, *first_reply);
    auto& service = service_.emplace(
        ProcessService::Parts{.spawner = spawner_,
                              .archive = archive_,
                              .connections = connections_,
                              .power = power_,
                              .devices = devices_,
                              .log = log_,
                              .pages = pages_,
                              .loop = loop,
                              .memory = memory_use(extra(), ram_bytes() - given_to_pager_),
                              .boot_cost = {.instructions = instructions_before_},
                              .counters = map_counters(extra())});
    need(service.add_server(root_task()), "a process record");
    for (auto const& component : components()) {
        if (component.loading == Loading::Eager) {
            need(service.add_server(component), "a process record");
        }
    }
}

void RootSystem::start_programs(ProcessService& service) {
    for (auto const& component : components()) {
        if (component.loading == Loading::Eager) {
            continue;
        }
        if (auto const started = service.start(component); !started) {
            log_.fatal("cannot start ", component.name, ": ", ipc::describe(started.error()));
        }
    }
}

} // namespace init
