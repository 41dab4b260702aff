// SPDX-License-Identifier: BSD-2-Clause
//
// Creation: one constructor per object type.

#include <kernel/config.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/create.hpp>
#include <kernel/object/endpoint.hpp>
#include <kernel/object/notification.hpp>
#include <kernel/object/reply.hpp>

#include <new>

namespace kernel {

using api::ObjectType;

namespace {

template <typename T>
T& construct(PhysAddr address) {
    return *new (arch::kernel_address(address).as_pointer<void>()) T;
}

Capability make_tcb(KernelState& kernel, PhysAddr address) {
    auto& tcb = construct<Tcb>(address);
    tcb.domain = kernel.domains.current();
    if constexpr (config::debug) {
        kernel.threads.push_back(tcb);
    }
    return Capability::tcb(address);
}

} // namespace

bool is_frame(ObjectType type) {
    return type == ObjectType::SmallPage || type == ObjectType::LargePage ||
           type == ObjectType::HugePage;
}

Capability make_object(KernelState& kernel, ObjectType type, PhysAddr address, unsigned size_bits,
                       bool is_device) {
    switch (type) {
    case ObjectType::Untyped: return Capability::untyped(address, size_bits, is_device);
    case ObjectType::Tcb: return make_tcb(kernel, address);
    case ObjectType::Endpoint:
        construct<Endpoint>(address);
        return Capability::endpoint(address, Rights::All);
    case ObjectType::Notification:
        construct<Notification>(address);
        return Capability::notification(address, Rights::ReadWrite);
    case ObjectType::Reply: construct<Reply>(address); return Capability::reply(address, true);
    case ObjectType::CNode: return Capability::cnode(address, size_bits);
    case ObjectType::SchedContext:
        construct<SchedContext>(address);
        return Capability::sched_context(address, size_bits);
    case ObjectType::SmallPage:
        return Capability::frame(address, FrameSize::Small, is_device, FrameRights::ReadWrite);
    case ObjectType::LargePage:
        return Capability::frame(address, FrameSize::Large, is_device, FrameRights::ReadWrite);
    case ObjectType::HugePage:
        return Capability::frame(address, FrameSize::Huge, is_device, FrameRights::ReadWrite);
    case ObjectType::VSpace: return Capability::vspace(address);
    case ObjectType::PageTable: return Capability::page_table(address);
    }
    return {};
}

} // namespace kernel
