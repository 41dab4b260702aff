// SPDX-License-Identifier: BSD-2-Clause
//
// Eager: a client gets a frame of its own at the first touch, even to read, so no page faults
// twice; and it gets the pages it asked for, no others. For programs whose timing matters more
// than their memory.

#include <pager/policy/policy.hpp>

namespace pager::policy {

namespace {

constexpr std::uint64_t share_kept_free = 32;

class Eager final : public Policy {
public:
    [[nodiscard]] std::string_view name() const override { return "eager"; }

    [[nodiscard]] ZeroFill fill_zeroes(Touch const&) const override { return ZeroFill::OwnFrame; }

    [[nodiscard]] Neighbours map_around(Touch const&, Content, std::uint32_t) const override {
        return {};
    }

    [[nodiscard]] std::uint64_t keep_free(Demand const& demand) const override {
        return leave_more_who_has_much(demand.total / share_kept_free, demand);
    }
};

constexpr Eager eager;

} // namespace

Policy const& selected() {
    return eager;
}

} // namespace pager::policy
