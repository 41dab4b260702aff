// SPDX-License-Identifier: BSD-2-Clause
//
// Flattened device tree: a row of tokens. Walking is going from token to token, counting depth;
// nothing recurses.

#include <base/bits.hpp>
#include <formats/fdt.hpp>

#include <algorithm>
#include <bit>

namespace formats::fdt {

namespace {

constexpr std::uint32_t magic = 0xd00d'feed;
constexpr std::uint32_t version = 17;
constexpr std::size_t header_cells = 10;

enum TokenKind : std::uint32_t { BeginNode = 1, EndNode = 2, PropertyToken = 3, Nop = 4, End = 9 };

std::uint32_t cell_at(Bytes bytes, std::uint64_t offset) {
    return std::byteswap(read_at<std::uint32_t>(bytes, offset));
}

struct Header {
    enum Cell {
        Magic,
        Size,
        Structure,
        Strings,
        Reservations,
        Version,
        Compatible,
        BootCpu,
        StringsSize,
        StructureSize
    };

    Bytes bytes;

    [[nodiscard]] std::uint32_t operator[](Cell cell) const { return cell_at(bytes, cell * 4u); }
};

} // namespace

std::string_view describe(Error error) {
    switch (error) {
    case Error::TooShort: return "too short";
    case Error::BadMagic: return "no device tree (wrong magic number)";
    case Error::BadVersion: return "a version that is not known";
    case Error::BadLayout: return "a block lies outside the tree";
    case Error::BadToken: return "an unknown token";
    case Error::BadNesting: return "nodes are not nested properly";
    case Error::BadName: return "a name without end";
    case Error::BadProperty: return "a property runs out of its block";
    }
    return "unknown error";
}

Result<std::uint32_t> Tree::size_of(Bytes header) {
    if (header.size() < header_cells * 4) {
        return base::fail(Error::TooShort);
    }
    if (Header{header}[Header::Magic] != magic) {
        return base::fail(Error::BadMagic);
    }
    return Header{header}[Header::Size];
}

Result<Tree> Tree::parse(Bytes bytes) {
    auto const size = TRY(size_of(bytes));
    if (size > bytes.size() || size < header_cells * 4) {
        return base::fail(Error::TooShort);
    }
    Header const header{bytes};
    if (header[Header::Version] < version || header[Header::Compatible] > version) {
        return base::fail(Error::BadVersion);
    }
    Tree tree;
    tree.bytes_ = bytes.first(size);
    auto const structure = header[Header::Structure];
    auto const strings = header[Header::Strings];
    auto const reservations = header[Header::Reservations];
    if (!base::is_aligned(structure, 2) || !base::is_aligned(reservations, 3) ||
        !inside(tree.bytes_, structure, header[Header::StructureSize]) ||
        !inside(tree.bytes_, strings, header[Header::StringsSize]) ||
        !inside(tree.bytes_, reservations, sizeof(Reservation))) {
        return base::fail(Error::BadLayout);
    }
    tree.structure_ = tree.bytes_.subspan(structure, header[Header::StructureSize]);
    tree.strings_ = tree.bytes_.subspan(strings, header[Header::StringsSize]);
    tree.reservations_ = tree.bytes_.subspan(reservations);
    tree.used_size_ =
        std::max(structure + header[Header::StructureSize], strings + header[Header::StringsSize]);
    TRY(tree.check_reservations());
    TRY(tree.check_structure());
    return tree;
}

void Tree::set_size(std::span<std::byte> copy) {
    auto const size = std::byteswap(static_cast<std::uint32_t>(copy.size()));
    std::memcpy(copy.data() + Header::Size * sizeof size, &size, sizeof size);
}

Result<> Tree::check_reservations() {
    for (std::size_t i = 0; inside(reservations_, i * sizeof(Reservation), sizeof(Reservation));
         ++i) {
        if (!reservation(i)) {
            auto const begin = bytes_.size() - reservations_.size();
            auto const end = begin + (i + 1) * sizeof(Reservation);
            used_size_ = std::max(used_size_, static_cast<std::uint32_t>(end));
            return {};
        }
    }
    return base::fail(Error::BadLayout); // no entry of zeroes at the end
}

std::optional<Reservation> Tree::reservation(std::size_t index) const {
    auto const entry = read_at<Reservation>(reservations_, index * sizeof(Reservation));
    Reservation const found{std::byteswap(entry.address), std::byteswap(entry.size)};
    if (found.address == 0 && found.size == 0) {
        return std::nullopt;
    }
    return found;
}

Result<std::string_view> Tree::string_at(Bytes block, std::uint64_t offset) const {
    if (offset >= block.size()) {
        return base::fail(Error::BadName);
    }
    auto const text = as_text(block.subspan(offset));
    auto const length = text.find('\0');
    if (length == std::string_view::npos) {
        return base::fail(Error::BadName);
    }
    return text.substr(0, length);
}

Result<Tree::Token> Tree::token_at(std::uint64_t offset) const {
    if (!inside(structure_, offset, 4)) {
        return base::fail(Error::BadNesting); // the block ends before the End token
    }
    Token token{.kind = cell_at(structure_, offset), .next = offset + 4, .name = {}, .value = {}};
    switch (token.kind) {
    case BeginNode:
        token.name = TRY(string_at(structure_, token.next));
        token.next = base::align_up(token.next + token.name.size() + 1, 2);
        return token;
    case PropertyToken: {
        if (!inside(structure_, token.next, 8)) {
            return base::fail(Error::BadProperty);
        }
        auto const length = cell_at(structure_, token.next);
        token.name = TRY(string_at(strings_, cell_at(structure_, token.next + 4)));
        token.next += 8;
        if (!inside(structure_, token.next, length)) {
            return base::fail(Error::BadProperty);
        }
        token.value = structure_.subspan(token.next, length);
        token.next = base::align_up(token.next + length, 2);
        return token;
    }
    case EndNode:
    case Nop:
    case End: return token;
    default: return base::fail(Error::BadToken);
    }
}

Result<> Tree::check_structure() {
    std::size_t depth = 0;
    std::size_t roots = 0;
    for (std::uint64_t offset = 0;;) {
        auto const token = TRY(token_at(offset));
        switch (token.kind) {
        case BeginNode:
            if (depth == 0) {
                root_ = offset;
                ++roots;
            }
            ++depth;
            break;
        case EndNode:
            if (depth == 0) {
                return base::fail(Error::BadNesting);
            }
            --depth;
            break;
        case PropertyToken:
            if (depth == 0) {
                return base::fail(Error::BadNesting);
            }
            break;
        case End:
            if (depth != 0 || roots != 1) {
                return base::fail(Error::BadNesting);
            }
            return {};
        default: break;
        }
        offset = token.next;
    }
}

std::string_view Node::name() const {
    return tree_->sound_token_at(offset_).name;
}

std::string_view Node::base_name() const {
    auto const full = name();
    return full.substr(0, full.find('@'));
}

std::uint64_t Node::body() const {
    return tree_->sound_token_at(offset_).next;
}

std::optional<Property> Node::property(std::string_view name) const {
    // Properties come before child nodes.
    for (auto offset = body();;) {
        auto const token = tree_->sound_token_at(offset);
        if (token.kind == BeginNode || token.kind == EndNode || token.kind == End) {
            return std::nullopt;
        }
        if (token.kind == PropertyToken && token.name == name) {
            return Property{token.value};
        }
        offset = token.next;
    }
}

bool Node::compatible_with(std::string_view what) const {
    auto const compatible = property("compatible");
    return compatible && compatible->lists(what);
}

std::uint32_t Node::cell_or(std::string_view name, std::uint32_t otherwise) const {
    auto const found = property(name);
    return found ? found->cell(0).value_or(otherwise) : otherwise;
}

std::optional<Node> Node::first_child() const {
    for (auto offset = body();;) {
        auto const token = tree_->sound_token_at(offset);
        if (token.kind == BeginNode) {
            return Node{*tree_, offset};
        }
        if (token.kind == EndNode || token.kind == End) {
            return std::nullopt;
        }
        offset = token.next;
    }
}

std::optional<Node> Node::next_sibling() const {
    std::size_t depth = 1; // inside this node
    for (auto offset = body();;) {
        auto const token = tree_->sound_token_at(offset);
        if (token.kind == BeginNode) {
            if (depth == 0) {
                return Node{*tree_, offset};
            }
            ++depth;
        } else if (token.kind == EndNode) {
            if (depth == 0) {
                return std::nullopt; // the parent ends
            }
            --depth;
        } else if (token.kind == End) {
            return std::nullopt;
        }
        offset = token.next;
    }
}

std::optional<Node> Node::following() const {
    for (auto offset = body();;) {
        auto const token = tree_->sound_token_at(offset);
        if (token.kind == BeginNode) {
            return Node{*tree_, offset};
        }
        if (token.kind == End) {
            return std::nullopt;
        }
        offset = token.next;
    }
}

std::optional<Node> Node::child(std::string_view base_name) const {
    for (auto node = first_child(); node; node = node->next_sibling()) {
        if (node->base_name() == base_name) {
            return node;
        }
    }
    return std::nullopt;
}

std::optional<std::uint32_t> Property::cell(std::size_t index) const {
    if (index >= cell_count()) {
        return std::nullopt;
    }
    return cell_at(bytes_, index * 4);
}

std::optional<std::uint64_t> Property::number(std::size_t first, std::size_t count) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        auto const next = cell(first + i);
        if (!next || base::extract(value, 32, 32) != 0) {
            return std::nullopt;
        }
        value = (value << 32) | *next;
    }
    return value;
}

std::string_view Property::text() const {
    auto const all = as_text(bytes_);
    return all.substr(0, all.find('\0'));
}

bool Property::lists(std::string_view wanted) const {
    for (auto rest = as_text(bytes_); !rest.empty();) {
        auto const one = rest.substr(0, rest.find('\0'));
        if (one == wanted) {
            return true;
        }
        rest.remove_prefix(one.size() < rest.size() ? one.size() + 1 : rest.size());
    }
    return false;
}

} // namespace formats::fdt
