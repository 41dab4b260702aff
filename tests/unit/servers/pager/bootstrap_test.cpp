// SPDX-License-Identifier: BSD-2-Clause
//
// The start of the pager, its own memory and its heap, over real host memory in place of the
// windows of its space.

#include "fake_kernel.hpp"
#include "host_window.hpp"
#include <pager/books.hpp>
#include <pager/bootstrap.hpp>

#include <gtest/gtest.h>
#include <random>

namespace pager::test {

namespace {

class BootstrapTest : public testing::Test {
protected:
    BootstrapTest() = default;
    static constexpr std::uint64_t mebibyte = 1024 * 1024;

    void prepare(std::vector<unsigned> const& sizes, std::uint32_t archive_pages = 3) {
        info->magic = startup::magic;
        info->archive = 0x6000'0000'0000;
        info->archive_size = archive_pages * page_size;
        info->archive_frames = startup::slot::first_free;
        info->first_untyped = info->archive_frames + archive_pages;
        std::uint64_t base = 0x4000'0000'0000;
        std::uint64_t ram = 0;
        for (unsigned const bits : sizes) {
            info->untypeds[info->untyped_count++] = {.paddr = base, .size_bits = bits};
            base += std::uint64_t{1} << 40;
            ram += base::bit(bits);
        }
        info->root_bits = startup::root_bits(ram);
        info->leaf_count = (info->first_untyped + info->untyped_count) / leaf_slots + 2;
        kernel = std::make_unique<FakeKernel>(static_cast<std::uint32_t>(info->leaf_count));
        for (std::uint32_t i = 0; i < info->untyped_count; ++i) {
            kernel->place_untyped(Slot{static_cast<std::uint32_t>(info->first_untyped)} + i,
                                  info->untypeds[i].paddr,
                                  static_cast<unsigned>(info->untypeds[i].size_bits));
        }
        kernel->place_vspace(Slot{startup::slot::vspace}, FakeKernel::own_vspace);
        kernel->place_asid_pool(Slot{startup::slot::asid_pool}, 100);
        ram_size = ram;
    }

    Bootstrap& boot() {
        book_window = std::make_unique<HostWindow>(0x2000'0000'0000, 64 * mebibyte);
        page_window = std::make_unique<HostWindow>(0x3000'0000'0000, ram_size);
        started = std::make_unique<Bootstrap>(
            *info, *kernel,
            OwnLayout{.books = book_window->start(), .frames = page_window->start()});
        return *started;
    }

    ~BootstrapTest() override { expect_no_violations(); }

    void expect_no_violations() const {
        for (auto const& text : kernel->violations) {
            ADD_FAILURE() << text;
        }
    }

    std::unique_ptr<startup::Info> info = std::make_unique<startup::Info>();
    std::unique_ptr<FakeKernel> kernel;
    std::unique_ptr<HostWindow> book_window;
    std::unique_ptr<HostWindow> page_window;
    std::unique_ptr<Bootstrap> started;
    std::uint64_t ram_size{0};
};

TEST_F(BootstrapTest, AllRamIsInTheBooks) {
    prepare({12, 24, 15, 25, 21, 22, 13});
    ASSERT_FALSE(Bootstrap::check(*info));
    Bootstrap& bootstrap = boot();
    auto const started = bootstrap.run();
    ASSERT_TRUE(started) << started.error();
    EXPECT_EQ(bootstrap.memory().frames.total(), ram_size);
}

TEST_F(BootstrapTest, TheBooksBalanceFromTheStart) {
    prepare({24, 25, 14}, 200);
    Bootstrap& bootstrap = boot();
    ASSERT_TRUE(bootstrap.run());
    Pager const pager{bootstrap.memory(), policy::selected(), bootstrap.fixed_slots()};
    auto const discrepancy = find_discrepancy(pager, bootstrap.fixed_slots());
    EXPECT_FALSE(discrepancy) << discrepancy.value_or("");
}

TEST_F(BootstrapTest, AllOfTheRamCanBeUsedAndGivenBack) {
    prepare({24, 12, 16});
    Bootstrap& bootstrap = boot();
    ASSERT_TRUE(bootstrap.run());
    Memory& memory = bootstrap.memory();
    auto const free = memory.frames.unused();
    std::vector<Frame> frames;
    while (memory.reserve()) {
        auto const frame = memory.pool.take(PageGroup::Clients, FrameState::Anonymous, no_space);
        if (!frame) {
            break;
        }
        frames.push_back(*frame);
    }
    EXPECT_LT(memory.frames.unused(), 64 * page_size);
    EXPECT_GT(frames.size() * page_size, free * 9 / 10);
    for (Frame const frame : frames) {
        memory.pool.give(frame);
        memory.trim();
    }
    EXPECT_EQ(memory.frames.bytes(FrameState::Anonymous), 0);
    while (memory.pool.release_block()) {
    }
    EXPECT_GT(memory.frames.bytes(FrameState::Free), free - 64 * page_size);
}

TEST_F(BootstrapTest, TooLittleMemoryIsSaid) {
    prepare({20, 21, 14});
    EXPECT_FALSE(Bootstrap::check(*info));
    auto const started = boot().run();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error(), "there is too little memory in one piece to start");
}

TEST_F(BootstrapTest, ARefusalOfTheKernelIsSaid) {
    prepare({24});
    kernel->fail_retype_in = 5;
    auto const started = boot().run();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error(), "the kernel refused what the pager needs to start");
}

