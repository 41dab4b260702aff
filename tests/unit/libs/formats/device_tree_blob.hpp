// SPDX-License-Identifier: BSD-2-Clause
//
// DeviceTreeBlob: makes flattened device trees for tests. The blocks can be spoiled one by one
// before they are put together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace formats::test {

class DeviceTreeBlob {
public:
    enum Token : std::uint32_t { BeginNode = 1, EndNode = 2, Property = 3, Nop = 4, End = 9 };

    /// Of the header, which build() makes; for spoiling it.
    enum Field : std::size_t {
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

    DeviceTreeBlob& begin(std::string_view name) {
        token(BeginNode);
        structure += name;
        structure += '\0';
        pad();
        return *this;
    }

    DeviceTreeBlob& end() { return token(EndNode); }

    DeviceTreeBlob& bytes(std::string_view name, std::string_view value) {
        token(Property);
        append(structure, static_cast<std::uint32_t>(value.size()));
        append(structure, static_cast<std::uint32_t>(strings.size()));
        strings += name;
        strings += '\0';
        structure += value;
        pad();
        return *this;
    }

    DeviceTreeBlob& text(std::string_view name, std::string_view value) {
        return bytes(name, std::string{value} + '\0');
    }

    DeviceTreeBlob& cells(std::string_view name, std::initializer_list<std::uint32_t> values) {
        std::string value;
        for (auto const cell : values) {
            append(value, cell);
        }
        return bytes(name, value);
    }

    DeviceTreeBlob& reserve(std::uint64_t address, std::uint64_t size) {
        append(reservations, address);
        append(reservations, size);
        return *this;
    }

    DeviceTreeBlob& token(std::uint32_t value) {
        append(structure, value);
        return *this;
    }

    /// With the ends of the lists, unless they are to be missing.
    [[nodiscard]] std::vector<std::byte> build() const {
        auto const reserved = reservations + std::string(16, '\0');
        constexpr std::size_t header_size = 40;
        auto const structure_at = header_size + reserved.size();
        auto const strings_at = structure_at + structure.size();
        auto const size = strings_at + strings.size();
        std::string whole;
        for (auto const value :
             {std::size_t{0xd00d'feed}, size, structure_at, strings_at, header_size,
              std::size_t{17}, std::size_t{16}, std::size_t{0}, strings.size(), structure.size()}) {
            append(whole, static_cast<std::uint32_t>(value));
        }
        whole += reserved + structure + strings;
        auto const raw = std::as_bytes(std::span{whole});
        return {raw.begin(), raw.end()};
    }

    static void set(std::vector<std::byte>& blob, Field field, std::uint32_t value) {
        std::string cell;
        append(cell, value);
        std::memcpy(blob.data() + field * 4, cell.data(), cell.size());
    }

    std::string reservations;
    std::string structure;
    std::string strings;

private:
    template <typename T>
    static void append(std::string& text, T value) {
        for (std::size_t i = sizeof(T); i-- > 0;) {
            text += static_cast<char>(value >> (8 * i));
        }
    }

    void pad() { structure.resize((structure.size() + 3) / 4 * 4); }
};

/// A small machine with a bit of everything.
inline DeviceTreeBlob sample_tree() {
    DeviceTreeBlob blob;
    blob.reserve(0x0, 0x1000);
    blob.begin("").cells("#address-cells", {2}).cells("#size-cells", {1});
    blob.text("model", "sample");
    blob.begin("memory@0").text("device_type", "memory");
    blob.cells("reg", {0, 0, 0x3b40'0000, 0, 0x4000'0000, 0xbc00'0000}).end();
    blob.begin("reserved-memory").cells("#address-cells", {2}).cells("#size-cells", {1});
    blob.bytes("ranges", "");
    blob.begin("blob@1000000").cells("reg", {0, 0x100'0000, 0x2000}).end();
    blob.begin("pool").cells("size", {0x40'0000}).end();
    blob.end();
    blob.token(DeviceTreeBlob::Nop);
    blob.begin("psci").text("method", "smc").end();
    blob.begin("soc").cells("#address-cells", {1}).cells("#size-cells", {1});
    blob.begin("interrupt-controller@40041000");
    blob.bytes("compatible", std::string_view{"brcm,gic\0arm,gic-400\0", 21});
    blob.end();
    blob.end();
    blob.end().token(DeviceTreeBlob::End);
    return blob;
}

} // namespace formats::test
