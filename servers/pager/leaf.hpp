// SPDX-License-Identifier: BSD-2-Clause
//
// Leaf: 2 MiB of one space, as much as a page table of the lowest level maps. It joins the frames
// that stand behind the pages, which others may share, and the capabilities that map them, which
// are the space's own.
#pragma once

#include <pager/bit_span.hpp>
#include <pager/ordered_tree.hpp>
#include <pager/page_array.hpp>

namespace pager {

/// What a page is mapped to.
enum class MappingKind : std::uint32_t {
    None = 0,
    Zero,   // the shared page of zeroes
    File,   // a page of the boot archive, in place
    Frame,  // the frame in the page array
    Buffer, // an IPC buffer: a frame of the space's own that no clone gets
    Shared, // a frame of shared memory
    Device, // a frame of a contiguous block
};

inline constexpr std::size_t mapping_kind_count = 7;

/// Shared pages are never writable, whatever the region allows.
constexpr Access without_write(Access access) {
    return access == Access::ReadWrite ? Access::Read : access;
}

/// The capability that maps a page, or mapped it last. 4 bytes; all zero: there is none.
struct Mapping {
    std::uint32_t slot_number : 28;
    MappingKind kind : 3;
    bool is_watched : 1 {false}; // somebody waits for its next write, until it is mapped anew

    [[nodiscard]] bool exists() const { return kind != MappingKind::None; }
    [[nodiscard]] Slot slot() const { return Slot{slot_number}; }
};

static_assert(sizeof(Mapping) == 4);

/// A bit for each page of a leaf.
class PageBits {
public:
    [[nodiscard]] bool has(std::uint32_t entry) const {
        return (words_[entry / 64] >> (entry % 64) & 1) != 0;
    }

    void set(std::uint32_t entry, bool value) {
        std::uint64_t const bit = base::bit(entry % 64);
        words_[entry / 64] = value ? words_[entry / 64] | bit : words_[entry / 64] & ~bit;
    }

    void set(std::uint32_t first, std::uint32_t count, bool value) {
        BitSpan{words_}.set(first, count, value);
    }

private:
    std::array<std::uint64_t, leaf_pages / 64> words_{};
};

struct Leaf : ArrayUser { // its array is never null
    static constexpr unsigned span_bits = api::page_bits + api::table_index_bits;

    Mapping* mappings{nullptr}; // as many; null while nothing was ever mapped
    std::uint32_t mapping_count{0};
    bool has_table{false}; // and mappings; nothing is live without one
    PageBits live{};       // the kernel maps the page, too
    PageBits writable{};   // ... so that it can be written
    TreeLink<Leaf> link{};

    [[nodiscard]] std::uint64_t key() const { return start.raw(); }
    [[nodiscard]] UserAddr end() const { return start + base::bit(span_bits); }

    [[nodiscard]] static std::uint32_t index_of(UserAddr page) {
        return static_cast<std::uint32_t>(
            base::extract(page.raw(), api::page_bits, api::table_index_bits));
    }

    [[nodiscard]] Mapping mapping(std::uint32_t entry) const {
        return mappings != nullptr ? mappings[entry] : Mapping{};
    }

    [[nodiscard]] bool is_empty() const { return mapping_count == 0 && pages->present == 0; }
};

} // namespace pager
