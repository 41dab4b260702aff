// SPDX-License-Identifier: BSD-2-Clause
//
// OwnMemory: pages for the pager's own books, mapped into its own space. The page of frame n lies
// at window + n * 4096, so an address says which frame it is and nothing has to be remembered.
// Some pages are always in reserve, because making one needs a little room in the books itself.
#pragma once

#include <pager/heap.hpp>
#include <pager/table_set.hpp>

namespace pager {

class OwnMemory final : public PageSource, public PageReserve {
public:
    /// `window` is where the pages go, in the VSpace `vspace`.
    OwnMemory(Memory& memory, Slot vspace, UserAddr window)
        : memory_{memory}, vspace_{vspace}, window_{window},
          tables_{memory, vspace, FrameState::Pager, no_space} {}

    /// Pages that are mapped already, and stay.
    void add(std::byte* first, std::size_t count);

    /// Page tables for one page more, which stay: the scratch window.
    [[nodiscard]] Result<> prepare(UserAddr address) { return tables_.hold(address); }

    [[nodiscard]] std::byte* take_page() override;
    void give_page(std::byte* page) override;

    std::size_t refill(std::size_t wanted) override;
    void trim(std::size_t limit) override;

    [[nodiscard]] std::size_t spare() const { return spare_count_ + fixed_count_; }

private:
    struct SparePage {
        SparePage* next;
    };

    [[nodiscard]] bool is_own(std::byte const* page) const;
    [[nodiscard]] Result<> grow();
    void shrink();

    Memory& memory_;
    Slot vspace_;
    UserAddr window_;
    TableSet tables_;
    SparePage* spare_{nullptr}; // mapped by grow()
    SparePage* fixed_{nullptr}; // were there from the start
    std::size_t spare_count_{0};
    std::size_t fixed_count_{0};
};

} // namespace pager
