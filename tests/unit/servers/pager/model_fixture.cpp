// SPDX-License-Identifier: BSD-2-Clause
//
// Random operations on a space or two, which must have the same outcome in the pager and the model.

#include "model_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

std::pair<std::map<std::uint64_t, std::byte>*, std::uint64_t>
ModelFixture::place_of(std::uint64_t address, ModelPage& page, std::uint64_t offset) {
    if (page.grant == nullptr) {
        return {&page.written, offset};
    }
    ModelGrant const& grant = *page.grant;
    return {&grant.memory->written, grant.first * page_size + (address - grant.start) + offset};
}

std::byte ModelFixture::expected_byte(std::uint64_t address, ModelPage const& page,
                                      std::uint64_t offset) const {
    ModelPage copy = page;
    auto const [written, at] = place_of(address, copy, offset);
    if (auto const it = written->find(at); it != written->end()) {
        return it->second;
    }
    if (page.file_offset < 0) {
        return std::byte{0};
    }
    return archive_byte(static_cast<std::uint64_t>(page.file_offset) + offset);
}

void ModelFixture::create() {
    if (model.size() >= max_spaces) {
        return;
    }
    auto const reply = call(manager, CreateSpace{.pid = 1, .name = Name::of("model")});
    if (reply) {
        model[reply->space];
    } else {
        EXPECT_EQ(reply.error(), Error::OutOfMemory);
    }
}

/// If it fails half-way, whoever asked ends what there is of it.
void ModelFixture::clone() {
    if (model.size() >= max_spaces) {
        return;
    }
    auto const& [source, pages] = some_space();
    CloneSpace request{.source = source, .target = 0, .pid = 1, .name = Name::of("clone")};
    auto reply = call(manager, request);
    while (reply && reply->done == 0) {
        request.target = reply->space;
        reply = call(manager, request);
    }
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        if (request.target != 0) {
            destroy_space(request.target);
        }
        return;
    }
    ModelSpace copy = pages;
    std::map<ModelGrant const*, std::shared_ptr<ModelGrant>> grants;
    for (auto& [address, page] : copy.pages) {
        if (page.grant != nullptr) {
            auto& grant = grants[page.grant.get()];
            if (grant == nullptr) {
                grant = std::make_shared<ModelGrant>(*page.grant);
                grant->space = reply->space;
                grant->is_copy = true;
            }
            page.grant = grant;
        }
    }
    std::erase_if(copy.pages, [](auto const& p) {
        return p.second.kind == RegionKind::Buffer || p.second.kind == RegionKind::Device;
    });
    model[reply->space] = std::move(copy);
    ++times_cloned;
}

void ModelFixture::destroy() {
    auto const number = some_space().first;
    destroy_space(number);
    model.erase(number);
}

void ModelFixture::map() {
    auto& [number, space] = some_space();
    std::uint64_t const wanted = below(3) == 0 ? 0 : some_page();
    std::uint64_t const size = some_size();
    Access const access = some_access();
    auto const reply = call(client(number), Map{wanted, size, access});
    if (wanted != 0 && !space.is_free(wanted, size)) {
        ASSERT_EQ(error_of(reply), Error::AlreadyMapped);
        return;
    }
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        return;
    }
    ASSERT_TRUE(space.is_free(reply->address, size));
    ASSERT_TRUE(wanted == 0 || wanted == reply->address);
    for (std::uint64_t at = reply->address; at < reply->address + size; at += page_size) {
        space.pages[at] = {.access = access, .kind = RegionKind::Anonymous};
    }
}

void ModelFixture::map_file() {
    auto& [number, space] = some_space();
    std::uint64_t const address = some_page();
    std::uint64_t const file_pages = 1 + below(16);
    std::uint64_t const size = (file_pages + below(4)) * page_size;
    std::uint64_t const offset = below(18) * page_size + (below(3) == 0 ? below(page_size) : 0);
    Access const access = some_access();
    auto const reply = call(manager, MapFile{.space = number,
                                             .file_offset = offset,
                                             .file_size = file_pages * page_size,
                                             .address = address,
                                             .memory_size = size,
                                             .access = access});
    if (!space.is_free(address, size)) {
        ASSERT_EQ(error_of(reply), Error::AlreadyMapped);
        return;
    }
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        return;
    }
    for (std::uint64_t i = 0; i < size / page_size; ++i) {
        auto const at = static_cast<std::int64_t>(offset + i * page_size);
        space.pages[address + i * page_size] = {
            .access = access, .kind = RegionKind::File, .file_offset = i < file_pages ? at : -1};
    }
}

void ModelFixture::map_contiguous() {
    auto& [number, space] = some_space();
    std::uint64_t const size = some_size();
    Access const access = below(2) == 0 ? Access::Read : Access::ReadWrite;
    auto const reply = call(driver(number), MapContiguous{size, below(18), access});
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        return;
    }
    ++times_contiguous;
    ASSERT_TRUE(space.is_free(reply->address, size));
    for (std::uint64_t at = reply->address; at < reply->address + size; at += page_size) {
        space.pages[at] = {.access = access, .kind = RegionKind::Device};
    }
}

