// SPDX-License-Identifier: BSD-2-Clause
//
// The words the pager's parts share: capability slots, frames, and errors as the protocol has them.
#pragma once

#include <api/object.hpp>
#include <base/address.hpp>
#include <ipc/protocol/pager_inspection.hpp>
#include <ipc/protocol/pager_management.hpp>

#include <cstdint>

namespace pager {

using base::UserAddr;
using ipc::Error;
using ipc::Result;
using ipc::pager::Access;
using ipc::pager::Advice;
using ipc::pager::FaultKind;
using ipc::pager::Placement;
using ipc::pager::RegionKind;
using ipc::pager::Resolution;
using ipc::pager::StopReason;

/// A slot of the pager's own CSpace, numbered as a CPtr. Slot 0 is always empty.
enum class Slot : std::uint32_t {};
inline constexpr Slot no_slot{0};

constexpr Slot operator+(Slot slot, std::uint32_t count) {
    return Slot{static_cast<std::uint32_t>(slot) + count};
}

/// Position of a 4 KiB frame in the frame table.
enum class Frame : std::uint32_t {};
inline constexpr Frame no_frame{0xffff'ffff};

constexpr std::uint32_t index(Frame frame) {
    return static_cast<std::uint32_t>(frame);
}

constexpr Frame operator+(Frame frame, std::uint32_t count) {
    return Frame{index(frame) + count};
}

/// The number of a space, as badges carry it. 0 is nobody.
enum class SpaceNumber : std::uint32_t {};
inline constexpr SpaceNumber no_space{0};

inline constexpr std::uint64_t page_size = api::page_size;

/// What clients may use: the first 64 KiB stay empty, so that null pointers are caught.
inline constexpr UserAddr user_begin{0x1'0000};
inline constexpr UserAddr user_end{api::user_top + 1};

} // namespace pager
