// SPDX-License-Identifier: BSD-2-Clause
//
// Lazy, the default policy: nothing is given before it must be, but what is in memory anyway is
// mapped in whole runs of 64 KiB, and who goes through memory page by page is met on the way.

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

    [[nodiscard]] Neighbours map_around(Touch const& touch, Content content,
                                        std::uint32_t streak) const override {
        if (touch.advice == Advice::Random) {
            return {};
        }
        std::uint32_t const proven = touch.advice == Advice::Sequential ? streak + 2 : streak;
        if (content == Content::Zeroes) {
            return ahead(touch, frames_ahead(proven));
        }
        if (content == Content::Shared) {
            return ahead(touch, copies_ahead(proven));
        }
        std::uint64_t const before = touch.page % run;
        std::uint64_t const behind = std::min(run - 1 - before, touch.pages - 1 - touch.page);
        return {.before = static_cast<std::uint32_t>(before),
                .behind = static_cast<std::uint32_t>(behind)};
    }

    [[nodiscard]] std::uint64_t keep_free(Demand const& demand) const override {
        return leave_more_who_has_much(demand.total / share_kept_free, demand);
    }

private:
    /// Two faults alone are no stream yet. The third brings three pages more, the next all it can.
    static std::uint64_t frames_ahead(std::uint32_t streak) {
        return streak < 2 ? 0 : streak == 2 ? 3 : max_neighbours;
    }

    /// A copy that nobody writes is work for nothing and memory besides: twice as many with each
    /// fault, 1, 2, 4 and so on with the page that was touched.
    static std::uint64_t copies_ahead(std::uint32_t streak) {
        return streak < 4 ? base::low_mask(streak) : max_neighbours;
    }

    static Neighbours ahead(Touch const& touch, std::uint64_t wanted) {
        if (touch.is_downwards) {
            return {.before = static_cast<std::uint32_t>(std::min(wanted, touch.page)),
                    .behind = 0};
        }
        std::uint64_t const behind = std::min(wanted, touch.pages - 1 - touch.page);
        return {.before = 0, .behind = static_cast<std::uint32_t>(behind)};
    }
};

constexpr Lazy lazy;

} // namespace

Policy const& selected() {
    return lazy;
}

} // namespace pager::policy
