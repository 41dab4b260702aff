// SPDX-License-Identifier: BSD-2-Clause
//
// The requests that change memory: who may ask, what is well-formed, then on to the space.

#include <formats/cpio.hpp>
#include <pager/pager.hpp>

namespace pager {

using ipc::pager::Caller;

namespace {

bool may_manage(api::Badge caller) {
    return Caller::MayManage::get(static_cast<api::Word>(caller));
}

} // namespace

Pager::Answer<ipc::pager::Map> Pager::handle(api::Badge caller, ipc::pager::Map const& request) {
    using Reply = ipc::pager::Map::Reply;
    auto const map = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        if (!is_valid(request.access) || !is_valid(request.placement)) {
            return base::fail(Error::BadMessage);
        }
        UserAddr const address = TRY(space->map(UserAddr{request.address}, request.size,
                                                request.access, request.placement, policy_));
        return Reply{.address = address.raw()};
    };
    return map();
}

Pager::Answer<ipc::pager::Unmap> Pager::handle(api::Badge caller,
                                               ipc::pager::Unmap const& request) {
    using Reply = ipc::pager::Unmap::Reply;
    auto const unmap = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        return Reply{.size = TRY(space->unmap(UserAddr{request.address}, request.size, policy_))};
    };
    return unmap();
}

Pager::Answer<ipc::pager::Protect> Pager::handle(api::Badge caller,
                                                 ipc::pager::Protect const& request) {
    using Reply = ipc::pager::Protect::Reply;
    auto const protect = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        if (!is_valid(request.access)) {
            return base::fail(Error::BadMessage);
        }
        return Reply{.size = TRY(space->protect(UserAddr{request.address}, request.size,
                                                request.access, policy_))};
    };
    return protect();
}

Pager::Answer<ipc::pager::Advise> Pager::handle(api::Badge caller,
                                                ipc::pager::Advise const& request) {
    using Reply = ipc::pager::Advise::Reply;
    auto const advise = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        return Reply{.size = TRY(space->advise(UserAddr{request.address}, request.size,
                                               request.advice, policy_))};
    };
    return advise();
}

Pager::Answer<ipc::pager::Break> Pager::handle(api::Badge caller,
                                               ipc::pager::Break const& request) {
    using Reply = ipc::pager::Break::Reply;
    auto const set = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        UserAddr const end = request.end == 0
                                 ? space->heap_end()
                                 : TRY(space->set_break(UserAddr{request.end}, policy_));
        return Reply{.start = space->heap_start().raw(), .end = end.raw()};
    };
    return set();
}

Pager::Answer<ipc::pager::Query> Pager::handle(api::Badge caller,
                                               ipc::pager::Query const& request) {
    auto const query = [&]() -> Result<ipc::pager::Query::Reply> {
        return TRY(own_space(caller))->query(UserAddr{request.address});
    };
    return query();
}

Pager::Answer<ipc::pager::Written> Pager::handle(api::Badge caller,
                                                 ipc::pager::Written const& request) {
    using Reply = ipc::pager::Written::Reply;
    auto const take = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        return Reply{.pages = TRY(space->take_written(UserAddr{request.address}, request.size))};
    };
    return take();
}

Pager::Answer<ipc::pager::MapArchiveFile> Pager::handle(api::Badge caller,
                                                        ipc::pager::MapArchiveFile const& request) {
    using Reply = ipc::pager::MapArchiveFile::Reply;
    auto const map = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        if (!is_valid(request.access) || !is_valid(request.placement)) {
            return base::fail(Error::BadMessage);
        }
        auto const file = formats::cpio::Archive{memory_.archive.bytes}.find(request.name.view());
        if (!file) {
            return base::fail(Error::NotFound);
        }
        std::uint64_t const all = file->data.size();
        std::uint64_t const size =
            request.size == 0 && request.offset < all ? all - request.offset : request.size;
        if (size == 0 || request.offset > all || size > all - request.offset) {
            return base::fail(Error::InvalidSize);
        }
        UserAddr const address =
            TRY(space->map_archive({.offset = file->data_offset + request.offset,
                                    .file_size = size,
                                    .address = UserAddr{request.address},
                                    .memory_size = 0,
                                    .access = request.access},
                                   request.placement, policy_));
        return Reply{.address = address.raw(), .size = size};
    };
    return map();
}

