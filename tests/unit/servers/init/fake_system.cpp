// SPDX-License-Identifier: BSD-2-Clause
//
// Stands in for the system calls and the clock.

#include "fake_system.hpp"

#include <client/clock.hpp>
#include <sys/endpoint.hpp>

namespace init_test {

namespace {

FakeSystem* the_system = nullptr;
api::IpcBuffer the_buffer{};

} // namespace

FakeSystem::FakeSystem() {
    the_system = this;
}

FakeSystem::~FakeSystem() {
    the_system = nullptr;
}

bool FakePager::in_trouble() {
    return trouble.after == 0 || trouble.after-- == 0;
}

auto FakePager::handle(api::Badge, ipc::pager::CreateSpace const&)
    -> Result<ipc::pager::CreateSpace> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    spaces.insert(++last_space);
    return ipc::pager::CreateSpace::Reply{.space = last_space};
}

auto FakePager::handle(api::Badge, ipc::pager::CloneSpace const& request)
    -> Result<ipc::pager::CloneSpace> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    if (!spaces.contains(request.source)) {
        return base::fail(ipc::Error::NotFound);
    }
    if (request.target == 0) {
        spaces.insert(++last_space);
        return ipc::pager::CloneSpace::Reply{.space = last_space, .done = 0};
    }
    if (!spaces.contains(request.target)) {
        return base::fail(ipc::Error::NotFound);
    }
    if (buffers.contains(request.target)) {
        return base::fail(ipc::Error::AlreadyMapped); // before the clone was done
    }
    if (half_cloned_ != request.target) {
        half_cloned_ = request.target;
        return ipc::pager::CloneSpace::Reply{.space = request.target, .done = 0};
    }
    clones[request.target] = request.source;
    return ipc::pager::CloneSpace::Reply{.space = request.target, .done = 1};
}

auto FakePager::handle(api::Badge, ipc::pager::DestroySpace const& request)
    -> Result<ipc::pager::DestroySpace> {
    if (!spaces.contains(request.space)) {
        return base::fail(ipc::Error::NotFound);
    }
    if (half_ended_ != request.space) {
        half_ended_ = request.space;
        return ipc::pager::DestroySpace::Reply{.ended = 0};
    }
    spaces.erase(request.space);
    return ipc::pager::DestroySpace::Reply{.ended = 1};
}

auto FakePager::handle(api::Badge, ipc::pager::MapFile const& request)
    -> Result<ipc::pager::MapFile> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    files.push_back(request);
    return ipc::pager::MapFile::Reply{};
}

auto FakePager::handle(api::Badge, ipc::pager::SetQuota const& request)
    -> Result<ipc::pager::SetQuota> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    quotas[request.space] = request;
    return ipc::pager::SetQuota::Reply{};
}

auto FakePager::handle(api::Badge, ipc::pager::SetAccessPolicy const& request)
    -> Result<ipc::pager::SetAccessPolicy> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    forbidden[request.space] = request.forbidden;
    return ipc::pager::SetAccessPolicy::Reply{};
}

auto FakePager::handle(api::Badge, ipc::pager::MapStack const& request)
    -> Result<ipc::pager::MapStack> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    stacks.push_back(request);
    return ipc::pager::MapStack::Reply{};
}

auto FakePager::handle(api::Badge, ipc::pager::WatchStack const& request)
    -> Result<ipc::pager::WatchStack> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    watched.push_back(request);
    return ipc::pager::WatchStack::Reply{};
}

auto FakePager::handle(api::Badge, ipc::pager::MapDevice const& request)
    -> Result<ipc::pager::MapDevice> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    devices.push_back(request);
    return ipc::pager::MapDevice::Reply{.address = 0x1234'5000};
}

auto FakePager::handle(api::Badge, ipc::pager::MapBuffer const& request)
    -> Result<ipc::pager::MapBuffer> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    buffers.insert(request.space);
    return ipc::pager::MapBuffer::Reply{};
}

