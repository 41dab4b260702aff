// SPDX-License-Identifier: BSD-2-Clause
//
// The pager against a model so simple that it is obviously right: for every page of every space,
// what may be done with it and which bytes it holds. Random operations on several spaces must have
// the same outcome in both, with little memory, so that running out of it is part of the game.

#include "pager_fixture.hpp"

#include <map>
#include <random>

namespace pager::test {

using namespace ipc::pager;

namespace {

struct ModelPage {
    Access access;
    RegionKind kind;
    std::int64_t file_offset{-1}; // of the page's first byte; -1: no file
    std::map<std::uint64_t, std::byte> written{};
};

struct ModelSpace {
    std::map<std::uint64_t, ModelPage> pages;

    [[nodiscard]] bool is_free(std::uint64_t address, std::uint64_t size) const {
        auto const it = pages.lower_bound(address);
        return it == pages.end() || it->first >= address + size;
    }

    [[nodiscard]] Error may_change(std::uint64_t address, std::uint64_t size) const {
        bool fixed = false;
        for (std::uint64_t at = address; at < address + size; at += page_size) {
            auto const it = pages.find(at);
            if (it == pages.end()) {
                return Error::RegionNotFound;
            }
            fixed = fixed || it->second.kind == RegionKind::Buffer ||
                    it->second.kind == RegionKind::Guard;
        }
        return fixed ? Error::PermissionDenied : Error::None;
    }
};

constexpr bool allows(Access access, FaultKind kind) {
    return (kind == FaultKind::Read && access != Access::None) ||
           (kind == FaultKind::Write && access == Access::ReadWrite) ||
           (kind == FaultKind::Execute && access == Access::ReadExecute);
}

class ModelTest : public PagerFixture {
protected:
    // Less than 3 MiB of RAM, in pieces: clients run out of it.
    ModelTest()
        : PagerFixture{
              {{0x4000'0000, 21}, {0x40c0'0000, 19}, {0x4120'0000, 16}, {0x4110'0000, 12}}} {}

    static constexpr std::uint64_t window = 0x40'0000;
    static constexpr std::uint64_t window_pages = 600;
    static constexpr std::size_t max_spaces = 6;

    std::mt19937_64 random{20'261'121};
    std::map<api::Word, ModelSpace> model;
    std::vector<api::Word> lent;
    unsigned times_out_of_memory{0};
    unsigned times_served{0};
    unsigned times_cloned{0};

    std::uint64_t below(std::uint64_t limit) { return random() % limit; }

    std::uint64_t some_page() { return window + below(window_pages) * page_size; }
    std::uint64_t some_size() { return (1 + below(below(8) == 0 ? 200 : 12)) * page_size; }
    Access some_access() { return below(2) == 0 ? Access::ReadWrite : Access{below(4)}; }

    std::pair<api::Word const, ModelSpace>& some_space() {
        return *std::next(model.begin(), static_cast<std::ptrdiff_t>(below(model.size())));
    }

    std::byte expected_byte(ModelPage const& page, std::uint64_t offset) const {
        auto const it = page.written.find(offset);
        if (it != page.written.end()) {
            return it->second;
        }
        if (page.file_offset < 0) {
            return std::byte{0};
        }
        return archive_byte(static_cast<std::uint64_t>(page.file_offset) + offset);
    }

    void create();
    void clone();
    void destroy();
    void map();
    void map_file();
    void map_stack();
    void map_buffer();
    void change(auto request, auto takes, auto apply);
    void unmap();
    void protect();
    void touch();
    void expect_report(bool mapped, bool allowed);
    void lend();
    void step();
};

void ModelTest::create() {
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
void ModelTest::clone() {
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
    std::erase_if(copy.pages, [](auto const& p) { return p.second.kind == RegionKind::Buffer; });
    model[reply->space] = std::move(copy);
    ++times_cloned;
}

void ModelTest::destroy() {
    auto const number = some_space().first;
    destroy_space(number);
    model.erase(number);
}

void ModelTest::map() {
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

void ModelTest::map_file() {
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

void ModelTest::map_stack() {
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

void ModelTest::map_buffer() {
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
void ModelTest::change(auto request, auto takes, auto apply) {
    auto& [number, space] = some_space();
    request.address = some_page();
    request.size = some_size();
    while (request.size > 0) {
        auto const expected = space.may_change(request.address, request.size);
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

void ModelTest::unmap() {
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

void ModelTest::protect() {
    Access const access = some_access();
    change(
        Protect{.address = 0, .size = 0, .access = access},
        [](AddressSpace const& books, UserAddr start, UserAddr end) {
            return books.regions().cuts(start, end);
        },
        [access](ModelSpace& space, std::uint64_t address, std::uint64_t size) {
            for (auto it = space.pages.lower_bound(address);
                 it != space.pages.end() && it->first < address + size; ++it) {
                it->second.access = access;
            }
        });
}

void ModelTest::touch() {
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
    ASSERT_EQ(*byte, expected_byte(it->second, offset));
    if (kind == FaultKind::Write) {
        *byte = static_cast<std::byte>(random());
        it->second.written[offset] = *byte;
    }
}

/// A client was stopped: because it had to be, or because memory ran out.
void ModelTest::expect_report(bool mapped, bool allowed) {
    auto const report = call(manager, TakeReport{});
    ASSERT_TRUE(report);
    ASSERT_TRUE(!allowed || report->reason == StopReason::OutOfMemory);
    ASSERT_EQ(report->reason == StopReason::NoRegion, !mapped);
    times_out_of_memory += allowed ? 1 : 0;
}

void ModelTest::lend() {
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

void ModelTest::step() {
    struct Chance {
        unsigned per_mille;
        void (ModelTest::*act)();
    };
    static constexpr Chance chances[] = {
        {3, &ModelTest::create},     {5, &ModelTest::clone},     {3, &ModelTest::destroy},
        {40, &ModelTest::map},       {20, &ModelTest::map_file}, {5, &ModelTest::map_stack},
        {5, &ModelTest::map_buffer}, {15, &ModelTest::unmap},    {30, &ModelTest::protect},
        {20, &ModelTest::lend},      {854, &ModelTest::touch},
    };
    if (model.empty()) {
        return create();
    }
    std::uint64_t dice = below(1000);
    for (Chance const& chance : chances) {
        if (dice < chance.per_mille) {
            return (this->*chance.act)();
        }
        dice -= chance.per_mille;
    }
}

TEST_F(ModelTest, TheSameOutcomeAsTheModelForALongTime) {
    auto const at_start = statistics();
    constexpr unsigned steps = 1'000'000;
    for (unsigned i = 0; i < steps; ++i) {
        step();
        if (i % 100 == 0) {
            expect_balance();
        }
        ASSERT_FALSE(HasFailure()) << "at step " << i;
        ASSERT_TRUE(kernel.violations.empty()) << kernel.violations.front();
    }
    while (!model.empty()) {
        destroy();
    }
    for (api::Word const id : lent) {
        EXPECT_TRUE(call(manager, ReturnUntyped{id}));
    }
    // What the clients had is free again, but for the books, which keep a reserve.
    auto const at_end = statistics();
    EXPECT_EQ(at_end.free + at_end.pager, at_start.free + at_start.pager);
    EXPECT_LE(at_end.pager, at_start.pager + 48 * page_size);
    EXPECT_GT(times_out_of_memory, 1000);
    EXPECT_GT(times_served, steps / 20);
    EXPECT_GT(times_cloned, 300);
}

} // namespace

} // namespace pager::test
