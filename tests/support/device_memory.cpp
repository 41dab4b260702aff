// SPDX-License-Identifier: BSD-2-Clause
//
// Pages of device registers: an untyped is halved until it is the page.

#include "device_memory.hpp"

#include "lab.hpp"

namespace test {

using api::ObjectType;

void DeviceMemory::start(Lab& lab) {
    auto const region = lab.boot_info().untyped;
    for (Word i = 0; i < region.end - region.start; ++i) {
        auto const& untyped = lab.boot_info().untyped_list[i];
        if (untyped.is_device != 0) {
            add({region.start + i, untyped.paddr, untyped.size_bits});
        }
    }
    lab.prepare_tables(next_page_);
}

void DeviceMemory::add(Piece piece) {
    require(count_ < pieces_.size());
    pieces_[count_++] = piece;
}

DeviceMemory::Piece DeviceMemory::take(base::PhysAddr page) {
    for (std::size_t i = 0; i < count_; ++i) {
        auto const piece = pieces_[i];
        if (page.raw() - piece.begin < base::bit(piece.bits)) {
            pieces_[i] = pieces_[--count_];
            return piece;
        }
    }
    require(false);
    return {};
}

Word DeviceMemory::map(Lab& lab, base::PhysAddr page) {
    auto piece = take(page);
    while (piece.bits > api::page_bits) {
        auto const bits = piece.bits - 1;
        auto const halves = lab.retype(piece.slot, ObjectType::Untyped, bits, lab.slots(2), 2);
        Piece const low{halves, piece.begin, bits};
        Piece const high{halves + 1, piece.begin + base::bit(bits), bits};
        bool const is_low = page.raw() < high.begin;
        add(is_low ? high : low);
        piece = is_low ? low : high;
    }
    auto const frame = lab.retype(piece.slot, ObjectType::SmallPage, 0, lab.slots());
    auto const address = std::exchange(next_page_, next_page_ + api::page_size);
    auto const answer = lab.invoke(
        frame, api::Invocation::PageMap,
        {address, api::Rights::ReadWrite.bits(), api::page_execute_never}, {Lab::vspace});
    require(answer.error == api::Error::None);
    return address;
}

} // namespace test
