// SPDX-License-Identifier: BSD-2-Clause
//
// ContiguousBlock: frames next to each other in RAM, which stay where they are and show up in one
// space, for devices that read and write them. Regions use a block; with the last one it goes back.
#pragma once

#include <pager/objects.hpp>
#include <pager/shared_memory.hpp>

#include <utility>

namespace pager {

class ContiguousBlock;

/// What a region has of a block.
class BlockUse {
public:
    BlockUse() = default;
    explicit BlockUse(ContiguousBlock& block);
    BlockUse(BlockUse const& other) : block_{other.block_} {
        if (block_ != nullptr) {
            hold();
        }
    }
    BlockUse(BlockUse&& other) noexcept : block_{std::exchange(other.block_, nullptr)} {}
    ~BlockUse() {
        if (block_ != nullptr) {
            release();
        }
    }

    BlockUse& operator=(BlockUse other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }

    [[nodiscard]] ContiguousBlock* operator->() const { return block_; }

    friend bool operator==(BlockUse const& a, BlockUse const& b) { return a.block_ == b.block_; }

private:
    void hold();
    void release();

    ContiguousBlock* block_{nullptr};
};

class ContiguousBlock {
public:
    /// Of 2^order frames, to be shown from `start` on; they count against the quota of `holder`.
    [[nodiscard]] static Result<BlockUse> make(Objects& objects, Holder& holder, UserAddr start,
                                               unsigned order);

    ContiguousBlock(ContiguousBlock const&) = delete;
    ContiguousBlock& operator=(ContiguousBlock const&) = delete;

    [[nodiscard]] UserAddr start() const { return start_; }
    [[nodiscard]] std::uint64_t physical() const { return physical_; }
    /// In pages.
    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// The capability to the frame that is shown at `page`.
    [[nodiscard]] Slot capability_at(UserAddr page) const {
        return objects_.capability(first_ +
                                   static_cast<std::uint32_t>((page - start_) / page_size));
    }

private:
    friend BlockUse;

    ContiguousBlock(Objects& objects, Holder& holder, UserAddr start, Frame first, unsigned order,
                    std::uint64_t physical);
    ~ContiguousBlock();

    Objects& objects_;
    Holder& holder_;
    UserAddr start_;
    Frame first_;
    std::uint64_t size_;
    std::uint64_t physical_;
    std::uint32_t uses_{0};
};

} // namespace pager
