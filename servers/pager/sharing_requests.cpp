// SPDX-License-Identifier: BSD-2-Clause
//
// The requests about memory that several spaces have.

#include <pager/pager.hpp>

namespace pager {

/// Whether the token is good for nothing any more.
Result<bool> Pager::revoke(AddressSpace const& space, api::Word token) {
    Grant* const offer = memory_.shared.find(token);
    if (offer == nullptr || offer->holder->space != space.number()) {
        return base::fail(Error::NotFound);
    }
    auto const step = memory_.shared.revoke(*offer);
    if (step.holder != nullptr) {
        spaces_.find(static_cast<std::uint64_t>(step.holder->holder->space))
            ->drop_grant(*step.holder);
    }
    return step.is_done;
}

Pager::Answer<ipc::pager::MapShared> Pager::handle(api::Badge caller,
                                                   ipc::pager::MapShared const& request) {
    using Reply = ipc::pager::MapShared::Reply;
    auto const map = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        if (!is_valid(request.access) || !is_valid(request.placement)) {
            return base::fail(Error::BadMessage);
        }
        UserAddr const address = TRY(space->map_shared(UserAddr{request.address}, request.size,
                                                       request.access, request.placement, policy_));
        return Reply{.address = address.raw()};
    };
    return map();
}

Pager::Answer<ipc::pager::Share> Pager::handle(api::Badge caller,
                                               ipc::pager::Share const& request) {
    using Reply = ipc::pager::Share::Reply;
    auto const share = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        if (!is_valid(request.access) || request.access == Access::None) {
            return base::fail(Error::BadMessage);
        }
        return Reply{.token = TRY(space->share(UserAddr{request.address}, request.size,
                                               request.access, policy_))};
    };
    return share();
}

Pager::Answer<ipc::pager::Attach> Pager::handle(api::Badge caller,
                                                ipc::pager::Attach const& request) {
    using Reply = ipc::pager::Attach::Reply;
    auto const attach = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        if (!is_valid(request.access) || !is_valid(request.placement)) {
            return base::fail(Error::BadMessage);
        }
        Grant* const offer = memory_.shared.find(request.token);
        if (offer == nullptr) {
            return base::fail(Error::NotFound);
        }
        UserAddr const address = TRY(space->attach(*offer, UserAddr{request.address},
                                                   request.access, request.placement, policy_));
        return Reply{.address = address.raw(), .size = offer->pages.count * page_size};
    };
    return attach();
}

Pager::Answer<ipc::pager::Revoke> Pager::handle(api::Badge caller,
                                                ipc::pager::Revoke const& request) {
    using Reply = ipc::pager::Revoke::Reply;
    auto const take_away = [&]() -> Result<Reply> {
        AddressSpace const* const space = TRY(own_space(caller));
        return Reply{.done = TRY(revoke(*space, request.token)) ? api::Word{1} : 0};
    };
    return take_away();
}

} // namespace pager
