// SPDX-License-Identifier: BSD-2-Clause
//
// Eager: a client gets a frame of its own at the first touch, even to read, so no page faults
// twice; and it gets the pages it asked for, no others. For programs whose timing matters more
// than their memory.

#include <pager/policy/policy.hpp>

namespace pager::policy {

namespace {

class Eager final : public Policy {
public:
    [[nodiscard]] std::string_view name() const override { return "eager"; }

    [[nodiscard]] ZeroFill fill_zeroes(Touch const&) const override { return ZeroFill::OwnFrame; }

    [[nodiscard]] Neighbours map_around(Touch const&) const override { return {}; }

    [[nodiscard]] std::uint64_t keep_free(std::uint64_t total) const override { return total / 32; }
};

constexpr Eager eager;

} // namespace

Policy const& selected() {
    return eager;
}

} // namespace pager::policy
