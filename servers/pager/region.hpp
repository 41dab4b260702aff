// SPDX-License-Identifier: BSD-2-Clause
//
// Region: a run of a client's addresses that are treated alike.
#pragma once

#include <pager/contiguous_block.hpp>
#include <pager/shared_memory.hpp>

namespace pager {

/// Which bytes of the boot archive a region shows: those from `offset` on, at [begin, end). Around
/// them there are zeroes. It stays the same when a region is cut.
struct FileWindow {
    UserAddr begin;
    UserAddr end;
    std::uint64_t offset{0};

    [[nodiscard]] bool is_empty() const { return begin == end; }

    friend constexpr bool operator==(FileWindow, FileWindow) = default;
};

/// How a client walks through a region: what it touched last, and for how long it went on there.
struct Stream {
    UserAddr above{};        // the page behind the last ones that were given
    UserAddr below{};        // the page in front of them
    std::uint32_t length{0}; // faults in a row that came at one of these

    bool is_downwards{false};

    /// Notes a fault, and says how long the stream is now: 0 for one that came from elsewhere.
    std::uint32_t follow(UserAddr page) {
        bool const goes_on = page == above || page == below;
        length = !goes_on ? 0 : length + 1;
        is_downwards = goes_on && page == below;
        return length;
    }
};

/// [start, end), both multiples of the page size, start below end.
struct Region {
    UserAddr start;
    UserAddr end;
    RegionKind kind{RegionKind::Anonymous};
    Access access{Access::None};
    FileWindow file{};             // empty where there is no file
    GrantUse grant{};              // kind Shared only
    BlockUse block{};              // kind Device only
    Advice advice{Advice::Normal}; // Sequential and Random besides
    bool is_locked{false};
    Stream stream{};

    base::ListLink<Region> neighbours{}; // by address; kept by the tree

    TreeLink<Region> link{};
    std::uint64_t widest_gap{0}; // in front of this one and those below it; kept by the tree

    [[nodiscard]] std::uint64_t key() const { return start.raw(); }
    [[nodiscard]] std::uint64_t size() const { return end - start; }

    /// Where the gap in front of it begins.
    [[nodiscard]] UserAddr free_from() const {
        return neighbours.prev != nullptr ? neighbours.prev->end : UserAddr{};
    }

    [[nodiscard]] bool contains(UserAddr address) const {
        return start <= address && address < end;
    }

    /// Whether the two could be one region if they touched.
    [[nodiscard]] bool is_like(Region const& other) const {
        return access == other.access && kind == other.kind && file == other.file &&
               grant == other.grant && block == other.block && advice == other.advice &&
               is_locked == other.is_locked;
    }

    /// The part of it from `at` on, where nobody has walked yet.
    [[nodiscard]] Region from(UserAddr at) const {
        return {.start = at,
                .end = end,
                .kind = kind,
                .access = access,
                .file = file,
                .grant = grant,
                .block = block,
                .advice = advice,
                .is_locked = is_locked};
    }

    [[nodiscard]] bool summarise(Region const* left, Region const* right);
};

} // namespace pager
