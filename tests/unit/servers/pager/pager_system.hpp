// SPDX-License-Identifier: BSD-2-Clause
//
// PagerSystem: a whole pager over the fake kernel, with some RAM and a boot archive of
// recognisable bytes. It plays init, which sets the pager up, and carries messages and faults to
// it; what to make of the answers is up to unit tests and the fuzzer.
#pragma once

#include "books_heap.hpp"
#include "fake_kernel.hpp"
#include <pager/books.hpp>

namespace pager::test {

/// One stretch of RAM as the kernel hands it out at boot.
struct Ram {
    std::uint64_t base;
    unsigned size_bits;
};

class PagerSystem {
public:
    static constexpr std::size_t archive_pages = 40;
    static constexpr std::uint32_t initial_leaves = 4;
    static constexpr std::uint32_t first_archive_frame = 16;
    static constexpr std::uint32_t first_untyped = first_archive_frame + archive_pages;

    static constexpr api::Badge manager{ipc::pager::Caller::MayManage::set(api::Word{0}, true)};
    static constexpr api::Badge inspector{ipc::pager::Caller::MayInspect::set(api::Word{0}, true)};

    static api::Badge client(api::Word space) { return api::Badge{space}; }
    /// A client that drives a device.
    static api::Badge driver(api::Word space) {
        return api::Badge{ipc::pager::Caller::MayUseDma::set(space, true)};
    }
    static api::Badge fault_badge(api::Word space) {
        return api::Badge{ipc::pager::Caller::IsFault::set(space, true)};
    }

    /// Ends if there is too little RAM to start with.
    PagerSystem(std::vector<Ram> const& ram, policy::Policy const& policy);
    ~PagerSystem() { end_pager(); }
    PagerSystem(PagerSystem const&) = delete;
    PagerSystem& operator=(PagerSystem const&) = delete;

    /// The capability that comes with the answer is given away.
    ipc::Packet deliver(api::Badge badge, ipc::Packet const& packet);

    /// The next message brings a capability to a thread.
    void attach_thread();

    /// The same for an untyped of a device's registers.
    void attach_untyped(std::uint64_t base, unsigned size_bits);

    /// A VM fault as the kernel reports it.
    static ipc::Packet vm_fault(std::uint64_t address, FaultKind kind);

    /// Null: there is no such space.
    [[nodiscard]] AddressSpace* find(api::Word space) const;

    [[nodiscard]] std::optional<std::string_view> discrepancy() const {
        return find_discrepancy(*pager, fixed_slots);
    }

    /// And of all spaces. Nothing can be asked of it after this.
    void end_pager();

    std::vector<std::byte> archive;
    FakeKernel kernel{initial_leaves};
    std::vector<FrameRecord> records;
    std::vector<SlotLeaf> slot_records;
    FrameTable frames;
    SlotAllocator slots;
    std::vector<std::uint64_t> file_books =
        std::vector<std::uint64_t>(FilePages::book_words(archive_pages));
    std::vector<FrameGroup> frame_groups;
    std::vector<FrameLeaves> frame_leaves;
    BlockAllocator blocks{kernel, frames, slots};
    std::unique_ptr<BooksHeap> books;
    std::unique_ptr<Memory> memory;
    std::unique_ptr<Pager> pager;
    std::uint64_t fixed_slots;

private:
    void place_archive();
    void place_ram(std::vector<Ram> const& ram);
    void start_memory();
};

} // namespace pager::test
