// SPDX-License-Identifier: BSD-2-Clause
//
// Object types as Untyped_Retype takes them, their sizes as powers of two, and the limits that
// user-level allocators compute with.
#pragma once

#include <api/types.hpp>

namespace api {

enum class ObjectType : Word {
    Untyped = 0,
    Tcb = 1,
    Endpoint = 2,
    Notification = 3,
    CNode = 4,
    SchedContext = 5,
    Reply = 6,
    HugePage = 7,
    VSpace = 8,
    SmallPage = 9,
    LargePage = 10,
    PageTable = 11,
};

inline constexpr Word object_type_count = 12;

inline constexpr unsigned slot_bits = 5;
inline constexpr unsigned tcb_bits = 11;
inline constexpr unsigned endpoint_bits = 4;
inline constexpr unsigned notification_bits = 6;
inline constexpr unsigned reply_bits = 5;
inline constexpr unsigned min_sched_context_bits = 7;
inline constexpr unsigned min_untyped_bits = 4;
inline constexpr unsigned max_untyped_bits = 47;
inline constexpr unsigned page_bits = 12;
inline constexpr unsigned large_page_bits = 21;
inline constexpr unsigned huge_page_bits = 30;
inline constexpr unsigned page_table_bits = 12;
inline constexpr unsigned vspace_bits = 12;
inline constexpr unsigned asid_pool_bits = 12;
inline constexpr unsigned asid_pool_index_bits = 9;
inline constexpr unsigned asid_pool_count_bits = 7;
inline constexpr unsigned table_index_bits = 9;

/// The size of an object as a power of two; `size_bits`, as Retype takes it, matters for those that
/// have no size of their own.
constexpr unsigned object_size_bits(ObjectType type, unsigned size_bits) {
    switch (type) {
    case ObjectType::Untyped:
    case ObjectType::SchedContext: return size_bits;
    case ObjectType::CNode: return size_bits + slot_bits;
    case ObjectType::Tcb: return tcb_bits;
    case ObjectType::Endpoint: return endpoint_bits;
    case ObjectType::Notification: return notification_bits;
    case ObjectType::Reply: return reply_bits;
    case ObjectType::HugePage: return huge_page_bits;
    case ObjectType::LargePage: return large_page_bits;
    case ObjectType::SmallPage: return page_bits;
    case ObjectType::VSpace: return vspace_bits;
    case ObjectType::PageTable: return page_table_bits;
    }
    return max_untyped_bits;
}

inline constexpr Word page_size = Word{1} << page_bits;
inline constexpr Word retype_fan_out = 256;
/// VSpace_MapFrames is not interrupted. So many take less than a third of the time for which other
/// operations keep an interrupt waiting.
inline constexpr Word map_frames_limit = 32;
inline constexpr Word max_priority = 255;

/// The last address a program may use.
inline constexpr Word user_top = 0x0000'7fff'ffff'ffff;

/// Page_Map attributes (MR2).
inline constexpr Word page_cacheable = 1;
inline constexpr Word page_parity = 2;
inline constexpr Word page_execute_never = 4;

/// A scheduling context of 2^bits bytes holds this many refills.
constexpr Word refill_capacity(unsigned size_bits) {
    return ((Word{1} << size_bits) - 96) / 16;
}

} // namespace api
