// SPDX-License-Identifier: BSD-2-Clause
//
// Flattened device trees, version 17 of the Devicetree Specification: what a machine consists of,
// as its firmware says. A tree is checked as a whole when it is opened; walking it cannot fail.
#pragma once

#include <base/address.hpp>
#include <base/result.hpp>
#include <formats/bytes.hpp>

#include <iterator>

namespace formats::fdt {

enum class Error : std::uint8_t {
    Truncated,
    BadMagic,
    UnknownVersion,
    BadLayout,
    BadReservations,
    BadStructure,
    BadName,
    TooDeep,
    BadCells,
    BadRegister,
    NotTranslatable,
};

std::string_view describe(Error error);

template <typename T = void>
using Result = base::Result<T, Error>;

/// A property's name and value; the value is a list of strings, of big-endian cells, or nothing.
struct Property {
    std::string_view name;
    Bytes value;

    [[nodiscard]] std::optional<std::uint32_t> as_u32() const;
    /// The first string.
    [[nodiscard]] std::optional<std::string_view> as_string() const;
    [[nodiscard]] bool has_string(std::string_view wanted) const;
};

class Tree;
class Properties;

/// A node: a name, its properties, then its children.
class Node {
public:
    /// With the unit address: "serial@9000000".
    [[nodiscard]] std::string_view name() const { return name_; }
    [[nodiscard]] Properties properties() const;
    [[nodiscard]] std::optional<Property> property(std::string_view name) const;
    [[nodiscard]] bool is_compatible(std::string_view wanted) const;
    /// Unless its status says otherwise, a device is there.
    [[nodiscard]] bool enabled() const;

private:
    friend class Tree;

    Node(Tree const& tree, std::string_view name, std::uint64_t properties)
        : tree_{&tree}, name_{name}, properties_{properties} {}

    Tree const* tree_;
    std::string_view name_;
    std::uint64_t properties_; // the offset of its first property
};

/// A node and those above it; the root comes first. Addresses mean something only with them.
class Path {
public:
    static constexpr std::size_t max_depth = 16;

    [[nodiscard]] std::size_t depth() const { return depth_; }
    [[nodiscard]] bool empty() const { return depth_ == 0; }
    /// Not of an empty path.
    [[nodiscard]] Node const& node() const { return *nodes_[depth_ - 1]; }
    [[nodiscard]] Node const& at(std::size_t level) const { return *nodes_[level]; }

    /// Register range `index` of the node as the CPU sees it; none if it has fewer.
    [[nodiscard]] Result<std::optional<base::PhysRange>> registers(std::size_t index) const;

    /// False if there is no room.
    [[nodiscard]] bool push(Node const& node);
    void pop() { --depth_; }

private:
    [[nodiscard]] Result<std::uint64_t> translate(std::uint64_t address) const;

    std::array<std::optional<Node>, max_depth> nodes_;
    std::size_t depth_{0};
};

class Tree {
public:
    /// How long the tree that begins here says it is; `start` is at least as long as its header.
    static Result<std::uint32_t> declared_size(Bytes start);
    static constexpr std::size_t header_size = 40;

    /// `bytes` must outlive the tree and the nodes taken from it.
    static Result<Tree> open(Bytes bytes);

    /// The bytes that hold something: the rest of the declared size is room for additions.
    [[nodiscard]] std::uint32_t used_size() const { return used_size_; }

    /// Memory that must be left alone, by index; none behind the last.
    [[nodiscard]] std::optional<base::PhysRange> reservation(std::size_t index) const;

    /// Calls visit(Path const&) -> bool for each node, parents first, until it returns false.
    template <typename Visit>
    void walk(Visit visit) const;

    /// The node at an absolute path; the unit address of a component may be left out.
    [[nodiscard]] std::optional<Path> find(std::string_view path) const;

    /// The first enabled node that says it is compatible.
    [[nodiscard]] std::optional<Path> find_compatible(std::string_view wanted) const;

private:
    friend class Node;
    friend class Properties;

    enum class Token : std::uint32_t { BeginNode = 1, EndNode = 2, Property = 3, Nop = 4, End = 9 };

    /// One element of the structure block.
    struct Element {
        Token token;
        std::string_view name; // of a node or a property
        Bytes value;
        std::uint64_t next; // the offset behind it
    };

    Tree() = default;

    Result<> read_header(Bytes bytes);
    Result<> check_reservations() const;
    Result<> check_structure() const;
    [[nodiscard]] Result<Element> read_element(std::uint64_t offset) const;

    /// Of a structure that has been checked.
    [[nodiscard]] Element element(std::uint64_t offset) const { return *read_element(offset); }

    Bytes reservations_;
    Bytes structure_;
    Bytes strings_;
    std::uint32_t used_size_{0};
};

/// A range over the properties of a node.
class Properties {
public:
    class Iterator {
    public:
        using value_type = Property;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        Iterator(Tree const& tree, std::uint64_t offset);

        Property operator*() const { return property_; }
        Iterator& operator++();
        void operator++(int) { ++*this; }

        friend bool operator==(Iterator const& a, std::default_sentinel_t) { return a.done_; }

    private:
        void read();

        Tree const* tree_{nullptr};
        std::uint64_t next_{0};
        Property property_{};
        bool done_{true};
    };

    Properties(Tree const& tree, std::uint64_t offset) : tree_{&tree}, offset_{offset} {}

    [[nodiscard]] Iterator begin() const { return Iterator{*tree_, offset_}; }
    [[nodiscard]] static std::default_sentinel_t end() { return {}; }

private:
    Tree const* tree_;
    std::uint64_t offset_;
};

template <typename Visit>
void Tree::walk(Visit visit) const {
    Path path;
    for (std::uint64_t offset = 0;;) {
        auto const found = element(offset);
        offset = found.next;
        if (found.token == Token::BeginNode) {
            // A checked tree is not deeper than a path is long.
            (void)path.push(Node{*this, found.name, offset});
            if (!visit(static_cast<Path const&>(path))) {
                return;
            }
        } else if (found.token == Token::EndNode) {
            path.pop();
        } else if (found.token == Token::End) {
            return;
        }
    }
}

} // namespace formats::fdt
