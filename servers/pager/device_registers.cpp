// SPDX-License-Identifier: BSD-2-Clause
//
// DeviceRegisters: whoever lent the untyped can lend it again once nothing is made of it any more.

#include <base/scope_guard.hpp>
#include <pager/device_registers.hpp>

#include <algorithm>

namespace pager {

Result<BlockUse> DeviceRegisters::make(Memory& memory, UserAddr start, Slot untyped,
                                       std::uint64_t pages) {
    Slot const copy = TRY(memory.slots.take());
    base::ScopeGuard give{[&] { memory.slots.give(copy); }};
    if (!memory.port.copy(untyped, copy, api::Rights::All)) {
        return base::fail(Error::BadMessage);
    }
    give.disarm();
    auto* const registers = new DeviceRegisters{memory, start, copy};
    BlockUse use{*registers};
    for (std::uint64_t left = pages; left > 0;) {
        auto const count = std::min<std::uint64_t>(left, group_slots);
        TRY(registers->add_pages(static_cast<std::uint32_t>(count)));
        left -= count;
    }
    return use;
}

/// The kernel refuses only what is no untyped, or too small a one.
Result<> DeviceRegisters::add_pages(std::uint32_t count) {
    Slot const first = TRY(memory_.slots.take_group());
    auto const give = [&](std::uint32_t from) {
        for (std::uint32_t i = from; i < group_slots; ++i) {
            memory_.slots.give(first + i);
        }
    };
    if (!memory_.port.retype(untyped_, api::ObjectType::SmallPage, 0, first, count)) {
        give(0);
        return base::fail(Error::BadMessage);
    }
    give(count);
    groups_[pages_made_ / group_slots] = first;
    pages_made_ += count;
    return {};
}

DeviceRegisters::~DeviceRegisters() {
    if (pages_made_ > 0) {
        memory_.port.revoke(untyped_); // empties the slots as well
    }
    for (std::uint32_t page = 0; page < pages_made_; ++page) {
        memory_.slots.give(capability(page));
    }
    memory_.erase_copy(untyped_);
}

} // namespace pager
