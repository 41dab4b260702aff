// SPDX-License-Identifier: BSD-2-Clause
//
// The requests about what grows by itself.

#include <pager/pager.hpp>

namespace pager {

Pager::Answer<ipc::pager::WatchStack> Pager::handle(api::Badge caller,
                                                    ipc::pager::WatchStack const& request) {
    using Reply = ipc::pager::WatchStack::Reply;
    auto const watch = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(managed_space(caller, request.space));
        if (!brings_capability_) {
            return base::fail(Error::BadMessage);
        }
        TRY(space->watch_stack(UserAddr{request.top}, Slot{startup::slot::received}));
        return Reply{};
    };
    return watch();
}

Pager::Answer<ipc::pager::TrimStack> Pager::handle(api::Badge caller,
                                                   ipc::pager::TrimStack const&) {
    using Reply = ipc::pager::TrimStack::Reply;
    auto const trim = [&]() -> Result<Reply> {
        auto const step = TRY(TRY(own_space(caller))->trim_stacks());
        return Reply{.pages = step.pages, .done = step.is_done ? api::Word{1} : 0};
    };
    return trim();
}

Pager::Answer<ipc::pager::Growth> Pager::handle(api::Badge caller,
                                                ipc::pager::Growth const& request) {
    using Reply = ipc::pager::Growth::Reply;
    auto const tell = [&]() -> Result<Reply> {
        AddressSpace const* const space = TRY(inspected_space(caller, request.pid));
        auto const& limits = space->growth_limits();
        auto const& counts = space->growth_counts();
        return Reply{.max_stack = limits.stack,
                     .max_heap = limits.heap,
                     .max_ahead = limits.ahead,
                     .grown = counts.grown,
                     .checked = counts.checked,
                     .refused = counts.refused,
                     .trimmed = counts.trimmed};
    };
    return tell();
}

Pager::Answer<ipc::pager::SetGrowth> Pager::handle(api::Badge caller,
                                                   ipc::pager::SetGrowth const& request) {
    static_assert(ipc::pager::SetGrowth::most_ahead == policy::max_neighbours);
    using Reply = ipc::pager::SetGrowth::Reply;
    auto const set = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(inspected_space(caller, request.pid));
        if (request.max_ahead > policy::max_neighbours) {
            return base::fail(Error::InvalidSize);
        }
        space->set_growth_limits({.stack = request.max_stack,
                                  .heap = request.max_heap,
                                  .ahead = static_cast<std::uint32_t>(request.max_ahead)});
        return Reply{};
    };
    return set();
}

/// Memory is short: what lies below the stack pointers of some spaces is not needed by anybody.
/// Whether that was anything. Others have their turn with the next who is in need.
bool Pager::trim_somebody() {
    constexpr unsigned max_spaces = 64;
    for (unsigned count = 0; count < max_spaces; ++count) {
        AddressSpace* space = spaces_.at_or_above(trimmed_last_ + std::uint64_t{1});
        space = space != nullptr ? space : spaces_.first();
        if (space == nullptr) {
            return false;
        }
        trimmed_last_ = static_cast<std::uint32_t>(space->number());
        if (auto const step = space->trim_stacks(); step && step->pages > 0) {
            return true;
        }
    }
    return false;
}

} // namespace pager