TEST_F(BootstrapTest, WhatInitHandsOverIsChecked) {
    struct Case {
        char const* what;
        void (*spoil)(startup::Info&);
    };
    constexpr Case cases[] = {
        {"magic", [](startup::Info& info) { info.magic = 0; }},
        {"no untypeds", [](startup::Info& info) { info.untyped_count = 0; }},
        {"too many untypeds", [](startup::Info& info) { info.untyped_count = 231; }},
        {"tiny untyped", [](startup::Info& info) { info.untypeds[0].size_bits = 11; }},
        {"huge untyped", [](startup::Info& info) { info.untypeds[0].size_bits = 48; }},
        {"too much memory", [](startup::Info& info) { info.untypeds[0].size_bits = 41; }},
        {"root too big", [](startup::Info& info) { info.root_bits = 60; }},
        {"root too small", [](startup::Info& info) { info.root_bits = 0; }},
        {"leaves missing", [](startup::Info& info) { info.leaf_count = 0; }},
        {"archive not aligned", [](startup::Info& info) { info.archive += 8; }},
        {"archive too big", [](startup::Info& info) { info.archive_size += page_size; }},
        {"frames in fixed slots", [](startup::Info& info) { info.archive_frames = 2; }},
    };
    prepare({24});
    for (Case const& c : cases) {
        startup::Info spoilt = *info;
        c.spoil(spoilt);
        EXPECT_TRUE(Bootstrap::check(spoilt)) << c.what;
    }
    EXPECT_FALSE(Bootstrap::check(*info));
}

TEST_F(BootstrapTest, OwnPagesComeAndGo) {
    prepare({24});
    Bootstrap& bootstrap = boot();
    ASSERT_TRUE(bootstrap.run());
    OwnMemory& own = bootstrap.pages();
    std::vector<std::byte*> pages;
    while (std::byte* const page = own.take_page()) {
        pages.push_back(page);
    }
    FramePool& pool = bootstrap.memory().pool;
    auto const free_bytes = bootstrap.memory().frames.unused();
    EXPECT_EQ(own.spare(), 0);
    EXPECT_EQ(own.refill(10), 10);
    for (unsigned i = 0; i < 10; ++i) {
        std::byte* const page = own.take_page();
        ASSERT_NE(page, nullptr);
        *page = std::byte{1};
        pages.push_back(page);
    }
    EXPECT_EQ(own.take_page(), nullptr);
    for (std::byte* const page : pages) {
        own.give_page(page);
    }
    own.trim(0);
    EXPECT_EQ(own.spare(), pages.size() - 10); // those from the start stay
    while (pool.release_block()) {
    }
    EXPECT_EQ(bootstrap.memory().frames.unused(), free_bytes);
}

class HeapTest : public BootstrapTest {
protected:
    HeapTest() {
        prepare({24});
        EXPECT_TRUE(boot().run());
    }
};

TEST_F(HeapTest, ObjectsDoNotOverlapAndPagesGoBack) {
    OwnMemory& own = started->pages();
    Heap heap{own};
    std::size_t const spare = own.spare();
    std::mt19937 random{7};
    struct Object {
        unsigned char* bytes;
        std::size_t size;
        unsigned char mark;
    };
    std::vector<Object> objects;
    for (unsigned i = 0; i < 20'000; ++i) {
        own.refill(4);
        if (objects.empty() || random() % 100 < (i < 10'000 ? 60 : 40)) {
            std::size_t const size = 1 + random() % 1008;
            auto* const bytes = static_cast<unsigned char*>(heap.allocate(size));
            ASSERT_NE(bytes, nullptr);
            ASSERT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % 16, 0);
            auto const mark = static_cast<unsigned char>(random());
            std::memset(bytes, mark, size);
            objects.push_back({bytes, size, mark});
        } else {
            std::swap(objects[random() % objects.size()], objects.back());
            Object const object = objects.back();
            objects.pop_back();
            ASSERT_EQ(object.bytes[0], object.mark);
            ASSERT_EQ(object.bytes[object.size - 1], object.mark);
            heap.release(object.bytes);
        }
    }
    for (Object const& object : objects) {
        ASSERT_EQ(object.bytes[object.size / 2], object.mark);
        heap.release(object.bytes);
    }
    heap.release(nullptr);
    EXPECT_EQ(heap.pages(), 0);
    EXPECT_GE(own.spare(), spare);
}

TEST_F(HeapTest, WhatDoesNotFitOrHasNoPageIsRefused) {
    Heap heap{started->pages()};
    EXPECT_EQ(heap.allocate(Heap::sizes.back() + 1), nullptr);
    EXPECT_NE(heap.allocate(Heap::sizes.back()), nullptr);
    while (started->pages().take_page() != nullptr) {
    }
    EXPECT_EQ(heap.allocate(64), nullptr);
}

TEST_F(HeapTest, EveryBookFits) {
    for (std::size_t const size : {sizeof(AddressSpace), sizeof(Region)}) {
        EXPECT_LE(size, Heap::sizes.back());
    }
}

} // namespace

} // namespace pager::test
