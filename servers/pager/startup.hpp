// SPDX-License-Identifier: BSD-2-Clause
//
// What init hands the pager: the capabilities in its CSpace, and one page that describes them.
// Written by init before the pager's first instruction, checked by the pager before anything else.
#pragma once

#include <api/object.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace pager::startup {

/// The pager's CSpace has two levels, so that it can grow by one leaf at a time. init makes the
/// root (its guard fills the word, so a CPtr is a plain slot number: leaf number, then slot in
/// the leaf) and as many leaves as the capabilities below need, from leaf 0 on without a hole, and
/// at least one empty leaf behind the last capability, because splitting the first untyped takes
/// slots. The pager adds leaves of its own behind them.
inline constexpr unsigned leaf_bits = 7;

/// The pager's own capability to it, that of the client whose page it is, and a share of everything
/// else: kernel objects with their untypeds, copies of what many pages show.
inline constexpr std::uint64_t slots_per_frame = 4;

/// Big enough for the capabilities to every frame of `ram` bytes.
constexpr unsigned root_bits(std::uint64_t ram) {
    constexpr std::uint64_t slots_per_leaf = std::uint64_t{1} << leaf_bits;
    std::uint64_t const leaves = ram / api::page_size * slots_per_frame / slots_per_leaf;
    return base::log2_ceil(leaves + slots_per_leaf);
}

/// Slots with a fixed meaning.
namespace slot {
inline constexpr std::uint32_t endpoint = 1, // all rights: requests and faults arrive here
    reply = 2,                               // the one reply object of the loop
    vspace = 3,                              // the pager's own
    cnode = 4,                               // the root CNode of the pager's own CSpace
    asid_control = 5,                        // more ASID pools when the first one is full
    asid_pool = 6,                           // a pool with free entries
    init_notification = 7,                   // signalled when there is a report to take
    worker = 8,                              // a thread of the pager's, not started yet
    worker_endpoint = 9,                     // what it calls: the endpoint, with MayInspect
    worker_wake = 10,                        // the notification it waits for, all rights
    received = 11,                           // empty: where capabilities of init's arrive
    first_free = 16;                         // archive frames and untypeds lie from here on
} // namespace slot

struct Untyped {
    api::Word paddr;
    api::Word size_bits; // at least 12; smaller ones stay with init
};

inline constexpr std::size_t max_untypeds = 230;
inline constexpr api::Word magic = 0x5155'4952'4550'4147; // "QUIREPAG"

/// One read-only page; its address is in x1 when the pager starts (x0: its IPC buffer).
struct Info {
    api::Word magic;
    api::Word root_bits;      // radix of the root CNode
    api::Word leaf_count;     // leaves that exist already
    api::Word archive;        // where the boot archive is mapped, readable, page aligned
    api::Word archive_size;   // bytes
    api::Word archive_frames; // slot of its first frame (readable); the others follow
    api::Word first_untyped;  // slot of untyped 0; the others follow
    api::Word untyped_count;
    std::array<api::Word, 2> random_key; // nobody else knows it
    api::Word randomises_layout;         // 0: whatever may lie anywhere lies where it always does
    std::array<Untyped, max_untypeds> untypeds; // RAM only, in no particular order
};

static_assert(sizeof(Info) <= api::page_size);

} // namespace pager::startup