void ModelFixture::map_stack() {
    auto& [number, space] = some_space();
    std::uint64_t const size = some_size();
    std::uint64_t const top = some_page() + size + AddressSpace::guard_size;
    std::uint64_t const bottom = top - size - AddressSpace::guard_size;
    auto const reply = call(manager, MapStack{number, top, size});
    if (!space.is_free(bottom, top - bottom)) {
        ASSERT_EQ(error_of(reply), Error::AlreadyMapped);
        return;
    }
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        return;
    }
    for (std::uint64_t at = bottom; at < top; at += page_size) {
        bool const guard = at < top - size;
        space.pages[at] = {.access = guard ? Access::None : Access::ReadWrite,
                           .kind = guard ? RegionKind::Guard : RegionKind::Stack};
    }
}

void ModelFixture::map_buffer() {
    auto& [number, space] = some_space();
    std::uint64_t const address = some_page();
    auto const reply = call(manager, MapBuffer{number, address});
    if (!space.is_free(address, page_size)) {
        ASSERT_EQ(error_of(reply), Error::AlreadyMapped);
        return;
    }
    if (!reply) {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
        return;
    }
    space.pages[address] = {.access = Access::ReadWrite, .kind = RegionKind::Buffer};
}

/// A request in steps: `apply(space, address, size)` does the same to the model, step by step.
/// Memory may run out only if `takes(books, start, end)`.
template <typename R>
void ModelFixture::change(R request, auto takes, auto apply) {
    auto& [number, space] = some_space();
    request.address = some_page();
    request.size = some_size();
    while (request.size > 0) {
        Access access = Access::None;
        if constexpr (std::is_same_v<R, Protect>) {
            access = request.access;
        }
        auto const expected = space.may_change(request.address, request.size, access);
        AddressSpace const& books = *find(number);
        bool const long_way = books.regions().size() > AddressSpace::max_step;
        bool const may_fail =
            long_way || request.size > AddressSpace::max_step * page_size ||
            takes(books, UserAddr{request.address}, UserAddr{request.address + request.size});
        auto const reply = call(client(number), request);
        if (!reply) {
            ASSERT_TRUE(reply.error() == expected ||
                        (reply.error() == Error::OutOfMemory && may_fail) ||
                        (long_way && expected != Error::None));
            return;
        }
        ASSERT_TRUE(expected == Error::None || long_way);
        ASSERT_GT(reply->size, 0);
        ASSERT_LE(reply->size, request.size);
        ASSERT_EQ(space.may_change(request.address, reply->size), Error::None);
        apply(space, request.address, reply->size);
        request.address += reply->size;
        request.size -= reply->size;
    }
}

void ModelFixture::unmap() {
    change(
        Unmap{},
        [](AddressSpace const& books, UserAddr start, UserAddr end) {
            return books.regions().makes_hole(start, end) ||
                   books.pages().clear_needs_memory(start, end);
        },
        [](ModelSpace& space, std::uint64_t address, std::uint64_t size) {
            space.pages.erase(space.pages.lower_bound(address),
                              space.pages.lower_bound(address + size));
        });
}

void ModelFixture::protect() {
    Access const access = some_access();
    change(
        Protect{.address = 0, .size = 0, .access = access},
        [](AddressSpace const& books, UserAddr start, UserAddr end) {
            return books.regions().cuts(start, end) > 0;
        },
        [access](ModelSpace& space, std::uint64_t address, std::uint64_t size) {
            for (auto it = space.pages.lower_bound(address);
                 it != space.pages.end() && it->first < address + size; ++it) {
                it->second.access = access;
            }
        });
}

void ModelFixture::touch() {
    auto& [number, space] = some_space();
    std::uint64_t page = some_page();
    if (auto const near = space.pages.lower_bound(page); near != space.pages.end()) {
        page = below(16) == 0 ? page : near->first;
    }
    std::uint64_t const offset = below(page_size);
    FaultKind const kind = below(2) == 0 ? FaultKind::Write : FaultKind{1 + below(3)};
    auto const it = space.pages.find(page);
    bool const allowed = it != space.pages.end() && allows(it->second.access, kind);
    std::byte* const byte = access(number, page + offset, kind);
    if (byte == nullptr) {
        return expect_report(it != space.pages.end(), allowed);
    }
    ++times_served;
    ASSERT_TRUE(allowed);
    ASSERT_EQ(*byte, expected_byte(page, it->second, offset));
    if (kind == FaultKind::Write) {
        *byte = static_cast<std::byte>(random());
        auto const [written, at] = place_of(page, it->second, offset);
        (*written)[at] = *byte;
    }
}

/// A client was stopped: because it had to be, or because memory ran out.
void ModelFixture::expect_report(bool mapped, bool allowed) {
    auto const report = call(manager, TakeReport{});
    ASSERT_TRUE(report);
    ASSERT_TRUE(!allowed || report->reason == StopReason::OutOfMemory);
    ASSERT_EQ(report->reason == StopReason::NoRegion, !mapped);
    times_out_of_memory += allowed ? 1 : 0;
}

void ModelFixture::lend() {
    if (!lent.empty() && below(2) == 0) {
        std::size_t const i = below(lent.size());
        ASSERT_TRUE(call(manager, ReturnUntyped{lent[i]}));
        lent.erase(lent.begin() + static_cast<std::ptrdiff_t>(i));
        return;
    }
    auto const reply = call(manager, TakeUntyped{12 + below(below(20) == 0 ? 10 : 4)});
    if (reply) {
        lent.push_back(reply->id);
    } else {
        ASSERT_EQ(reply.error(), Error::OutOfMemory);
    }
}

} // namespace pager::test
