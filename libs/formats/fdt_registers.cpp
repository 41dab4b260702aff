// SPDX-License-Identifier: BSD-2-Clause
//
// Addresses in a device tree: how wide they are is said by the node above, and each bus on the way
// to the root may move them.

#include <formats/fdt.hpp>

namespace formats::fdt {

namespace {

constexpr std::uint64_t cell_size = 4;
constexpr std::uint32_t max_cells = 2;

/// How wide the addresses and sizes are that a node's children use.
struct Cells {
    std::uint32_t address;
    std::uint32_t size;
};

Result<std::uint32_t> cells_property(Node const& node, std::string_view name,
                                     std::uint32_t otherwise) {
    auto const property = node.property(name);
    if (!property) {
        return otherwise;
    }
    auto const value = property->as_u32();
    if (!value || *value > max_cells) {
        return base::fail(Error::BadCells);
    }
    return *value;
}

Result<Cells> cells_below(Node const& node) {
    // The values of the specification where a node does not say.
    return Cells{.address = TRY(cells_property(node, "#address-cells", 2)),
                 .size = TRY(cells_property(node, "#size-cells", 1))};
}

/// Takes numbers off the front of a property's value.
class CellReader {
public:
    explicit CellReader(Bytes value) : rest_{value} {}

    [[nodiscard]] bool holds(std::uint64_t cells) const {
        return rest_.size() >= cells * cell_size;
    }

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    /// 0 to 2 cells, which the value holds.
    std::uint64_t take(std::uint32_t cells) {
        std::uint64_t value = 0;
        if (cells == 1) {
            value = load_big<std::uint32_t>(rest_, 0);
        } else if (cells == 2) {
            value = load_big<std::uint64_t>(rest_, 0);
        }
        rest_ = rest_.subspan(cells * cell_size);
        return value;
    }

private:
    Bytes rest_;
};

/// One line of a bus's table: its own addresses, and the same as seen from above.
struct Mapping {
    std::uint64_t below;
    std::uint64_t above;
    std::uint64_t size;
};

/// Moves an address of `bus` to the bus above it.
Result<std::uint64_t> translate_once(Node const& bus, Node const& above, std::uint64_t address) {
    auto const ranges = bus.property("ranges");
    if (!ranges) {
        return base::fail(Error::NotTranslatable);
    }
    if (ranges->value.empty()) {
        return address; // the specification's way to say "the same"
    }
    auto const own = TRY(cells_below(bus));
    auto const outer = TRY(cells_below(above));
    CellReader reader{ranges->value};
    while (reader.holds(own.address + outer.address + own.size)) {
        Mapping const line{.below = reader.take(own.address),
                           .above = reader.take(outer.address),
                           .size = reader.take(own.size)};
        if (address >= line.below && address - line.below < line.size) {
            auto const offset = address - line.below;
            if (offset > ~line.above) {
                return base::fail(Error::BadRegister);
            }
            return line.above + offset;
        }
        if (own.address + outer.address + own.size == 0) {
            break; // such lines take nothing, for ever
        }
    }
    return base::fail(Error::NotTranslatable);
}

} // namespace

Result<std::uint64_t> Path::translate(std::uint64_t address) const {
    // The node's own bus is one level up; the root is no bus that could be left.
    for (auto level = depth_ - 1; level > 1; --level) {
        address = TRY(translate_once(at(level - 1), at(level - 2), address));
    }
    return address;
}

Result<std::optional<base::PhysRange>> Path::registers(std::size_t index) const {
    auto const reg = node().property("reg");
    if (depth_ < 2 || !reg) {
        return std::nullopt;
    }
    auto const cells = TRY(cells_below(at(depth_ - 2)));
    auto const width = cells.address + cells.size;
    if (width == 0 || reg->value.size() % (width * cell_size) != 0) {
        return base::fail(Error::BadRegister);
    }
    if (index >= reg->value.size() / (width * cell_size)) {
        return std::nullopt;
    }
    CellReader reader{reg->value.subspan(index * width * cell_size)};
    auto const local = reader.take(cells.address);
    auto const size = reader.take(cells.size);
    auto const begin = TRY(translate(local));
    if (size > ~begin) {
        return base::fail(Error::BadRegister);
    }
    return base::PhysRange{base::PhysAddr{begin}, base::PhysAddr{begin + size}};
}

} // namespace formats::fdt
