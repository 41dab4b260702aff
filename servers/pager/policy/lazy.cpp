// SPDX-License-Identifier: BSD-2-Clause
//
// Lazy, the default policy: nothing is given before it must be, but what is in memory anyway is
// mapped in whole runs of 64 KiB.

#include <pager/policy/policy.hpp>

#include <algorithm>

namespace pager::policy {

namespace {

constexpr std::uint64_t run = max_neighbours + 1;
constexpr std::uint64_t share_kept_free = 64;

class Lazy final : public Policy {
public:
    [[nodiscard]] std::string_view name() const override { return "lazy"; }

    [[nodiscard]] ZeroFill fill_zeroes(Touch const& touch) const override {
        return touch.kind == FaultKind::Write ? ZeroFill::OwnFrame : ZeroFill::SharedPage;
    }

    [[nodiscard]] Neighbours map_around(Touch const& touch) const override {
        std::uint64_t const before = touch.page % run;
        std::uint64_t const behind = std::min(run - 1 - before, touch.pages - 1 - touch.page);
        return {.before = static_cast<std::uint32_t>(before),
                .behind = static_cast<std::uint32_t>(behind)};
    }

    [[nodiscard]] std::uint64_t keep_free(Demand const& demand) const override {
        return leave_more_who_has_much(demand.total / share_kept_free, demand);
    }
};

constexpr Lazy lazy;

} // namespace

Policy const& selected() {
    return lazy;
}

} // namespace pager::policy
