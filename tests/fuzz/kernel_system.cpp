// SPDX-License-Identifier: BSD-2-Clause
//
// Boot, and the objects that system calls are then tried on.

#include "kernel_system.hpp"

#include <api/boot_info.hpp>
#include <api/syscall.hpp>
#include <arch/boot.hpp>
#include <kernel/boot/root_task.hpp>
#include <kernel/syscall/entry.hpp>

#include <algorithm>
#include <cstdlib>

namespace fuzz {

using api::Invocation;
using api::ObjectType;
using base::PhysAddr;
using base::PhysRange;
using kernel::Slot;
using kernel::Tcb;
namespace initial_slot = api::initial_slot;

namespace {

constexpr PhysRange ram{PhysAddr{0}, PhysAddr{0x40'0000}};
constexpr PhysRange image{PhysAddr{0x20'0000}, PhysAddr{0x20'2000}};
constexpr base::UserAddr image_address{0x40'0000};

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

} // namespace

KernelSystem::KernelSystem() {
    boot();
    make_objects();
    auto const begin = arch::kernel_address(image.begin);
    places_.add(kernel_.get(), sizeof(kernel::KernelState));
    places_.add(begin.as_pointer<void>(), ram.end - image.begin);
    fresh_ = places_.read();
    machine_ = arch::fake_machine();
}

void KernelSystem::reset() {
    places_.write(fresh_);
    arch::fake_machine() = machine_;
}

bool KernelSystem::idle() const {
    return kernel_->core.current == &kernel_->core.idle_thread;
}

void KernelSystem::boot() {
    arch::reset_fake_machine();
    kernel::boot::MemoryMap memory;
    require(memory.add_ram(ram).has_value());
    require(memory.reserve(arch::kernel_image(), api::MemoryUse::Kernel).has_value());
    require(memory.reserve(image, api::MemoryUse::RootImage).has_value());
    require(start_root_task(*kernel_, memory,
                            {.image = image,
                             .image_offset = image.begin.raw() - image_address.raw(),
                             .image_entry = image_address,
                             .device_tree = {}})
                .has_value());
}

void KernelSystem::call(Word cptr, Invocation label, std::vector<Word> const& words,
                        std::vector<Word> const& caps) {
    auto& thread = current();
    auto& buffer = *thread.ipc_buffer(Tcb::BufferUse::Send);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i < api::register_message_words) {
            thread.context.set_message_word(i, words[i]);
        } else {
            buffer.words[i] = words[i];
        }
    }
    std::ranges::copy(caps, buffer.caps_or_badges.begin());
    thread.context.set_message_info(
        api::MessageInfo::make(std::to_underlying(label), words.size(), caps.size()));
    thread.context.x[0] = cptr;
    handle_syscall(*kernel_, std::to_underlying(api::Syscall::Call));
    require(thread.context.message_info().label() == 0);
}

Word KernelSystem::make(ObjectType type, Word size_bits) {
    call(untyped_, Invocation::UntypedRetype,
         {std::to_underlying(type), size_bits, 0, 0, next_slot_, 1}, {initial_slot::cnode});
    slots_.push_back(next_slot_);
    return next_slot_++;
}

Word KernelSystem::mint(Word source, Word badge) {
    call(initial_slot::cnode, Invocation::CNodeMint, {next_slot_, 64, source, 64, 15, badge},
         {initial_slot::cnode});
    slots_.push_back(next_slot_);
    return next_slot_++;
}

void KernelSystem::make_thread(Word priority, Word context, Word handler) {
    constexpr Word most_priority = 120;
    auto const thread = make(ObjectType::Tcb);
    auto const frame = make(ObjectType::SmallPage);
    call(thread, Invocation::TcbConfigure, {0, 0, 0x10'0000},
         {initial_slot::cnode, initial_slot::vspace, frame});
    call(sched_control_, Invocation::SchedControlConfigureFlags,
         {300, priority % 2 == 0 ? 300u : 1000u, 3, context, 1}, {context});
    call(thread, Invocation::TcbSetSchedParams, {most_priority, priority},
         {initial_slot::tcb, context, handler});
    call(thread, Invocation::TcbResume, {});
}

void KernelSystem::make_objects() {
    auto* const slots = &current().slot(Tcb::CSpaceRoot).cap.object<Slot>();
    auto const count = base::bit(current().slot(Tcb::CSpaceRoot).cap.radix());
    for (Word i = 0; i < count; ++i) {
        auto const& cap = slots[i].cap;
        bool const is_ram = cap.is(kernel::CapKind::Untyped) && !cap.untyped_is_device();
        if (is_ram && (untyped_ == 0 || cap.size_bits() > slots[untyped_].cap.size_bits())) {
            untyped_ = i;
        }
        if (cap.is(kernel::CapKind::SchedControl)) {
            sched_control_ = i;
            slots_.push_back(i);
        }
        // Behind the untypeds all is empty, but for the counters at the very end.
        next_slot_ = cap.is(kernel::CapKind::Untyped) ? i + 1 : next_slot_;
        if (!slots[i].empty() && (i <= initial_slot::smc || i % 16 == 0)) {
            slots_.push_back(i);
        }
    }
    slots_.push_back(untyped_);

    std::vector<Word> contexts;
    std::vector<Word> endpoints;
    for (int i = 0; i < 3; ++i) {
        auto const endpoint = make(ObjectType::Endpoint);
        endpoints.push_back(endpoint);
        mint(endpoint, 1);
        auto const notification = make(ObjectType::Notification);
        auto const badged = mint(notification, 2);
        make(ObjectType::Reply);
        contexts.push_back(make(ObjectType::SchedContext, 8));
        make(ObjectType::PageTable);
        call(initial_slot::irq_control, Invocation::IrqIssueHandler,
             {40 + static_cast<Word>(i), next_slot_, 64}, {initial_slot::cnode});
        slots_.push_back(next_slot_);
        call(next_slot_++, Invocation::IrqSetHandler, {}, {badged});
    }
    make(ObjectType::CNode, 2);
    make(ObjectType::SmallPage);
    make(ObjectType::SmallPage);
    make(ObjectType::Untyped, 12);
    make(ObjectType::Untyped, 13);
    auto const space = make(ObjectType::VSpace);
    call(initial_slot::asid_pool, Invocation::AsidPoolAssign, {}, {space});
    for (std::size_t i = 0; i < contexts.size(); ++i) {
        make_thread(99 + i, contexts[i], endpoints[0]);
    }
    make(ObjectType::SchedContext, 8);
    for (int i = 0; i < 8; ++i) {
        slots_.push_back(next_slot_++);
    }
    call(initial_slot::tcb, Invocation::TcbSetPriority, {100}, {initial_slot::tcb});
}

} // namespace fuzz
