// SPDX-License-Identifier: BSD-2-Clause
//
// MapRequest: what mapping one frame and mapping several have in common.
#pragma once

#include <kernel/invoke/invocation.hpp>
#include <kernel/object/frame.hpp>

namespace kernel {

/// The part of the message that says where and how, from word `First` on.
template <std::size_t First>
class MapRequest {
public:
    static constexpr std::size_t end = First + 3;

    explicit MapRequest(Arguments const& words) : words_{words} {}

    [[nodiscard]] base::UserAddr address() const { return base::UserAddr{words_[First]}; }
    [[nodiscard]] Rights rights() const { return Rights{words_[First + 1]}; }

    [[nodiscard]] MapAttributes attributes() const {
        auto const bits = words_[First + 2];
        return {.cacheable = (bits & api::page_cacheable) != 0,
                .execute_never = (bits & api::page_execute_never) != 0};
    }

    /// Where the frame may go: aligned, inside the user half, and where it already is if it is
    /// mapped.
    [[nodiscard]] static Result<> check(Capability const& frame, Mapping const& where) {
        auto const bits = frame_bits(frame.frame_size());
        if (!where.address.is_aligned(bits)) {
            return fail(Failure::alignment());
        }
        auto const present = frame.mapping();
        if (present.exists() && present.asid != where.asid) {
            return fail(Failure::invalid_capability(1));
        }
        // The user half ends at a multiple of all sizes: an aligned frame that begins there ends
        // there.
        bool const wrong_place = present.exists() ? present.address != where.address
                                                  : where.address.raw() > api::user_top;
        if (wrong_place) {
            return fail(Failure::invalid_argument(First));
        }
        return {};
    }

private:
    Arguments const& words_;
};

/// The entry at `position` is one for frames of 2^bits bytes, whatever it says.
[[nodiscard]] inline Result<> check_level(PageTable::Position position, unsigned bits) {
    if (position.bits_left() != bits) {
        auto const missing = LookupFault::missing_capability(position.bits_left());
        return fail(Failure::failed_lookup(Failure::Lookup::Target, missing));
    }
    return {};
}

/// Of a VSpace.
[[nodiscard]] Result<> map_frames(KernelState& kernel, Invocation& call);

} // namespace kernel
