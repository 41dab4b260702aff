// SPDX-License-Identifier: BSD-2-Clause
//
// PageTree: what stands behind each page of one address space. A radix tree with 64 branches at
// each level; nodes exist only where there are pages, and go when their last page goes.
#pragma once

#include <pager/types.hpp>

#include <array>
#include <memory>
#include <optional>

namespace pager {

/// What a page of a client is made of.
enum class PageState : std::uint8_t {
    Absent = 0, // never touched; its content follows from its region
    Zero,       // the shared zero page
    File,       // a page of the boot archive, in place
    Private,    // a frame of its own
    Parked,     // a frame of its own that is not mapped now: no access is allowed
};

struct PageEntry {
    PageState state{PageState::Absent};
    Slot capability{no_slot}; // Zero, File: the copy of the frame capability that maps this page
    Frame frame{no_frame};    // Private, Parked

    [[nodiscard]] bool present() const { return state != PageState::Absent; }

    [[nodiscard]] bool mapped() const { return present() && state != PageState::Parked; }

    [[nodiscard]] bool has_frame() const {
        return state == PageState::Private || state == PageState::Parked;
    }
};

class PageTree {
public:
    PageTree() = default;
    ~PageTree();
    PageTree(PageTree const&) = delete;
    PageTree& operator=(PageTree const&) = delete;

    [[nodiscard]] PageEntry get(UserAddr page) const;

    /// Absent is a state like the others here: it removes the entry.
    void set(UserAddr page, PageEntry entry);

    /// The first page of [from, end) that is not Absent.
    [[nodiscard]] std::optional<UserAddr> first_present(UserAddr from, UserAddr end) const;

private:
    static constexpr unsigned level_bits = 6;
    static constexpr unsigned top_level = 5; // 6 levels of 6 bits: the 36 bits of a page number

    /// 8 bytes: an archive of capabilities and frames as big as the kernel can address fits.
    struct PackedEntry {
        std::uint64_t capability : 32 {0};
        std::uint64_t frame : 28 {0};
        std::uint64_t state : 4 {0};
    };

    struct Node {
        std::uint32_t used{0};
    };

    struct Leaf : Node {
        std::array<PackedEntry, 1u << level_bits> entries{};
    };

    struct Branch : Node {
        std::array<Node*, 1u << level_bits> children{};
    };

    static std::size_t position(std::uint64_t number, unsigned level);
    [[nodiscard]] Leaf* find_leaf(std::uint64_t number) const;
    Leaf& make_leaf(std::uint64_t number);
    static bool prune_below(Branch& branch, unsigned level, std::uint64_t number);
    static void destroy(Node* node, unsigned level);
    static std::optional<std::uint64_t> search(Node const& node, unsigned level, std::uint64_t base,
                                               std::uint64_t from, std::uint64_t end);

    Branch root_;
};

} // namespace pager
