// SPDX-License-Identifier: BSD-2-Clause
//
// Pages of device registers, cut out of the device untypeds.
#pragma once

#include <api/types.hpp>
#include <base/address.hpp>

#include <array>
#include <cstddef>

namespace test {

using api::Word;
class Lab;

class DeviceMemory {
public:
    void start(Lab& lab);

    /// Where in this program the page now is.
    [[nodiscard]] Word map(Lab& lab, base::PhysAddr page);

private:
    /// An untyped that nothing has been taken of.
    struct Piece {
        Word slot;
        Word begin;
        unsigned bits;
    };

    [[nodiscard]] Piece take(base::PhysAddr page);
    void add(Piece piece);

    std::array<Piece, 256> pieces_{};
    std::size_t count_{0};
    Word next_page_{0x1000'0000};
};

} // namespace test