auto FakePager::handle(api::Badge, ipc::pager::TakeUntyped const&)
    -> Result<ipc::pager::TakeUntyped> {
    if (in_trouble()) {
        return base::fail(trouble.error);
    }
    untypeds.insert(last_untyped_);
    return ipc::pager::TakeUntyped::Reply{.id = last_untyped_++};
}

auto FakePager::handle(api::Badge, ipc::pager::ReturnUntyped const& request)
    -> Result<ipc::pager::ReturnUntyped> {
    if (untypeds.erase(request.id) == 0) {
        return base::fail(ipc::Error::NotFound);
    }
    return ipc::pager::ReturnUntyped::Reply{};
}

auto FakePager::handle(api::Badge, ipc::pager::TakeReport const&)
    -> Result<ipc::pager::TakeReport> {
    if (reports.empty()) {
        return base::fail(ipc::Error::NotFound);
    }
    auto const report = reports.front();
    reports.pop_front();
    return report;
}

ipc::Result<ipc::console::Write::Reply> FakeConsole::handle(api::Badge,
                                                            ipc::console::Write const& request) {
    text += request.view();
    return ipc::console::Write::Reply{};
}

ipc::Result<ipc::console::Forget::Reply> FakeConsole::handle(api::Badge,
                                                             ipc::console::Forget const& request) {
    forgotten.push_back(request.pid);
    return ipc::console::Forget::Reply{};
}

ipc::Result<ipc::console::TakeInterrupt::Reply>
FakeConsole::handle(api::Badge, ipc::console::TakeInterrupt const&) {
    return ipc::console::TakeInterrupt::Reply{.pressed = std::exchange(interrupted, false)};
}

sys::Received FakeSystem::call(api::CPtr target, sys::Outgoing message) {
    namespace to_pager = ipc::pager;
    auto const packet = sys::load({.badge = {}, .info = message.info, .words = message.words});
    std::optional<ipc::Packet> answer;
    if (target == manage) {
        answer = ipc::dispatch<to_pager::CreateSpace, to_pager::CloneSpace, to_pager::DestroySpace,
                               to_pager::MapFile, to_pager::MapStack, to_pager::MapDevice,
                               to_pager::MapBuffer, to_pager::SetQuota, to_pager::WatchStack,
                               to_pager::SetAccessPolicy, to_pager::TakeUntyped,
                               to_pager::ReturnUntyped, to_pager::TakeReport>(pager, {}, packet);
    } else {
        answer =
            ipc::dispatch<ipc::console::Write, ipc::console::Forget, ipc::console::TakeInterrupt>(
                console, {}, packet);
    }
    bool const begins_clone = packet.label == to_pager::CloneSpace::label &&
                              ipc::unpack<to_pager::CloneSpace>(packet).value().target == 0;
    bool const brings = begins_clone || packet.label == to_pager::CreateSpace::label ||
                        packet.label == to_pager::MapBuffer::label ||
                        packet.label == to_pager::TakeUntyped::label;
    auto const out = sys::store(*answer);
    bool const brought = brings && answer->label == 0;
    return {.badge = {},
            .info = api::MessageInfo::make(answer->label, answer->length, brought),
            .words = out.words};
}

} // namespace init_test

namespace sys {

api::IpcBuffer& ipc_buffer() {
    return init_test::the_buffer;
}

Received call(api::CPtr target, Outgoing message) {
    return init_test::the_system->call(target, message);
}

void send(api::CPtr target, Outgoing message) {
    init_test::the_system->sent[target].push_back(
        load({.badge = {}, .info = message.info, .words = message.words}));
}

// The tests hand requests to the service themselves: nothing is ever received.
Received recv(api::CPtr, api::CPtr) {
    return {};
}

Received reply_recv(api::CPtr, api::CPtr, Outgoing) {
    return {};
}

void yield() {}

void debug_put_char(char) {}

void debug_name_thread(api::CPtr, std::string_view name) {
    init_test::the_system->thread_names.emplace_back(name);
}

} // namespace sys

namespace client::clock {

std::uint64_t ticks() {
    return init_test::the_system->milliseconds;
}

std::uint64_t ticks_per_second() {
    return 1000;
}

} // namespace client::clock
