// SPDX-License-Identifier: BSD-2-Clause
//
// PageSource: where a heap gets its pages from.
#pragma once

#include <heap/error.hpp>

#include <cstddef>
#include <cstdint>

namespace heap {

inline constexpr unsigned page_bits = 12;
inline constexpr std::size_t page_size = std::size_t{1} << page_bits;

enum class Memory : std::uint8_t {
    Ordinary,
    DmaCoherent, // contiguous in RAM; processor and devices see each other's writes at once
};

/// Whole pages, next to each other.
struct Run {
    std::byte* begin;
    std::size_t size;
    std::uint64_t physical; // where devices find it; only of memory that is DmaCoherent
};

class PageSource {
public:
    /// Zero-filled pages; `size` is a multiple of the page size. Errors: OutOfMemory, NotSupported.
    [[nodiscard]] virtual Result<Run> take(std::size_t size, Memory memory) = 0;

    /// Pages of a run, not necessarily all and not necessarily at its ends. False: they could not
    /// be taken back, and are still the heap's, with what is in them.
    [[nodiscard]] virtual bool give(std::byte* begin, std::size_t size) = 0;

    /// Pages of a run that stay the heap's, but what is in them is needed no more: they take no
    /// memory until they are touched again, and hold anything then. False: they do take memory.
    [[nodiscard]] virtual bool discard(std::byte* begin, std::size_t size) = 0;

protected:
    ~PageSource() = default; // never owned through this interface
};

} // namespace heap
