// SPDX-License-Identifier: BSD-2-Clause
//
// What the cage and the prisoners in it agree on: which capability is in which slot of their CNode,
// and where their pages are.
#pragma once

#include <api/invocation.hpp>
#include <api/message.hpp>
#include <api/object.hpp>

#include <array>
#include <worker.hpp>

namespace fuzz {

using api::Word;

inline constexpr unsigned prisoners = 3;

/// Kinds of things in the prisoners' CSpace, and where the cage puts them in the beginning. The
/// prisoners move them about.
enum class Kind : std::uint8_t {
    Nothing,
    CNode,
    VSpace,
    Tcb,
    SchedContext,
    Endpoint,
    Notification,
    Reply,
    Untyped,
    Frame,
    PageTable,
    AsidPool,
    IrqHandler,
    SgiSignal,
    SchedControl,
    AsidControl,
    Domain,
};

struct Slots {
    Word first;
    Word count;
};

inline constexpr unsigned cnode_radix = 6;
inline constexpr Word slot_count = Word{1} << cnode_radix;
inline constexpr unsigned inner_radix = 3;

constexpr Slots slots_of(Kind kind) {
    switch (kind) {
    case Kind::Nothing: return {40, slot_count - 40};
    case Kind::CNode: return {1, 2};
    case Kind::VSpace: return {3, 2};
    case Kind::Tcb: return {5, prisoners};
    case Kind::SchedContext: return {8, prisoners};
    case Kind::Endpoint: return {11, 3};
    case Kind::Notification: return {14, 3};
    case Kind::Reply: return {17, 2};
    case Kind::Untyped: return {19, 2};
    case Kind::Frame: return {21, 3 + 2 * prisoners};
    case Kind::PageTable: return {30, 3};
    case Kind::AsidPool: return {33, 1};
    case Kind::IrqHandler: return {34, 1};
    case Kind::SgiSignal: return {35, 1};
    case Kind::SchedControl: return {36, 1};
    case Kind::AsidControl: return {37, 1};
    case Kind::Domain: return {38, 1};
    }
    return {0, 1};
}

// ---- memory, as the prisoners see it ------------------------------------------------------------

/// Of prisoner `index`: a page for its state and stack, and one for its IPC buffer.
constexpr Word own_page(Word index) {
    return 0x1000'0000 + index * 2 * api::page_size;
}
constexpr Word buffer_page(Word index) {
    return own_page(index) + api::page_size;
}

/// Where they map what they have.
inline constexpr Word playground = 0x1010'0000;

/// At the beginning of its own page. The supervisor reads it.
struct PrisonerState {
    static constexpr Word labels = 65;

    /// Where a label is counted: those of the interface as they are, behind them Quire's own.
    static constexpr Word place_of(Word label) {
        bool const is_own = label == std::to_underlying(api::Invocation::VSpaceMapFrames);
        return is_own ? labels - 1 : label < labels - 1 ? label : labels;
    }

    test::SharedWord random;
    test::SharedWord calls;
    std::array<test::SharedWord, labels> succeeded; // with each invocation label, so many calls
};

} // namespace fuzz
