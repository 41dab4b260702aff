// SPDX-License-Identifier: BSD-2-Clause
//
// FaultTrace: the last faults, written down as they are served. Pages in a ring: it grows as it is
// written, up to a share of all memory, and then the oldest page goes. While it is off it costs a
// question a fault, and no memory before it is on for the first time.
#pragma once

#include <pager/address_space.hpp>
#include <pager/machine_counters.hpp>

#include <array>

namespace pager {

using ipc::pager::TracedFault;
using ipc::pager::Tracing;

class FaultTrace {
public:
    explicit FaultTrace(Memory& memory) : memory_{memory} {}
    ~FaultTrace() { clear(); }
    FaultTrace(FaultTrace const&) = delete;
    FaultTrace& operator=(FaultTrace const&) = delete;

    [[nodiscard]] Result<> set(Tracing tracing);

    [[nodiscard]] bool is_on() const { return is_on_; }

    // Around the serving of each fault while it is on.
    void begin(AddressSpace const& space);
    void end(AddressSpace const& space, Fault fault, api::Word instruction);

    /// Between these: the client is stopped.
    void note_stop(StopReason reason) { start_.reason = reason; }

    /// What is there from number `from` on.
    [[nodiscard]] ipc::pager::TracedFaults::Reply read(api::Word from) const;

private:
    struct Page {
        static constexpr std::size_t capacity = (page_size - 2 * 8) / sizeof(TracedFault);

        Page* next; // in the ring: behind the page that is written comes the oldest
        std::uint64_t first;
        std::array<TracedFault, capacity> faults;
    };

    static_assert(sizeof(Page) <= page_size);

    /// What was before a fault.
    struct Start {
        std::uint64_t ticks;
        std::uint64_t ahead;
        std::uint64_t upgrades;
        StopReason reason; // as long as none is given: 0
        std::uint64_t instructions;
    };

    [[nodiscard]] Resolution resolution(AddressSpace const& space) const;
    void turn_page();
    [[nodiscard]] Page* make_page();
    [[nodiscard]] std::uint64_t pages_wanted() const;
    void clear();

    /// The number of the fault that is written next.
    [[nodiscard]] std::uint64_t behind() const {
        return page_ == nullptr ? first_ : page_->first + used_;
    }

    Memory& memory_;
    Page* page_{nullptr};    // is written
    std::size_t used_{0};    // of it
    std::uint64_t pages_{0}; // of the ring
    std::uint64_t first_{0}; // number of the first fault when there are pages again
    Start start_{};
    bool is_on_{false};
};

} // namespace pager
