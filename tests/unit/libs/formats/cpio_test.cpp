// SPDX-License-Identifier: BSD-2-Clause

#include "cpio_archive.hpp"
#include <formats/cpio.hpp>

#include <gtest/gtest.h>

namespace {

using formats::cpio::Archive;
using formats::cpio::Error;
using formats::test::CpioArchive;

constexpr std::size_t file_size_field = 6 + 6 * 8;
constexpr std::size_t name_size_field = 6 + 11 * 8;

CpioArchive sample() {
    CpioArchive archive;
    archive.add("bin/hello", "hello").add(".pad", "xyz").add("bin/touch", "0123456").finish();
    return archive;
}

void expect_refused(CpioArchive const& archive, Error error) {
    auto const bytes = archive.bytes();
    auto const result = Archive{bytes}.check();
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error(), error) << describe(result.error());
    EXPECT_NE(describe(error), "unknown error");
    // No other way to look at it comes to another end.
    EXPECT_FALSE(Archive{bytes}.find("nowhere").has_value());
    EXPECT_FALSE(Archive{bytes}.file(1000).has_value());
}

TEST(Cpio, FilesAreFoundByNameWithTheirPlace) {
    auto const bytes = sample().bytes();
    Archive const archive{bytes};
    ASSERT_TRUE(archive.check().has_value());
    auto const found = archive.find("bin/touch");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(formats::as_text(found->data), "0123456");
    EXPECT_EQ(found->data.data(), bytes.data() + found->data_offset);
    EXPECT_EQ(archive.find("bin/tou").error(), Error::NotFound);
}

TEST(Cpio, FilesAreCountedWithoutFillers) {
    auto const bytes = sample().bytes();
    Archive const archive{bytes};
    EXPECT_EQ(archive.file(0)->name, "bin/hello");
    EXPECT_EQ(archive.file(1)->name, "bin/touch");
    EXPECT_EQ(archive.file(2).error(), Error::NotFound);
    EXPECT_EQ(archive.find(".pad").error(), Error::NotFound);
}

TEST(Cpio, EmptyArchiveIsGood) {
    auto const bytes = CpioArchive{}.finish().bytes();
    EXPECT_TRUE(Archive{bytes}.check().has_value());
    EXPECT_EQ(Archive{bytes}.file(0).error(), Error::NotFound);
}

TEST(Cpio, WhatFollowsTheTrailerIsIgnored) {
    auto archive = sample();
    archive.text() += std::string(4096, 'x');
    EXPECT_TRUE(Archive{archive.bytes()}.check().has_value());
}

TEST(Cpio, Missing) {
    expect_refused({}, Error::Missing);
    CpioArchive zeroes;
    zeroes.text().resize(4096);
    expect_refused(zeroes, Error::Missing);
}

TEST(Cpio, BadMagic) {
    auto archive = sample();
    archive.text()[5] = '2'; // the format with checksums
    expect_refused(archive, Error::BadMagic);
}

TEST(Cpio, BadNumber) {
    for (auto const field : {file_size_field, name_size_field}) {
        for (char const c : {'g', '-', ' ', '\0'}) {
            auto archive = sample();
            archive.text()[field + 7] = c;
            expect_refused(archive, Error::BadNumber);
        }
    }
}

TEST(Cpio, BadName) {
    auto archive = sample();
    archive.text().replace(name_size_field, 8, "00000000"); // not even a NUL
    expect_refused(archive, Error::BadName);
    archive = sample();
    archive.text().replace(name_size_field, 8, "00000009"); // cuts the NUL off
    expect_refused(archive, Error::BadName);
    archive = sample();
    archive.text()[CpioArchive::header_size] = '\0'; // empty
    expect_refused(archive, Error::BadName);
}

TEST(Cpio, DataOutside) {
    for (auto const* const size : {"00000fff", "ffffffff", "FFFFFFFF"}) {
        auto archive = sample();
        archive.text().replace(file_size_field, 8, size);
        expect_refused(archive, Error::Truncated);
    }
}

TEST(Cpio, NameOutside) {
    auto archive = sample();
    archive.text().replace(name_size_field, 8, "ffffffff");
    expect_refused(archive, Error::Truncated);
}

TEST(Cpio, TruncatedAnywhereIsRefused) {
    auto const whole = sample();
    auto const size = CpioArchive{whole}.text().size();
    // The padding behind the trailer's name is nobody's.
    auto const needed = size - 1;
    for (std::size_t length = 1; length < needed; ++length) {
        auto archive = whole;
        archive.text().resize(length);
        expect_refused(archive, Error::Truncated);
    }
}

} // namespace
