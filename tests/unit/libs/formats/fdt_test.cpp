// SPDX-License-Identifier: BSD-2-Clause

#include "device_tree_blob.hpp"
#include <formats/fdt.hpp>

#include <gtest/gtest.h>

namespace {

using formats::fdt::Error;
using formats::fdt::Tree;
using formats::test::DeviceTreeBlob;
using formats::test::sample_tree;
using Blob = DeviceTreeBlob;

void expect_refused(std::vector<std::byte> const& bytes, Error error) {
    auto const tree = Tree::parse(bytes);
    ASSERT_FALSE(tree.has_value());
    EXPECT_EQ(tree.error(), error) << describe(tree.error());
    EXPECT_NE(describe(error), "unknown error");
}

void expect_refused(DeviceTreeBlob const& blob, Error error) {
    expect_refused(blob.build(), error);
}

TEST(Fdt, NodesAreWalkedInOrder) {
    auto const bytes = sample_tree().build();
    auto const tree = Tree::parse(bytes);
    ASSERT_TRUE(tree.has_value()) << describe(tree.error());
    auto const root = tree->root();
    EXPECT_EQ(root.name(), "");
    EXPECT_EQ(root.property("model")->text(), "sample");

    auto const memory = root.first_child();
    ASSERT_TRUE(memory);
    EXPECT_EQ(memory->name(), "memory@0");
    EXPECT_EQ(memory->base_name(), "memory");
    EXPECT_FALSE(memory->first_child());
    EXPECT_EQ(memory->next_sibling()->name(), "reserved-memory");
    EXPECT_EQ(root.child("reserved-memory")->first_child()->next_sibling()->name(), "pool");
    EXPECT_FALSE(root.child("reserved-memory")->first_child()->next_sibling()->next_sibling());
    EXPECT_FALSE(root.next_sibling());
    EXPECT_FALSE(root.child("nothing"));

    std::size_t nodes = 1;
    for (auto node = root.following(); node; node = node->following()) {
        ++nodes;
    }
    EXPECT_EQ(nodes, 8u);
}

TEST(Fdt, APropertyIsThatOfTheNodeOnly) {
    auto const bytes = sample_tree().build();
    auto const tree = *Tree::parse(bytes);
    EXPECT_FALSE(tree.root().property("device_type"));               // the child has one
    EXPECT_FALSE(tree.root().child("psci")->property("compatible")); // the next node's child
}

TEST(Fdt, PropertiesAreReadAsCellsAndTexts) {
    auto const bytes = sample_tree().build();
    auto const tree = *Tree::parse(bytes);
    auto const reg = *tree.root().child("memory")->property("reg");
    EXPECT_EQ(reg.cell_count(), 6u);
    EXPECT_EQ(reg.cell(2), 0x3b40'0000u);
    EXPECT_FALSE(reg.cell(6));
    EXPECT_EQ(reg.number(3, 2), 0x4000'0000u);
    EXPECT_FALSE(reg.number(5, 2)); // runs out
    EXPECT_FALSE(reg.number(2, 3)); // does not fit into 64 bits

    auto const gic = *tree.root().child("soc")->first_child();
    EXPECT_TRUE(gic.compatible_with("brcm,gic"));
    EXPECT_TRUE(gic.compatible_with("arm,gic-400"));
    EXPECT_FALSE(gic.compatible_with("arm,gic"));
    EXPECT_FALSE(gic.compatible_with(""));
    EXPECT_EQ(tree.root().cell_or("#size-cells", 7), 1u);
    EXPECT_EQ(gic.cell_or("#size-cells", 7), 7u);
}

TEST(Fdt, ATextWithoutEndEndsWithItsProperty) {
    DeviceTreeBlob blob;
    blob.begin("").bytes("compatible", "abc").end().token(Blob::End);
    auto const bytes = blob.build();
    auto const tree = *Tree::parse(bytes);
    EXPECT_EQ(tree.root().property("compatible")->text(), "abc");
    EXPECT_TRUE(tree.root().compatible_with("abc"));
}

TEST(Fdt, ReservationsEndAtTheFirstEmptyOne) {
    auto const bytes = sample_tree().reserve(0x8000, 0x10).build();
    auto const tree = *Tree::parse(bytes);
    EXPECT_EQ(tree.reservation(0)->size, 0x1000u);
    EXPECT_EQ(tree.reservation(1)->address, 0x8000u);
    EXPECT_FALSE(tree.reservation(2));
}

TEST(Fdt, MayBeShorterThanItsBytes) {
    auto bytes = sample_tree().build();
    auto const size = bytes.size();
    bytes.resize(size + 100);
    EXPECT_EQ(Tree::parse(bytes)->bytes().size(), size);
}

TEST(Fdt, RoomForAdditionsCanBeCutOff) {
    auto bytes = sample_tree().build();
    auto const used = bytes.size();
    bytes.resize(used + 1000);
    Blob::set(bytes, Blob::Size, static_cast<std::uint32_t>(bytes.size()));
    ASSERT_EQ(Tree::parse(bytes)->used_size(), used);
    bytes.resize(used);
    Tree::set_size(bytes);
    EXPECT_EQ(bytes, sample_tree().build());
}

TEST(Fdt, ReservationsBehindTheRestAreInUse) {
    auto bytes = sample_tree().build();
    auto const reservations = bytes.size() / 8 * 8 + 8;
    bytes.resize(reservations + 100);
    Blob::set(bytes, Blob::Size, static_cast<std::uint32_t>(bytes.size()));
    Blob::set(bytes, Blob::Reservations, static_cast<std::uint32_t>(reservations));
    EXPECT_EQ(Tree::parse(bytes)->used_size(), reservations + 16);
}

TEST(Fdt, DeepNestingDoesNotRecurse) {
    DeviceTreeBlob blob;
    constexpr int depth = 100'000;
    for (int i = 0; i < depth; ++i) {
        blob.begin("n");
    }
    for (int i = 0; i < depth; ++i) {
        blob.end();
    }
    auto const bytes = blob.token(Blob::End).build();
    auto const tree = Tree::parse(bytes);
    ASSERT_TRUE(tree.has_value());
    EXPECT_FALSE(tree->root().next_sibling());
}

TEST(Fdt, TooShort) {
    expect_refused(std::vector<std::byte>(39), Error::TooShort);
    auto bytes = sample_tree().build();
    bytes.pop_back();
    expect_refused(bytes, Error::TooShort);
    Blob::set(bytes, Blob::Size, 39); // shorter than its own header
    expect_refused(bytes, Error::TooShort);
}

TEST(Fdt, BadMagic) {
    auto bytes = sample_tree().build();
    Blob::set(bytes, Blob::Magic, 0x5441'0001); // an ATAG list
    expect_refused(bytes, Error::BadMagic);
    EXPECT_EQ(Tree::size_of(bytes).error(), Error::BadMagic);
}

TEST(Fdt, BadVersion) {
    auto bytes = sample_tree().build();
    Blob::set(bytes, Blob::Version, 16); // without the size of its structure
    expect_refused(bytes, Error::BadVersion);
    Blob::set(bytes, Blob::Version, 18);
    EXPECT_TRUE(Tree::parse(bytes).has_value()); // can be read as 17
    Blob::set(bytes, Blob::Compatible, 18);
    expect_refused(bytes, Error::BadVersion);
}

TEST(Fdt, BadLayout) {
    for (auto const field : {Blob::Structure, Blob::Strings, Blob::Reservations, Blob::StringsSize,
                             Blob::StructureSize}) {
        for (std::uint32_t const value : {0x1000'0000u, 0xffff'fffcu}) {
            auto bytes = sample_tree().build();
            Blob::set(bytes, field, value);
            expect_refused(bytes, Error::BadLayout);
        }
    }
    auto bytes = sample_tree().build();
    Blob::set(bytes, Blob::Structure, 42);
    expect_refused(bytes, Error::BadLayout);
}

TEST(Fdt, ReservationsWithoutEnd) {
    auto bytes = sample_tree().build();
    // The last 16 bytes of the tree are names.
    Blob::set(bytes, Blob::Reservations, static_cast<std::uint32_t>(bytes.size() / 8 * 8 - 16));
    expect_refused(bytes, Error::BadLayout);
}

TEST(Fdt, BadToken) {
    DeviceTreeBlob blob;
    expect_refused(blob.begin("").token(7), Error::BadToken);
}

TEST(Fdt, BadNesting) {
    using B = DeviceTreeBlob;
    expect_refused(B{}.token(Blob::End), Error::BadNesting);             // no root
    expect_refused(B{}.begin("").token(Blob::End), Error::BadNesting);   // not closed
    expect_refused(B{}.begin("").end(), Error::BadNesting);              // no end
    expect_refused(B{}.end().token(Blob::End), Error::BadNesting);       // never opened
    expect_refused(B{}.begin("").end().end(), Error::BadNesting);        // closed twice
    expect_refused(B{}.cells("reg", {1}), Error::BadNesting);            // of no node
    expect_refused(B{}.begin("").end().begin("").end().token(Blob::End), // two roots
                   Error::BadNesting);
}

TEST(Fdt, BadName) {
    DeviceTreeBlob blob;
    blob.begin("").token(Blob::BeginNode);
    blob.structure += "four";
    expect_refused(blob, Error::BadName);

    blob = {};
    blob.begin("").cells("reg", {1}).end().token(Blob::End);
    blob.strings = "reg"; // without its NUL
    expect_refused(blob, Error::BadName);
    blob.strings = "";
    expect_refused(blob, Error::BadName);
}

TEST(Fdt, BadProperty) {
    DeviceTreeBlob blob;
    blob.begin("").cells("reg", {1, 2}).end().token(Blob::End);
    blob.structure[8 + 4] = '\x7f'; // its length
    expect_refused(blob, Error::BadProperty);

    blob = {};
    blob.begin("").token(Blob::Property).token(0); // ends inside the header of a property
    expect_refused(blob, Error::BadProperty);
}

} // namespace
