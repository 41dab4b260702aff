// SPDX-License-Identifier: BSD-2-Clause
//
// The blocks of a flattened device tree:
//
//   header | reservations: (address, size)... (0, 0) | structure: tokens | strings: property names

#include <base/bits.hpp>
#include <formats/fdt.hpp>

#include <algorithm>

namespace formats::fdt {

namespace {

constexpr std::uint32_t magic = 0xd00d'feed;
constexpr std::uint32_t version = 17;
constexpr std::uint64_t reservation_size = 16;
constexpr unsigned token_bits = 2;
constexpr std::uint64_t token_size = 4;

/// Offsets of the header's fields.
namespace header {
constexpr std::uint64_t total_size = 4;
constexpr std::uint64_t structure = 8;
constexpr std::uint64_t strings = 12;
constexpr std::uint64_t reservations = 16;
constexpr std::uint64_t version = 20;
constexpr std::uint64_t compatible_version = 24;
constexpr std::uint64_t strings_size = 32;
constexpr std::uint64_t structure_size = 36;
} // namespace header

/// "serial@9000000" without its unit address.
std::string_view base_name(std::string_view name) {
    return name.substr(0, name.find('@'));
}

bool component_matches(std::string_view wanted, std::string_view name) {
    return wanted == name || wanted == base_name(name);
}

} // namespace

std::string_view describe(Error error) {
    switch (error) {
    case Error::Truncated: return "it is truncated";
    case Error::BadMagic: return "no device tree";
    case Error::UnknownVersion: return "unknown version";
    case Error::BadLayout: return "its blocks lie outside or are misaligned";
    case Error::BadReservations: return "its list of reserved memory does not end";
    case Error::BadStructure: return "its nodes are not properly nested";
    case Error::BadName: return "a name lies outside";
    case Error::TooDeep: return "its nodes are nested too deeply";
    case Error::BadCells: return "addresses or sizes of an unsupported width";
    case Error::BadRegister: return "an address range that is cut off or impossible";
    case Error::NotTranslatable: return "an address that the CPU cannot see";
    }
    return "unknown error";
}

std::optional<std::uint32_t> Property::as_u32() const {
    if (value.size() != sizeof(std::uint32_t)) {
        return std::nullopt;
    }
    return load_big<std::uint32_t>(value, 0);
}

std::optional<std::string_view> Property::as_string() const {
    return terminated_text(value, 0);
}

bool Property::has_string(std::string_view wanted) const {
    for (std::uint64_t offset = 0; offset < value.size();) {
        auto const text = terminated_text(value, offset);
        if (!text) {
            return false;
        }
        if (*text == wanted) {
            return true;
        }
        offset += text->size() + 1;
    }
    return false;
}

Properties Node::properties() const {
    return Properties{*tree_, properties_};
}

std::optional<Property> Node::property(std::string_view name) const {
    for (auto const& property : properties()) {
        if (property.name == name) {
            return property;
        }
    }
    return std::nullopt;
}

bool Node::is_compatible(std::string_view wanted) const {
    auto const compatible = property("compatible");
    return compatible && compatible->has_string(wanted);
}

bool Node::enabled() const {
    auto const status = property("status");
    return !status || status->has_string("okay") || status->has_string("ok");
}

Result<std::uint32_t> Tree::declared_size(Bytes start) {
    if (start.size() < header_size) {
        return base::fail(Error::Truncated);
    }
    if (load_big<std::uint32_t>(start, 0) != magic) {
        return base::fail(Error::BadMagic);
    }
    auto const size = load_big<std::uint32_t>(start, header::total_size);
    if (size < header_size) {
        return base::fail(Error::BadLayout);
    }
    return size;
}

Result<Tree> Tree::open(Bytes bytes) {
    Tree tree;
    TRY(tree.read_header(bytes));
    TRY(tree.check_reservations());
    TRY(tree.check_structure());
    return tree;
}

Result<> Tree::read_header(Bytes bytes) {
    auto const total = TRY(declared_size(bytes));
    if (total > bytes.size()) {
        return base::fail(Error::Truncated);
    }
    auto const field = [&](std::uint64_t at) { return load_big<std::uint32_t>(bytes, at); };
    if (field(header::version) < version || field(header::compatible_version) > version) {
        return base::fail(Error::UnknownVersion);
    }
    auto const whole = bytes.first(total);
    auto const structure = field(header::structure);
    auto const structure_size = field(header::structure_size);
    auto const strings = field(header::strings);
    auto const strings_size = field(header::strings_size);
    auto const reservations = field(header::reservations);
    if (!base::is_aligned(structure, token_bits) || !holds(whole, structure, structure_size) ||
        !holds(whole, strings, strings_size) || !holds(whole, reservations, reservation_size)) {
        return base::fail(Error::BadLayout);
    }
    structure_ = whole.subspan(structure, structure_size);
    strings_ = whole.subspan(strings, strings_size);
    reservations_ = whole.subspan(reservations);
    used_size_ = std::max(structure + structure_size, strings + strings_size);
    return {};
}

Result<> Tree::check_reservations() const {
    for (std::size_t index = 0; holds(reservations_, index * reservation_size, reservation_size);
         ++index) {
        auto const address = load_big<std::uint64_t>(reservations_, index * reservation_size);
        auto const size = load_big<std::uint64_t>(reservations_, index * reservation_size + 8);
        if (address == 0 && size == 0) {
            return {};
        }
        if (size > ~address) {
            return base::fail(Error::BadRegister);
        }
    }
    return base::fail(Error::BadReservations);
}

std::optional<base::PhysRange> Tree::reservation(std::size_t index) const {
    for (std::size_t i = 0;; ++i) {
        auto const address = load_big<std::uint64_t>(reservations_, i * reservation_size);
        auto const size = load_big<std::uint64_t>(reservations_, i * reservation_size + 8);
        if (address == 0 && size == 0) {
            return std::nullopt;
        }
        if (i == index) {
            return base::PhysRange{base::PhysAddr{address}, base::PhysAddr{address + size}};
        }
    }
}

/// Nodes nest, properties come before children, one root, then the end.
Result<> Tree::check_structure() const {
    std::size_t depth = 0;
    bool properties_allowed = false;
    bool root_seen = false;
    for (std::uint64_t offset = 0;;) {
        auto const found = TRY(read_element(offset));
        offset = found.next;
        switch (found.token) {
        case Token::BeginNode:
            if (depth == 0 && root_seen) {
                return base::fail(Error::BadStructure);
            }
            if (++depth > Path::max_depth) {
                return base::fail(Error::TooDeep);
            }
            root_seen = true;
            properties_allowed = true;
            break;
        case Token::EndNode:
            if (depth == 0) {
                return base::fail(Error::BadStructure);
            }
            --depth;
            properties_allowed = false;
            break;
        case Token::Property:
            if (!properties_allowed) {
                return base::fail(Error::BadStructure);
            }
            break;
        case Token::Nop: break;
        case Token::End:
            if (depth != 0 || !root_seen) {
                return base::fail(Error::BadStructure);
            }
            return {};
        }
    }
}

Result<Tree::Element> Tree::read_element(std::uint64_t offset) const {
    if (!holds(structure_, offset, token_size)) {
        return base::fail(Error::BadStructure);
    }
    auto const token = static_cast<Token>(load_big<std::uint32_t>(structure_, offset));
    auto const content = offset + token_size;
    switch (token) {
    case Token::BeginNode: {
        auto const name = terminated_text(structure_, content);
        if (!name) {
            return base::fail(Error::BadName);
        }
        return Element{token, *name, {}, base::align_up(content + name->size() + 1, token_bits)};
    }
    case Token::Property: {
        if (!holds(structure_, content, 2 * token_size)) {
            return base::fail(Error::BadStructure);
        }
        auto const size = load_big<std::uint32_t>(structure_, content);
        auto const name_offset = load_big<std::uint32_t>(structure_, content + token_size);
        auto const value = content + 2 * token_size;
        if (!holds(structure_, value, size)) {
            return base::fail(Error::BadStructure);
        }
        auto const name = terminated_text(strings_, name_offset);
        if (!name) {
            return base::fail(Error::BadName);
        }
        return Element{token, *name, structure_.subspan(value, size),
                       base::align_up(value + size, token_bits)};
    }
    case Token::EndNode:
    case Token::Nop:
    case Token::End: return Element{token, {}, {}, content};
    }
    return base::fail(Error::BadStructure);
}

std::optional<Path> Tree::find(std::string_view wanted) const {
    std::optional<Path> result;
    walk([&](Path const& path) {
        auto rest = wanted;
        for (std::size_t level = 1; level < path.depth(); ++level) {
            auto const begin = rest.find_first_not_of('/');
            if (begin == rest.npos) {
                return true;
            }
            rest.remove_prefix(begin);
            auto const component = rest.substr(0, rest.find('/'));
            if (!component_matches(component, path.at(level).name())) {
                return true;
            }
            rest.remove_prefix(component.size());
        }
        if (rest.find_first_not_of('/') == rest.npos) {
            result = path;
        }
        return !result;
    });
    return result;
}

std::optional<Path> Tree::find_compatible(std::string_view wanted) const {
    std::optional<Path> result;
    walk([&](Path const& path) {
        if (path.node().is_compatible(wanted) && path.node().enabled()) {
            result = path;
        }
        return !result;
    });
    return result;
}

Properties::Iterator::Iterator(Tree const& tree, std::uint64_t offset)
    : tree_{&tree}, next_{offset} {
    read();
}

Properties::Iterator& Properties::Iterator::operator++() {
    read();
    return *this;
}

/// The next property; a node's properties end where a child or its own end begins.
void Properties::Iterator::read() {
    auto found = tree_->element(next_);
    while (found.token == Tree::Token::Nop) {
        found = tree_->element(found.next);
    }
    done_ = found.token != Tree::Token::Property;
    property_ = {.name = found.name, .value = found.value};
    next_ = found.next;
}

bool Path::push(Node const& node) {
    if (depth_ == max_depth) {
        return false;
    }
    nodes_[depth_++] = node;
    return true;
}

} // namespace formats::fdt
