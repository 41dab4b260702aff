// SPDX-License-Identifier: BSD-2-Clause
//
// Policy: what to do where several things would be right. A policy only decides; the mechanism
// acts, and refuses advice that is wrong. So a policy can make the system slow, never incorrect.
#pragma once

#include <pager/types.hpp>

#include <cstdint>
#include <string_view>

namespace pager::policy {

/// A client touched a page that is not there yet.
struct Touch {
    SpaceNumber space;
    RegionKind region;
    Access access; // what the region allows
    FaultKind kind;
    std::uint64_t page;            // number of the page in its region
    std::uint64_t pages;           // how many the region has
    Advice advice{Advice::Normal}; // what the program said: Sequential, Random
    bool is_downwards{false};      // its last faults went down
};

/// What stands behind a page of zeroes.
enum class ZeroFill {
    SharedPage, // the one zero page, read-only; a write comes back. Wrong advice for a write
    OwnFrame,   // a zeroed frame, with all the access the region allows
};

/// What was behind the page that was touched, and with it may be behind its neighbours.
enum class Content {
    Zeroes, // nothing yet: for a write a frame, otherwise the page of zeroes
    File,   // the boot archive
    Frame,  // it was in memory, but not mapped
    Shared, // likewise, but it was written and others share it: each page more is a copy
};

/// How many neighbours of a page to map along with it. Those in memory cost little; those that are
/// not there yet cost a frame each if the page was written, and then only frames in stock are used.
struct Neighbours {
    std::uint32_t before;
    std::uint32_t behind;
};

/// A client is about to take memory.
struct Demand {
    SpaceNumber space;
    std::uint64_t held;  // bytes it has already, and what the books about them take
    std::uint64_t total; // bytes of RAM
};

/// The usual answer to keep_free(): who has little may go down to half of what others must leave,
/// so that a client that took all it could get does not stop those that need a page now and then.
/// Frames are made sixteen at a time, and so are those for books: less than a few times that is no
/// help to anybody.
constexpr std::uint64_t leave_more_who_has_much(std::uint64_t share, Demand const& demand) {
    constexpr std::uint64_t least = 1024 * 1024;
    std::uint64_t const kept = share < least ? least : share;
    return demand.held < kept / 4 ? kept / 2 : kept;
}

class Policy {
public:
    [[nodiscard]] virtual std::string_view name() const = 0;

    [[nodiscard]] virtual ZeroFill fill_zeroes(Touch const& touch) const = 0;

    /// `streak` is how many faults in a row, before this one, came just where the pages given for
    /// the one before ended. More than max_neighbours in sum is too many, and cut.
    [[nodiscard]] virtual Neighbours map_around(Touch const& touch, Content content,
                                                std::uint32_t streak) const = 0;

    /// Bytes that must be free before the client gets anything, so that init can still start and
    /// end programs when clients have taken all they can. An eighth of all is the most that counts.
    [[nodiscard]] virtual std::uint64_t keep_free(Demand const& demand) const = 0;

protected:
    ~Policy() = default; // never owned through this interface
};

inline constexpr std::uint32_t max_neighbours = 15;

/// The policy this pager was built with: each file of this folder defines it, the build picks one.
[[nodiscard]] Policy const& selected();

} // namespace pager::policy
