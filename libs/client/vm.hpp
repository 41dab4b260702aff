// SPDX-License-Identifier: BSD-2-Clause
//
// Memory of the calling process. Sizes and addresses are multiples of the page size, but for the
// heap's end. What is long goes in steps, which these functions ask for one after the other; after
// a refusal the steps before it stay done. Errors are those of the requests they name, see
// ipc/protocol/pager.hpp.
#pragma once

#include <client/servers.hpp>
#include <ipc/protocol/pager_inspection.hpp>
#include <ipc/protocol/process.hpp>

namespace client::vm {

using ipc::pager::Access;
using ipc::pager::Advice;
using ipc::pager::Placement;

/// A request the pager answers in steps.
template <ipc::Request R>
ipc::Result<> call_in_steps(R request) {
    for (;;) {
        api::Word const done = TRY(ipc::call(pager_server, request)).size;
        if (done >= request.size) {
            return {};
        }
        request.address += done;
        request.size -= done;
    }
}

/// New memory, zero-filled on first touch (Map): where the pager likes if `address` is 0, otherwise
/// there, or, as a hint, there if that is free.
inline ipc::Result<api::Word> mmap(api::Word size, Access access = Access::ReadWrite,
                                   api::Word address = 0, Placement placement = Placement::Exact) {
    auto const reply = TRY(ipc::call(pager_server, ipc::pager::Map{.address = address,
                                                                   .size = size,
                                                                   .access = access,
                                                                   .placement = placement}));
    return reply.address;
}

/// Give memory back (Unmap).
inline ipc::Result<> munmap(api::Word address, api::Word size) {
    return call_in_steps(ipc::pager::Unmap{.address = address, .size = size});
}

/// Change what may be done with memory (Protect).
inline ipc::Result<> mprotect(api::Word address, api::Word size, Access access) {
    return call_in_steps(ipc::pager::Protect{.address = address, .size = size, .access = access});
}

/// Say how memory will be used, or have something done about it ahead of time (Advise).
inline ipc::Result<> madvise(api::Word address, api::Word size, Advice advice) {
    return call_in_steps(ipc::pager::Advise{.address = address, .size = size, .advice = advice});
}

/// A file of the boot archive, or `size` bytes of it from `offset` on (MapArchiveFile): where it
/// is, and how many bytes of it there are.
inline ipc::Result<ipc::pager::MapArchiveFile::Reply>
map_file(std::string_view name, Access access = Access::Read, api::Word offset = 0,
         api::Word size = 0, api::Word address = 0, Placement placement = Placement::Exact) {
    using Request = ipc::pager::MapArchiveFile;
    if (name.size() > ipc::pager::max_file_name) {
        return base::fail(ipc::Error::NotFound);
    }
    return ipc::call(pager_server, Request{.offset = offset,
                                           .size = size,
                                           .address = address,
                                           .access = access,
                                           .placement = placement,
                                           .name = ipc::Text<ipc::pager::max_file_name>::of(name)});
}

/// New memory that can be shared, and that a fork shares (MapShared).
inline ipc::Result<api::Word> mmap_shared(api::Word size, Access access = Access::ReadWrite,
                                          api::Word address = 0,
                                          Placement placement = Placement::Exact) {
    ipc::pager::MapShared const request{
        .address = address, .size = size, .access = access, .placement = placement};
    return TRY(ipc::call(pager_server, request)).address;
}

/// A token for some of it: whoever is told has it too, once he attaches it (Share).
inline ipc::Result<api::Word> share(api::Word address, api::Word size,
                                    Access access = Access::ReadWrite) {
    ipc::pager::Share const request{.address = address, .size = size, .access = access};
    return TRY(ipc::call(pager_server, request)).token;
}

/// Where the memory is that a token is for, and how much (Attach).
inline ipc::Result<ipc::pager::Attach::Reply> attach(api::Word token,
                                                     Access access = Access::ReadWrite,
                                                     api::Word address = 0,
                                                     Placement placement = Placement::Exact) {
    ipc::pager::Attach const request{
        .token = token, .address = address, .access = access, .placement = placement};
    return ipc::call(pager_server, request);
}

/// Take the memory away from all who have it by this token (Revoke).
inline ipc::Result<> revoke(api::Word token) {
    while (TRY(ipc::call(pager_server, ipc::pager::Revoke{.token = token})).done == 0) {
    }
    return {};
}

/// Memory for a device, mapped whole; see MapContiguous for who may, and what it is like.
inline ipc::Result<ipc::pager::MapContiguous::Reply>
map_contiguous(api::Word size, api::Word alignment_bits = 0, Access access = Access::ReadWrite) {
    ipc::pager::MapContiguous const request{
        .size = size, .alignment_bits = alignment_bits, .access = access};
    auto const reply = TRY(ipc::call(pager_server, request));
    if (auto const mapped = madvise(reply.address, size, Advice::Populate); !mapped) {
        static_cast<void>(munmap(reply.address, size));
        return base::fail(mapped.error());
    }
    return reply;
}

/// The registers of a device that init's table lets this program drive, by its name there; see
/// ipc::process::MapDevice.
inline ipc::Result<ipc::process::MapDevice::Reply> map_device(std::string_view name) {
    if (name.size() > ipc::process::max_name) {
        return base::fail(ipc::Error::PermissionDenied);
    }
    return ipc::call(init_server,
                     ipc::process::MapDevice{.name = ipc::Text<ipc::process::max_name>::of(name)});
}

/// A clone of memory that lies in one region, copied on write (CloneRange): where it is.
inline ipc::Result<api::Word> clone(api::Word address, api::Word size) {
    ipc::pager::CloneRange request{.address = address, .size = size, .target = 0, .done = 0};
    do {
        auto const reply = ipc::call(pager_server, request);
        if (!reply) {
            if (request.target != 0) {
                static_cast<void>(munmap(request.target, size)); // what there is of it
            }
            return base::fail(reply.error());
        }
        request.target = reply->target;
        request.done = reply->done;
    } while (request.done < size);
    return request.target;
}

/// The end of the heap becomes `end`, in bytes; 0 only asks where it is (Break).
inline ipc::Result<api::Word> brk(api::Word end = 0) {
    for (;;) {
        auto const reply = TRY(ipc::call(pager_server, ipc::pager::Break{.end = end}));
        if (end == 0 || reply.end <= end) {
            return reply.end;
        }
    }
}

/// Moves the end of the heap by so many bytes. The answer is where it was before.
inline ipc::Result<api::Word> sbrk(std::int64_t change) {
    api::Word const before = TRY(brk());
    if (change != 0) {
        TRY(brk(before + static_cast<api::Word>(change)));
    }
    return before;
}

/// Give back what the stack does not need any more (TrimStack): how many bytes that was.
inline ipc::Result<api::Word> trim_stack() {
    for (api::Word pages = 0;;) {
        auto const reply = TRY(ipc::call(pager_server, ipc::pager::TrimStack{}));
        pages += reply.pages;
        if (reply.done != 0) {
            return pages * api::page_size;
        }
    }
}

/// All about the page at `address` (Query).
inline ipc::Result<ipc::pager::Query::Reply> query(api::Word address) {
    return ipc::call(pager_server, ipc::pager::Query{.address = address});
}

/// Which of at most 64 pages may have been written since this was asked last: a bit each (Written).
inline ipc::Result<api::Word> written(api::Word address, api::Word size) {
    return TRY(ipc::call(pager_server, ipc::pager::Written{.address = address, .size = size}))
        .pages;
}

/// Has the pager do a step of what it would do later; whether there is more. Who may inspect may.
inline ipc::Result<bool> work_ahead() {
    return TRY(ipc::call(pager_server, ipc::pager::WorkAhead{})).more != 0;
}

} // namespace client::vm
