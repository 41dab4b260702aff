// SPDX-License-Identifier: BSD-2-Clause
//
// BlockHeader: the word in front of every block, whoever made it. A pointer to a block leads to it,
// and it leads to whatever the block is part of.
#pragma once

#include <heap/seal.hpp>

#include <cstddef>
#include <cstdint>

namespace heap {

/// Blocks begin at multiples of this, and so their headers lie just below such multiples.
inline constexpr unsigned granule_bits = 4;
inline constexpr std::size_t granule = std::size_t{1} << granule_bits;

enum class Kind : std::uint8_t {
    None = 0, // never: zeroes are no header
    // In a run that is cut into blocks. The length reaches from this header to the next.
    Block = 1,
    Slab = 2, // a block that is cut into objects
    Free = 3, // its last word is its length, so that the block behind it finds its header
    End = 4,  // the last header of a run; nothing behind it
    // In a slab. The length reaches back from the payload to the slab.
    Object = 5,
    FreeObject = 6,
    // Alone in a run. The length reaches back from the payload to the run.
    Direct = 7,
};

class BlockHeader {
public:
    static BlockHeader& of(void* payload) { return *(static_cast<BlockHeader*>(payload) - 1); }

    static BlockHeader& at(std::byte* address) { return *reinterpret_cast<BlockHeader*>(address); }

    [[nodiscard]] bool sealed() const { return is_sealed(word_, this); }

    [[nodiscard]] Kind kind() const { return KindField::get(word_); }

    [[nodiscard]] std::size_t length() const { return Granules::get(word_) * granule; }

    [[nodiscard]] bool previous_is_free() const { return PreviousIsFree::get(word_); }

    /// `length` is a multiple of the granule.
    void set(Kind kind, std::size_t length, bool previous_is_free = false) {
        auto const word = Granules::set(std::uint64_t{0}, length / granule);
        seal_as(PreviousIsFree::set(KindField::set(word, kind), previous_is_free));
    }

    void set_kind(Kind kind) { seal_as(KindField::set(word_, kind)); }

    void set_previous_is_free(bool free) { seal_as(PreviousIsFree::set(word_, free)); }

    [[nodiscard]] std::byte* address() { return reinterpret_cast<std::byte*>(this); }

    [[nodiscard]] std::byte* payload() { return address() + sizeof(BlockHeader); }

    [[nodiscard]] BlockHeader& next() { return at(address() + length()); }

    /// If it is free: its length is the word before this one.
    [[nodiscard]] BlockHeader& previous() { return at(address() - *(&word_ - 1)); }

    void write_length_at_end() { *(&next().word_ - 1) = length(); }

private:
    using KindField = base::Bits<Kind, 0, 3>;
    using PreviousIsFree = base::Bits<bool, 3>;
    using Granules = base::Bits<std::uint64_t, 4, 44>;

    void seal_as(std::uint64_t value) { word_ = seal(value, this); }

    std::uint64_t word_;
};

static_assert(sizeof(BlockHeader) == 8);

} // namespace heap
