// SPDX-License-Identifier: BSD-2-Clause
//
// A whole pager over the fake kernel, with some RAM and a boot archive of recognisable bytes.
#pragma once

#include "books_heap.hpp"
#include "fake_kernel.hpp"
#include <pager/books.hpp>

#include <gtest/gtest.h>

namespace pager::test {

/// One stretch of RAM as the kernel hands it out at boot.
struct Ram {
    std::uint64_t base;
    unsigned size_bits;
};

class PagerFixture : public testing::Test {
protected:
    static constexpr std::size_t archive_pages = 40;
    static constexpr std::uint32_t initial_leaves = 4;
    static constexpr std::uint32_t first_archive_frame = 16;
    static constexpr std::uint32_t first_untyped = first_archive_frame + archive_pages;

    static constexpr api::Badge manager{ipc::pager::Caller::MayManage::set(api::Word{0}, true)};
    static constexpr api::Badge inspector{ipc::pager::Caller::MayInspect::set(api::Word{0}, true)};

    explicit PagerFixture(std::vector<Ram> const& ram = {{0x4000'0000, 24}, {0x4100'0000, 22}},
                          policy::Policy const& policy = policy::selected());
    ~PagerFixture() override;

    /// A request as it travels; the capability that comes along is given away.
    template <ipc::Request R>
    [[nodiscard]] Result<typename R::Reply> call(api::Badge badge, R const& request) {
        struct Loopback {
            PagerFixture& fixture;
            api::Badge badge;

            [[nodiscard]] ipc::Packet call(ipc::Packet const& packet) const {
                return fixture.deliver(badge, packet);
            }
        };
        return ipc::call(Loopback{*this, badge}, request);
    }

    template <typename T>
    static Error error_of(Result<T> const& result) {
        return result ? Error::None : result.error();
    }

    /// As often as it takes; `steps` counts.
    template <ipc::Request R>
    [[nodiscard]] Error call_in_steps(api::Badge badge, R request) {
        for (steps = 1;; ++steps) {
            auto const reply = call(badge, request);
            if (!reply || reply->size >= request.size) {
                return error_of(reply);
            }
            EXPECT_GT(reply->size, 0);
            request.address += reply->size;
            request.size -= reply->size;
        }
    }

    void destroy_space(api::Word space);

    ipc::Packet deliver(api::Badge badge, ipc::Packet const& packet);

    static api::Badge client(api::Word space) { return api::Badge{space}; }
    static api::Badge fault_badge(api::Word space) {
        return api::Badge{ipc::pager::Caller::IsFault::set(space, true)};
    }

    api::Word new_space(api::Word pid = 1);

    /// A client's access, with as many faults as it takes. Null: it was stopped.
    std::byte* access(api::Word space, std::uint64_t address, FaultKind kind);
    std::optional<std::byte> read(api::Word space, std::uint64_t address);
    bool write(api::Word space, std::uint64_t address, std::byte value);
    bool execute(api::Word space, std::uint64_t address);

    /// One VM fault message; whether the client may go on.
    bool send_fault(api::Word space, std::uint64_t address, FaultKind kind);

    [[nodiscard]] AddressSpace* find(api::Word space) const;
    [[nodiscard]] ipc::pager::Statistics::Reply statistics();
    [[nodiscard]] std::uint64_t free_bytes() { return statistics().free; }

    /// What no client has: free, or with the books, which keep some for the next.
    [[nodiscard]] std::uint64_t unclaimed_bytes() {
        auto const now = statistics();
        return now.free + now.pager;
    }
    [[nodiscard]] std::byte archive_byte(std::uint64_t offset) const { return archive[offset]; }

    void expect_balance();

    /// For tests that say when which page comes: they hold for the default policy only.
    static void expect_lazy_policy() {
        if (policy::selected().name() != "lazy") {
            GTEST_SKIP() << "another policy is built in: " << policy::selected().name();
        }
    }

    std::vector<std::byte> archive;
    FakeKernel kernel{initial_leaves};
    std::vector<FrameRecord> records;
    std::vector<SlotGroup> groups;
    FrameTable frames;
    SlotAllocator slots;
    std::vector<FrameGroup> frame_groups;
    std::vector<FrameLeaves> frame_leaves;
    BlockAllocator blocks{kernel, frames, slots};
    std::unique_ptr<BooksHeap> books;
    std::unique_ptr<Memory> memory;
    std::unique_ptr<Pager> pager;
    std::uint64_t fixed_slots;
    unsigned fault_count{0};
    unsigned steps{0};
};

} // namespace pager::test
