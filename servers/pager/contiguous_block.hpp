// SPDX-License-Identifier: BSD-2-Clause
//
// ContiguousBlock: frames next to each other that stay where they are and show up in one space,
// uncached: memory for a device (MemoryBlock) or the registers of one (DeviceRegisters). Regions
// use a block; with the last one it goes back.
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
    ContiguousBlock(ContiguousBlock const&) = delete;
    ContiguousBlock& operator=(ContiguousBlock const&) = delete;

    [[nodiscard]] UserAddr start() const { return start_; }

    /// The capability to the frame that is shown at `page`.
    [[nodiscard]] Slot capability_at(UserAddr page) const {
        return capability(static_cast<std::uint32_t>((page - start_) / page_size));
    }

    /// Frames of the pager's memory that it has.
    [[nodiscard]] virtual std::uint64_t frames() const = 0;

    /// Slots that it has, and no frame of the pager's accounts for.
    [[nodiscard]] virtual std::uint64_t slots() const = 0;

protected:
    /// To be shown from `start` on.
    explicit ContiguousBlock(UserAddr start) : start_{start} {}
    virtual ~ContiguousBlock() = default;

private:
    friend BlockUse;

    [[nodiscard]] virtual Slot capability(std::uint32_t page) const = 0;

    UserAddr start_;
    std::uint32_t uses_{0};
};

/// Of RAM. It counts against the quota of its holder.
class MemoryBlock final : public ContiguousBlock {
public:
    /// Of 2^order frames.
    [[nodiscard]] static Result<MemoryBlock*> make(Objects& objects, Holder& holder, UserAddr start,
                                                   unsigned order);

    [[nodiscard]] std::uint64_t physical() const { return physical_; }
    [[nodiscard]] std::uint64_t frames() const override { return size_; }
    [[nodiscard]] std::uint64_t slots() const override { return 0; }

private:
    MemoryBlock(Objects& objects, Holder& holder, UserAddr start, Frame first, unsigned order,
                std::uint64_t physical);
    ~MemoryBlock() override;

    [[nodiscard]] Slot capability(std::uint32_t page) const override {
        return objects_.capability(first_ + page);
    }

    Objects& objects_;
    Holder& holder_;
    Frame first_;
    std::uint64_t size_;
    std::uint64_t physical_;
};

} // namespace pager
