// SPDX-License-Identifier: BSD-2-Clause
//
// Files of the boot archive, mapped by clients themselves.

#include "pager_fixture.hpp"

#include <cstdio>

namespace pager::test {

using namespace ipc::pager;

namespace {

class ArchiveFileTest : public PagerFixture {
protected:
    ArchiveFileTest() {
        add("etc/short", "hello");
        add("etc/empty", "");
        add("etc/long", std::string(2 * page_size + 100, 'x') + "end");
        add("TRAILER!!!", "");
    }

    /// Writes an entry over what the archive holds.
    void add(std::string const& name, std::string const& data) {
        char header[111];
        std::snprintf(header, sizeof header,
                      "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", 1, 0100644, 0,
                      0, 1, 0, data.size(), 0, 0, 0, 0, name.size() + 1, 0);
        put(header + name + '\0');
        put(data);
    }

    void put(std::string const& text) {
        for (char const c : text) {
            archive[used_++] = static_cast<std::byte>(c);
        }
        for (; used_ % 4 != 0; ++used_) {
            archive[used_] = std::byte{0};
        }
    }

    Result<MapArchiveFile::Reply> map(std::string_view name, Access access = Access::Read,
                                      std::uint64_t offset = 0, std::uint64_t size = 0,
                                      std::uint64_t address = 0) {
        return call(client(space), MapArchiveFile{.offset = offset,
                                                  .size = size,
                                                  .address = address,
                                                  .access = access,
                                                  .name = ipc::Text<max_file_name>::of(name)});
    }

    std::string text(std::uint64_t at, std::size_t size) {
        std::string result;
        for (std::size_t i = 0; i < size; ++i) {
            result += static_cast<char>(read(space, at + i).value_or(std::byte{'?'}));
        }
        return result;
    }

    api::Word space = new_space(7);

private:
    std::size_t used_{0};
};

TEST_F(ArchiveFileTest, AFileIsMappedWithZeroesBehindIt) {
    auto const mapped = map("etc/short");
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->size, 5);
    EXPECT_EQ(text(mapped->address, 5), "hello");
    EXPECT_EQ(read(space, mapped->address + 5), std::byte{0});
    EXPECT_EQ(read(space, mapped->address + page_size - 1), std::byte{0});
    EXPECT_FALSE(read(space, mapped->address + page_size));
    EXPECT_FALSE(write(space, mapped->address, std::byte{1}));
    expect_balance();
}

TEST_F(ArchiveFileTest, PartOfAFile) {
    auto const mapped = map("etc/long", Access::Read, 2 * page_size + 98);
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->size, 5);
    EXPECT_EQ(text(mapped->address, 6), std::string("xxend\0", 6));
    auto const all = map("etc/long", Access::Read, 0, 0, 0x40'0000);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->address, 0x40'0000);
    EXPECT_EQ(text(0x40'0000 + 2 * page_size + 100, 3), "end");
}

TEST_F(ArchiveFileTest, WhatIsWrittenIsTheClientsOwn) {
    auto const mapped = map("etc/short", Access::ReadWrite);
    ASSERT_TRUE(mapped);
    EXPECT_EQ(call(client(space), Query{mapped->address})->region, RegionKind::Data);
    EXPECT_TRUE(write(space, mapped->address, std::byte{'j'}));
    EXPECT_EQ(text(mapped->address, 5), "jello");
    EXPECT_EQ(text(map("etc/short")->address, 5), "hello");
}

TEST_F(ArchiveFileTest, EveryErrorIsAnswered) {
    EXPECT_EQ(error_of(map("etc/nothing")), Error::NotFound);
    EXPECT_EQ(error_of(map("")), Error::NotFound);
    EXPECT_EQ(error_of(map("etc/empty")), Error::InvalidSize);
    EXPECT_EQ(error_of(map("etc/short", Access::Read, 5)), Error::InvalidSize);
    EXPECT_EQ(error_of(map("etc/short", Access::Read, 6, 1)), Error::InvalidSize);
    EXPECT_EQ(error_of(map("etc/short", Access::Read, 2, 4)), Error::InvalidSize);
    EXPECT_EQ(error_of(map("etc/short", Access::Read, 1, ~std::uint64_t{0})), Error::InvalidSize);
    EXPECT_EQ(error_of(map("etc/short", Access{7})), Error::BadMessage);
    EXPECT_EQ(error_of(map("etc/short", Access::Read, 0, 0, 0x40'0001)), Error::NotAligned);
    EXPECT_EQ(error_of(map("etc/short", Access::Read, 0, 0, 0x1000)), Error::InvalidAddress);
    EXPECT_TRUE(map("etc/short", Access::Read, 0, 0, 0x40'0000));
    EXPECT_EQ(error_of(map("etc/short", Access::Read, 0, 0, 0x40'0000)), Error::AlreadyMapped);
    EXPECT_TRUE(map("etc/short", Access::ReadExecute));
    EXPECT_TRUE(call(manager, SetAccessPolicy{space, Forbidden::NewCode::set(api::Word{0}, true)}));
    EXPECT_EQ(error_of(map("etc/short", Access::ReadExecute)), Error::PermissionDenied);
    space = 0;
    EXPECT_EQ(error_of(map("etc/short")), Error::PermissionDenied);
}

TEST_F(ArchiveFileTest, WithoutRoomForARegionItIsRefused) {
    EXPECT_TRUE(call(manager, SetQuota{space, SetQuota::unlimited, 2}));
    EXPECT_TRUE(map("etc/short"));
    EXPECT_TRUE(map("etc/short"));
    EXPECT_EQ(error_of(map("etc/short")), Error::QuotaExceeded);
    EXPECT_TRUE(call(manager, SetQuota{space, SetQuota::unlimited, SetQuota::unlimited}));
    auto error = Error::None;
    for (unsigned i = 0; i < 300'000 && error == Error::None; ++i) {
        error = error_of(map("etc/short", Access::Read, i % 2));
    }
    EXPECT_EQ(error, Error::OutOfMemory);
    expect_balance();
}

/// As for all others, whose archives are no archives.
TEST_F(ArchiveFileTest, ABrokenArchiveHasNoFiles) {
    std::ranges::fill(archive, std::byte{0});
    EXPECT_EQ(error_of(map("etc/short")), Error::NotFound);
}

} // namespace

} // namespace pager::test
