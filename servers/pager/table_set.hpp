// SPDX-License-Identifier: BSD-2-Clause
//
// TableSet: the page tables of one VSpace. They are made when the first page below them is mapped
// and given back when the last one goes.
#pragma once

#include <pager/objects.hpp>
#include <pager/ordered_tree.hpp>

namespace pager {

class TableSet {
public:
    /// `state` and `owner` say in whose name the tables are accounted.
    TableSet(Objects& objects, Slot vspace, FrameState state, SpaceNumber owner)
        : objects_{objects}, vspace_{vspace}, state_{state}, owner_{owner} {}

    ~TableSet();
    TableSet(TableSet const&) = delete;
    TableSet& operator=(TableSet const&) = delete;

    /// Make sure that a page at `address` can be mapped, and count it.
    [[nodiscard]] Result<> hold(UserAddr address);

    /// Such a page is not mapped any more.
    void release(UserAddr address);

    [[nodiscard]] std::uint64_t count() const { return count_; }

private:
    /// Covers 2^span_bits bytes from `start` on.
    struct Table {
        UserAddr start;
        unsigned level; // 1 to 3; 3 holds pages
        Frame frame;
        std::uint32_t users; // tables or pages directly below
        TreeLink<Table> link{};

        /// Tables of different levels may start at the same address.
        [[nodiscard]] std::uint64_t key() const { return start.raw() + level; }
    };

    static constexpr unsigned lowest_level = 3;

    static constexpr unsigned span_bits(unsigned level) {
        return api::page_bits + (lowest_level + 1 - level) * api::table_index_bits;
    }

    [[nodiscard]] Table* find(UserAddr address, unsigned level) const;
    [[nodiscard]] Result<> make(UserAddr address, unsigned level);
    void release_unused(UserAddr address, unsigned level);
    void destroy(Table& table);

    Objects& objects_;
    Slot vspace_;
    FrameState state_;
    SpaceNumber owner_;
    OrderedTree<Table, &Table::link> tables_;
    std::uint64_t count_{0};
};

} // namespace pager
