// SPDX-License-Identifier: BSD-2-Clause
//
// DeviceRegisters: pages of a device, made of an untyped that is lent for as long as they are used.
#pragma once

#include <pager/contiguous_block.hpp>
#include <pager/memory.hpp>

#include <array>

namespace pager {

class DeviceRegisters final : public ContiguousBlock {
public:
    static constexpr std::uint64_t max_pages = base::bit(api::large_page_bits - api::page_bits);

    /// The first `pages` pages of what `untyped` covers, a capability that is copied.
    [[nodiscard]] static Result<BlockUse> make(Memory& memory, UserAddr start, Slot untyped,
                                               std::uint64_t pages);

    [[nodiscard]] std::uint64_t frames() const override { return 0; }
    [[nodiscard]] std::uint64_t slots() const override { return 1 + pages_made_; }

private:
    DeviceRegisters(Memory& memory, UserAddr start, Slot untyped)
        : ContiguousBlock{start}, memory_{memory}, untyped_{untyped} {}
    ~DeviceRegisters() override;

    [[nodiscard]] Result<> add_pages(std::uint32_t count);

    [[nodiscard]] Slot capability(std::uint32_t page) const override {
        return groups_[page / group_slots] + page % group_slots;
    }

    Memory& memory_;
    Slot untyped_;
    std::uint32_t pages_made_{0};
    std::array<Slot, max_pages / group_slots> groups_{}; // slots in a row, for as many pages
};

} // namespace pager
