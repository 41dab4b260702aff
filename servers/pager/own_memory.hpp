// SPDX-License-Identifier: BSD-2-Clause
//
// OwnMemory: pages for the pager's own books, out of the frame pool, where they are mapped already.
// Some are always in reserve, because making frames needs a little room in the books itself.
#pragma once

#include <pager/memory.hpp>

namespace pager {

class OwnMemory final : public PageReserve {
public:
    /// From now on pages come from `pool`. Before, there are only those that were added.
    void start(FramePool& pool) { pool_ = &pool; }

    /// Pages that are mapped already, and stay.
    void add(std::byte* first, std::size_t count);

    [[nodiscard]] std::byte* take_page() override;
    void give_page(std::byte* page) override;

    [[nodiscard]] std::size_t spare() const override;
    std::size_t refill(std::size_t wanted) override;
    void trim(std::size_t limit) override;

private:
    struct SparePage {
        SparePage* next;
    };

    struct List {
        SparePage* first{nullptr};
        std::size_t size{0};
    };

    [[nodiscard]] std::byte* pop(List& list);
    [[nodiscard]] Result<> grow();

    FramePool* pool_{nullptr};
    List pooled_;
    List fixed_; // were there from the start
};

} // namespace pager
