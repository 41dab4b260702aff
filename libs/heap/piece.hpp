// SPDX-License-Identifier: BSD-2-Clause
//
// Pieces: what a heap's memory is used for, for those who want to see where the free parts lie.
#pragma once

#include <cstddef>

namespace heap {

struct Piece {
    std::byte const* begin;
    std::size_t size;
    std::size_t used; // of its bytes: all that is not free, headers included
};

class PieceVisitor {
public:
    virtual void visit(Piece const& piece) = 0;

protected:
    ~PieceVisitor() = default; // never owned through this interface
};

} // namespace heap
