// SPDX-License-Identifier: BSD-2-Clause
//
// Flattened device tree (Devicetree Specification 0.4, chapter 5). The whole structure is checked
// once, by parse(); a Tree is therefore sound, and walking it cannot fail.
#pragma once

#include <base/result.hpp>
#include <formats/bytes.hpp>

#include <optional>

namespace formats::fdt {

enum class Error {
    TooShort,
    BadMagic,
    BadVersion, // newer than 17, and not compatible with it
    BadLayout,  // a block lies outside the tree or is not aligned
    BadToken,
    BadNesting, // nodes are not closed, or closed too often, or there is none
    BadName,    // a name runs out of its block
    BadProperty,
};

[[nodiscard]] std::string_view describe(Error error);

template <typename T = void>
using Result = base::Result<T, Error>;

/// The value of a property; how to read it is up to who asks.
class Property {
public:
    explicit Property(Bytes bytes) : bytes_{bytes} {}

    [[nodiscard]] Bytes bytes() const { return bytes_; }
    [[nodiscard]] std::size_t cell_count() const { return bytes_.size() / 4; }

    /// Number `index` of the big-endian 32-bit cells, or nothing past the end.
    [[nodiscard]] std::optional<std::uint32_t> cell(std::size_t index) const;

    /// `count` (at most 2) cells from `first` on as one number. More significant cells must be 0.
    [[nodiscard]] std::optional<std::uint64_t> number(std::size_t first, std::size_t count) const;

    /// Up to the first NUL.
    [[nodiscard]] std::string_view text() const;

    /// One of the NUL-separated strings is `wanted`.
    [[nodiscard]] bool lists(std::string_view wanted) const;

private:
    Bytes bytes_;
};

class Tree;

/// A node of a Tree; as cheap to copy as a pointer.
class Node {
public:
    /// With the unit address: "memory@40000000".
    [[nodiscard]] std::string_view name() const;
    /// Without it: "memory".
    [[nodiscard]] std::string_view base_name() const;

    [[nodiscard]] std::optional<Property> property(std::string_view name) const;
    [[nodiscard]] bool compatible_with(std::string_view what) const;

    /// The cell of a property such as #address-cells, or what to assume without it.
    [[nodiscard]] std::uint32_t cell_or(std::string_view name, std::uint32_t otherwise) const;

    [[nodiscard]] std::optional<Node> first_child() const;
    [[nodiscard]] std::optional<Node> next_sibling() const;

    /// The next node in the order of the file, wherever in the tree; nothing after the last.
    [[nodiscard]] std::optional<Node> following() const;

    [[nodiscard]] std::optional<Node> child(std::string_view base_name) const;

private:
    friend class Tree;

    Node(Tree const& tree, std::uint64_t offset) : tree_{&tree}, offset_{offset} {}

    [[nodiscard]] std::uint64_t body() const; // offset of what follows the name

    Tree const* tree_;
    std::uint64_t offset_; // of its begin token, in the structure block
};

struct Reservation {
    std::uint64_t address;
    std::uint64_t size;
};

class Tree {
public:
    /// `bytes` may be longer than the tree, which knows its own size.
    [[nodiscard]] static Result<Tree> parse(Bytes bytes);

    /// The size a tree claims to have; for reading one whose size is not known. Errors: TooShort,
    /// BadMagic.
    [[nodiscard]] static Result<std::uint32_t> size_of(Bytes header);

    [[nodiscard]] Bytes bytes() const { return bytes_; }

    /// Behind these bytes there is nothing but room for additions.
    [[nodiscard]] std::uint32_t used_size() const { return used_size_; }

    /// Makes a copy of the first used_size() bytes of a tree a tree of this size.
    static void set_size(std::span<std::byte> copy);

    [[nodiscard]] Node root() const { return Node{*this, root_}; }

    /// Number `index` of the memory reservations (/memreserve/); nothing past the last.
    [[nodiscard]] std::optional<Reservation> reservation(std::size_t index) const;

private:
    friend class Node;

    struct Token {
        std::uint32_t kind;
        std::uint64_t next;    // offset behind it and its contents
        std::string_view name; // of a node or property
        Bytes value;           // of a property
    };

    Tree() = default;

    [[nodiscard]] Result<Token> token_at(std::uint64_t offset) const;
    [[nodiscard]] Token sound_token_at(std::uint64_t offset) const { return *token_at(offset); }
    [[nodiscard]] Result<std::string_view> string_at(Bytes block, std::uint64_t offset) const;
    [[nodiscard]] Result<> check_structure();
    [[nodiscard]] Result<> check_reservations();

    Bytes bytes_;
    Bytes structure_;
    Bytes strings_;
    Bytes reservations_;
    std::uint64_t root_{0};
    std::uint32_t used_size_{0};
};

} // namespace formats::fdt
