// SPDX-License-Identifier: BSD-2-Clause
//
// RunSet: the runs of pages a heap has, by address. Each begins with a header of its own.
#pragma once

#include <heap/block_header.hpp>
#include <heap/extent_tree.hpp>
#include <heap/page_source.hpp>

namespace heap {

struct RunHeader {
    Extent extent; // first: it is at once the run's address
    Memory memory;
    std::uint64_t physical;     // of the run's beginning, if devices use the one block in it
    std::size_t payload_offset; // of the one block in it; 0 if the run is cut into blocks

    [[nodiscard]] std::byte* begin() { return reinterpret_cast<std::byte*>(this); }

    [[nodiscard]] std::byte* end() { return begin() + extent.size; }

    /// Of a run that is cut into blocks.
    [[nodiscard]] BlockHeader& first_block() {
        return BlockHeader::at(begin() + sizeof(RunHeader));
    }

    [[nodiscard]] BlockHeader& last_block() { return BlockHeader::at(end() - sizeof(BlockHeader)); }
};

static_assert((sizeof(RunHeader) + sizeof(BlockHeader)) % granule == 0);

class RunSet {
public:
    explicit constexpr RunSet(PageSource& source) : source_{source} {}
    RunSet(RunSet const&) = delete;
    RunSet& operator=(RunSet const&) = delete;

    /// `size` is rounded up to whole pages.
    [[nodiscard]] Result<RunHeader*> take(std::size_t size, Memory memory);

    /// Gives a run back to the source. False: it refused, nothing changed.
    [[nodiscard]] bool give(RunHeader& run);

    /// The run keeps its first `size` bytes, whole pages; the others are a run of their own, the
    /// result.
    [[nodiscard]] RunHeader& split(RunHeader& run, std::size_t size);

    /// Gives back what is in these pages of a run. False: the source refused.
    [[nodiscard]] bool discard(std::byte* begin, std::size_t size) {
        return source_.discard(begin, size);
    }

    [[nodiscard]] RunHeader* containing(void const* address) const {
        return header_of(runs_.containing(address));
    }

    /// By address, from null to null.
    [[nodiscard]] RunHeader* after(RunHeader const* run) const {
        return header_of(runs_.after(run == nullptr ? nullptr : &run->extent));
    }

    [[nodiscard]] std::size_t reserved() const { return reserved_; }

private:
    static RunHeader* header_of(Extent* extent) { return reinterpret_cast<RunHeader*>(extent); }

    PageSource& source_;
    ExtentTree runs_{Order::Address};
    std::size_t reserved_{0};
};

} // namespace heap
