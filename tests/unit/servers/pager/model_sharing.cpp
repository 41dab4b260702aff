// SPDX-License-Identifier: BSD-2-Clause
//
// Memory that several spaces have, in the pager and the model.

#include "model_fixture.hpp"

#include <algorithm>

namespace pager::test {

using namespace ipc::pager;

void ModelFixture::add_shared(ModelSpace& space, std::uint64_t address, Access access,
                              std::shared_ptr<ModelGrant> const& grant) {
    for (std::uint64_t i = 0; i < grant->pages; ++i) {
        ASSERT_FALSE(space.pages.contains(address + i * page_size));
        space.pages[address + i * page_size] = {
            .access = access, .kind = RegionKind::Shared, .grant = grant};
    }
}

void ModelFixture::map_shared() {
    auto& [number, space] = some_space();
    std::uint64_t const wanted = below(3) == 0 ? 0 : some_page();
    std::uint64_t const size = some_size();
    Access const access = some_access();
    auto const reply = call(client(number), MapShared{wanted, size, access});
    if (access == Access::ReadExecute) {
        ASSERT_EQ(error_of(reply), Error::PermissionDenied);
        return;
    }
    if (wanted != 0 && !space.is_free(wanted, size)) {
        ASSERT_EQ(error_of(reply), Error::AlreadyMapped);
        return;
    }
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        return;
    }
    add_shared(space, reply->address, access,
               std::make_shared<ModelGrant>(ModelGrant{.space = number,
                                                       .memory = std::make_shared<ModelMemory>(),
                                                       .pages = size / page_size,
                                                       .start = reply->address}));
}

/// Some pages of a grant, from one that the space still has of it. What a clone has, it has region
/// by region: the model does not look so closely.
void ModelFixture::share() {
    auto& [number, space] = some_space();
    auto it = space.pages.lower_bound(some_page());
    it = std::find_if(it, space.pages.end(), [](auto const& entry) {
        return entry.second.grant != nullptr && !entry.second.grant->is_copy;
    });
    if (it == space.pages.end()) {
        return;
    }
    auto const& grant = it->second.grant;
    std::uint64_t const first = grant->first + (it->first - grant->start) / page_size;
    std::uint64_t const pages = some_size() / page_size;
    Access const access = some_access();
    auto const reply = call(client(number), Share{it->first, pages * page_size, access});
    if (access == Access::None) {
        ASSERT_EQ(error_of(reply), Error::BadMessage);
        return;
    }
    if (first + pages > grant->first + grant->pages || access == Access::ReadExecute ||
        (access == Access::ReadWrite && grant->most == Access::Read)) {
        ASSERT_EQ(error_of(reply), Error::PermissionDenied);
        return;
    }
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        return;
    }
    std::erase_if(offers, [&](auto const& offer) { return !is_offered(*offer); });
    offers.push_back(std::make_shared<ModelOffer>(ModelOffer{
        .token = reply->token, .grant = grant, .first = first, .pages = pages, .most = access}));
}

/// As long as whoever made the offer has something of what he offered from.
bool ModelFixture::is_offered(ModelOffer const& offer) const {
    auto const space = model.find(offer.grant->space);
    return !offer.is_void() && space != model.end() &&
           std::ranges::any_of(space->second.pages, [&](auto const& entry) {
               return entry.second.grant == offer.grant;
           });
}

void ModelFixture::attach() {
    if (offers.empty()) {
        return;
    }
    auto const offer = offers[below(offers.size())];
    auto& [number, space] = some_space();
    std::uint64_t const wanted = below(2) == 0 ? 0 : some_page();
    Access const access = some_access();
    std::uint64_t const size = offer->pages * page_size;
    auto const reply = call(client(number), Attach{offer->token, wanted, access});
    if (!is_offered(*offer)) {
        ASSERT_EQ(error_of(reply), Error::NotFound);
        return;
    }
    if (access == Access::ReadExecute ||
        (access == Access::ReadWrite && offer->most == Access::Read)) {
        ASSERT_EQ(error_of(reply), Error::PermissionDenied);
        return;
    }
    if (wanted != 0 && !space.is_free(wanted, size)) {
        ASSERT_EQ(error_of(reply), Error::AlreadyMapped);
        return;
    }
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        return;
    }
    ASSERT_EQ(reply->size, size);
    add_shared(space, reply->address, access,
               std::make_shared<ModelGrant>(ModelGrant{.space = number,
                                                       .memory = offer->grant->memory,
                                                       .above = offer,
                                                       .first = offer->first,
                                                       .pages = offer->pages,
                                                       .start = reply->address,
                                                       .most = offer->most}));
    ++times_attached;
}

void ModelFixture::revoke() {
    if (offers.empty()) {
        return;
    }
    auto const offer = offers[below(offers.size())];
    auto const owner = offer->grant->space;
    if (!is_offered(*offer)) {
        return;
    }
    auto reply = call(client(owner), Revoke{offer->token});
    while (reply && reply->done == 0) {
        reply = call(client(owner), Revoke{offer->token});
    }
    ASSERT_TRUE(reply);
    offer->is_revoked = true;
    for (auto& [number, space] : model) {
        std::erase_if(space.pages, [](auto const& entry) {
            auto const& grant = entry.second.grant;
            return grant != nullptr && grant->above != nullptr && grant->above->is_void();
        });
    }
    ++times_revoked;
}

} // namespace pager::test
