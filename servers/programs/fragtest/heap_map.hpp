// SPDX-License-Identifier: BSD-2-Clause
//
// HeapMap: a heap's memory as a picture, in order of address, without the gaps between its parts.
#pragma once

#include <base/bits.hpp>
#include <heap/page_source.hpp>
#include <heap/piece.hpp>

#include <algorithm>
#include <array>

namespace fragtest {

class HeapMap final : public heap::PieceVisitor {
public:
    static constexpr std::size_t max_marks = 256;

    /// One mark stands for as many bytes as it must, so that `held` fit.
    explicit constexpr HeapMap(std::size_t held)
        : bytes_per_mark_{base::align_up(held / max_marks + 1, heap::page_bits)}, held_{held} {}

    void visit(heap::Piece const& piece) override {
        for (std::size_t done = 0; done < piece.size;) {
            auto const index = position_ / bytes_per_mark_;
            auto const room = (index + 1) * bytes_per_mark_ - position_;
            auto const part = std::min(room, piece.size - done);
            used_.at(index) += share(piece, done + part) - share(piece, done);
            done += part;
            position_ += part;
        }
    }

    [[nodiscard]] std::size_t bytes_per_mark() const { return bytes_per_mark_; }

    [[nodiscard]] std::size_t marks() const {
        return (held_ + bytes_per_mark_ - 1) / bytes_per_mark_;
    }

    /// '#' used, '+' half of it or more, '-' less, '.' free.
    [[nodiscard]] char mark(std::size_t index) const {
        auto const size = std::min(bytes_per_mark_, held_ - index * bytes_per_mark_);
        auto const used = used_.at(index);
        if (used == 0) {
            return '.';
        }
        if (used < size / 2) {
            return '-';
        }
        return used < size - size / 8 ? '+' : '#';
    }

private:
    /// Of the used bytes, those in the first `size` bytes: as if they were spread evenly.
    static std::size_t share(heap::Piece const& piece, std::size_t size) {
        return piece.used * size / piece.size;
    }

    std::size_t bytes_per_mark_;
    std::size_t held_;
    std::size_t position_{0};
    std::array<std::size_t, max_marks> used_{};
};

} // namespace fragtest