Pager::Answer<ipc::pager::CloneRange> Pager::handle(api::Badge caller,
                                                    ipc::pager::CloneRange const& request) {
    using Reply = ipc::pager::CloneRange::Reply;
    auto const clone = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(own_space(caller));
        auto const step = TRY(space->clone_range(
            UserAddr{request.address}, request.size,
            {.target = UserAddr{request.target}, .done = request.done}, policy_));
        return Reply{.target = step.target.raw(), .done = step.done};
    };
    return clone();
}

Pager::Answer<ipc::pager::CreateSpace> Pager::handle(api::Badge caller,
                                                     ipc::pager::CreateSpace const& request) {
    using Reply = ipc::pager::CreateSpace::Reply;
    auto const create = [&]() -> Result<Reply> {
        if (!may_manage(caller)) {
            return base::fail(Error::PermissionDenied);
        }
        AddressSpace const* const space = TRY(create_space(request.pid, request.name));
        return Reply{.space = static_cast<api::Word>(space->number())};
    };
    return create();
}

Pager::Answer<ipc::pager::CloneSpace> Pager::handle(api::Badge caller,
                                                    ipc::pager::CloneSpace const& request) {
    auto const clone = [&]() -> Result<ipc::pager::CloneSpace::Reply> {
        return clone_space(*TRY(managed_space(caller, request.source)), request);
    };
    return clone();
}

Pager::Answer<ipc::pager::MapFile> Pager::handle(api::Badge caller,
                                                 ipc::pager::MapFile const& request) {
    using Reply = ipc::pager::MapFile::Reply;
    auto const map = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(managed_space(caller, request.space));
        if (!is_valid(request.access)) {
            return base::fail(Error::BadMessage);
        }
        TRY(space->map_file({.offset = request.file_offset,
                             .file_size = request.file_size,
                             .address = UserAddr{request.address},
                             .memory_size = request.memory_size,
                             .access = request.access}));
        return Reply{};
    };
    return map();
}

Pager::Answer<ipc::pager::MapStack> Pager::handle(api::Badge caller,
                                                  ipc::pager::MapStack const& request) {
    using Reply = ipc::pager::MapStack::Reply;
    auto const map = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(managed_space(caller, request.space));
        TRY(space->map_stack(UserAddr{request.top}, request.size));
        return Reply{};
    };
    return map();
}

Pager::Answer<ipc::pager::MapBuffer> Pager::handle(api::Badge caller,
                                                   ipc::pager::MapBuffer const& request) {
    using Reply = ipc::pager::MapBuffer::Reply;
    auto const map = [&]() -> Result<Reply> {
        AddressSpace* const space = TRY(managed_space(caller, request.space));
        attachment_ = TRY(space->map_buffer(UserAddr{request.address}));
        return Reply{};
    };
    return map();
}

Pager::Answer<ipc::pager::SetQuota> Pager::handle(api::Badge caller,
                                                  ipc::pager::SetQuota const& request) {
    auto const set = [&]() -> Result<ipc::pager::SetQuota::Reply> {
        AddressSpace* const space = TRY(managed_space(caller, request.space));
        space->set_quota({.pages = request.pages, .regions = request.regions});
        return ipc::pager::SetQuota::Reply{};
    };
    return set();
}

Pager::Answer<ipc::pager::SetAccessPolicy>
Pager::handle(api::Badge caller, ipc::pager::SetAccessPolicy const& request) {
    using ipc::pager::Forbidden;
    auto const set = [&]() -> Result<ipc::pager::SetAccessPolicy::Reply> {
        AddressSpace* const space = TRY(managed_space(caller, request.space));
        if (request.forbidden > Forbidden::all) {
            return base::fail(Error::BadMessage);
        }
        space->set_access_policy(
            {.forbids_new_code = Forbidden::NewCode::get(request.forbidden),
             .forbids_shared_writing = Forbidden::SharedWriting::get(request.forbidden)});
        return ipc::pager::SetAccessPolicy::Reply{};
    };
    return set();
}

Pager::Answer<ipc::pager::TakeUntyped> Pager::handle(api::Badge caller,
                                                     ipc::pager::TakeUntyped const& request) {
    if (!may_manage(caller)) {
        return base::fail(Error::PermissionDenied);
    }
    return take_untyped(request.size_bits);
}

Pager::Answer<ipc::pager::ReturnUntyped> Pager::handle(api::Badge caller,
                                                       ipc::pager::ReturnUntyped const& request) {
    if (!may_manage(caller)) {
        return base::fail(Error::PermissionDenied);
    }
    auto const returned = return_untyped(request.id);
    if (!returned) {
        return base::fail(returned.error());
    }
    return ipc::pager::ReturnUntyped::Reply{};
}

} // namespace pager
