// SPDX-License-Identifier: BSD-2-Clause
//
// Pager: answers the pager protocol and the faults of clients. It believes no message: badges say
// who asks, and everything else is checked here or in AddressSpace before it has an effect.
#pragma once

#include <pager/fault_trace.hpp>

namespace pager {

/// A fault as the kernel reports it, decoded.
struct FaultMessage {
    StopReason reason; // if the client cannot be helped whatever the address
    FaultKind kind;    // Other: not a memory access, `reason` counts
    api::Word address; // or syndrome, number, capability pointer: see StopReason
    api::Word instruction;
};

class Pager {
public:
    /// `fixed_slots` is how many slots were in use before the pager made its first object.
    Pager(Memory& memory, policy::Policy const& policy, std::uint64_t fixed_slots)
        : memory_{memory}, policy_{policy}, fixed_slots_{fixed_slots}, trace_{memory} {}
    ~Pager();
    Pager(Pager const&) = delete;
    Pager& operator=(Pager const&) = delete;

    /// Before a message that brings a capability, which is in the slot for that: it goes, whatever
    /// becomes of the message.
    void take_capability() { brings_capability_ = true; }

    /// A request or a fault, and the answer. Everybody is answered, because the pager works on the
    /// time of whoever asks, and an answer gives it back.
    [[nodiscard]] ipc::Packet on_message(api::Badge badge, ipc::Packet const& packet);

    /// The short way for what happens most: the label of the answer.
    [[nodiscard]] api::Word on_fault(api::Badge badge, FaultMessage const& fault);

    /// Answers to faults: the kernel lets the thread go on, or does not. A thread whose access to
    /// memory faulted always goes on, and faults again until init, which has a report, ends it.
    static constexpr api::Word go_on = 0;
    static constexpr api::Word stay = 1;

    /// The capability that goes with the answer to the request just handled.
    [[nodiscard]] Slot attachment() const { return attachment_; }

    /// Before the answer to a request: tidy up, and what comes before the answer to a fault.
    void finish();

    /// Before the answer to a fault, which gives nothing back: wake the worker if there is
    /// something to do ahead again.
    void finish_fault() {
        if (worker_sleeps_ && memory_.is_short_of_stock()) {
            wake_worker();
        }
    }

    // Handlers of the requests, in the order of the protocol.
    template <typename R>
    using Answer = std::optional<Result<typename R::Reply>>;

    Answer<ipc::pager::Map> handle(api::Badge caller, ipc::pager::Map const& request);
    Answer<ipc::pager::Unmap> handle(api::Badge caller, ipc::pager::Unmap const& request);
    Answer<ipc::pager::Protect> handle(api::Badge caller, ipc::pager::Protect const& request);
    Answer<ipc::pager::Advise> handle(api::Badge caller, ipc::pager::Advise const& request);
    Answer<ipc::pager::Break> handle(api::Badge caller, ipc::pager::Break const& request);
    Answer<ipc::pager::Query> handle(api::Badge caller, ipc::pager::Query const& request);
    Answer<ipc::pager::Written> handle(api::Badge caller, ipc::pager::Written const& request);

    Answer<ipc::pager::MapShared> handle(api::Badge caller, ipc::pager::MapShared const& request);
    Answer<ipc::pager::Share> handle(api::Badge caller, ipc::pager::Share const& request);
    Answer<ipc::pager::Attach> handle(api::Badge caller, ipc::pager::Attach const& request);
    Answer<ipc::pager::Revoke> handle(api::Badge caller, ipc::pager::Revoke const& request);

    Answer<ipc::pager::MapArchiveFile> handle(api::Badge caller,
                                              ipc::pager::MapArchiveFile const& request);
    Answer<ipc::pager::CloneRange> handle(api::Badge caller, ipc::pager::CloneRange const& request);
    Answer<ipc::pager::TrimStack> handle(api::Badge caller, ipc::pager::TrimStack const& request);
    Answer<ipc::pager::MapContiguous> handle(api::Badge caller,
                                             ipc::pager::MapContiguous const& request);

    Answer<ipc::pager::CreateSpace> handle(api::Badge caller,
                                           ipc::pager::CreateSpace const& request);
    Answer<ipc::pager::CloneSpace> handle(api::Badge caller, ipc::pager::CloneSpace const& request);
    Answer<ipc::pager::DestroySpace> handle(api::Badge caller,
                                            ipc::pager::DestroySpace const& request);
    Answer<ipc::pager::MapFile> handle(api::Badge caller, ipc::pager::MapFile const& request);
    Answer<ipc::pager::MapStack> handle(api::Badge caller, ipc::pager::MapStack const& request);
    Answer<ipc::pager::WatchStack> handle(api::Badge caller, ipc::pager::WatchStack const& request);
    Answer<ipc::pager::MapDevice> handle(api::Badge caller, ipc::pager::MapDevice const& request);
    Answer<ipc::pager::MapBuffer> handle(api::Badge caller, ipc::pager::MapBuffer const& request);
    Answer<ipc::pager::SetQuota> handle(api::Badge caller, ipc::pager::SetQuota const& request);
    Answer<ipc::pager::SetAccessPolicy> handle(api::Badge caller,
                                               ipc::pager::SetAccessPolicy const& request);
    Answer<ipc::pager::TakeUntyped> handle(api::Badge caller,
                                           ipc::pager::TakeUntyped const& request);
    Answer<ipc::pager::ReturnUntyped> handle(api::Badge caller,
                                             ipc::pager::ReturnUntyped const& request);
    Answer<ipc::pager::TakeReport> handle(api::Badge caller, ipc::pager::TakeReport const& request);

    Answer<ipc::pager::Statistics> handle(api::Badge caller, ipc::pager::Statistics const& request);
    Answer<ipc::pager::SpaceStatistics> handle(api::Badge caller,
                                               ipc::pager::SpaceStatistics const& request);
    Answer<ipc::pager::PageMap> handle(api::Badge caller, ipc::pager::PageMap const& request);
    Answer<ipc::pager::CopyOnWrite> handle(api::Badge caller,
                                           ipc::pager::CopyOnWrite const& request);
    Answer<ipc::pager::LazyStatistics> handle(api::Badge caller,
                                              ipc::pager::LazyStatistics const& request);
    Answer<ipc::pager::Check> handle(api::Badge caller, ipc::pager::Check const& request);
    Answer<ipc::pager::ProtectPage> handle(api::Badge caller,
                                           ipc::pager::ProtectPage const& request);
    Answer<ipc::pager::Growth> handle(api::Badge caller, ipc::pager::Growth const& request);
    Answer<ipc::pager::SetGrowth> handle(api::Badge caller, ipc::pager::SetGrowth const& request);
    Answer<ipc::pager::WorkAhead> handle(api::Badge caller, ipc::pager::WorkAhead const& request);
    Answer<ipc::pager::SetTracing> handle(api::Badge caller, ipc::pager::SetTracing const& request);
    Answer<ipc::pager::TracedFaults> handle(api::Badge caller,
                                            ipc::pager::TracedFaults const& request);

    [[nodiscard]] Memory const& memory() const { return memory_; }
    [[nodiscard]] AddressSpace* first_space() const { return spaces_.first(); }
    [[nodiscard]] AddressSpace* next_space(AddressSpace const& space) const {
        return spaces_.next(space);
    }

private:
    [[nodiscard]] Result<AddressSpace*> own_space(api::Badge caller) const;
    [[nodiscard]] Result<AddressSpace*> managed_space(api::Badge caller, api::Word number) const;
    [[nodiscard]] Result<SpaceNumber> new_number();
    [[nodiscard]] Result<AddressSpace*> inspected_space(api::Badge caller, api::Word pid) const;
    [[nodiscard]] Result<bool> revoke(AddressSpace const& space, api::Word token);
    [[nodiscard]] bool trim_somebody();
    void wake_worker();
    [[nodiscard]] api::Word serve(AddressSpace& space, FaultMessage const& fault);
    [[nodiscard]] api::Word serve_traced(AddressSpace& space, FaultMessage const& fault);
    void stop(AddressSpace& space, FaultMessage const& fault, Stop const& stop);

    Result<AddressSpace*> create_space(api::Word pid, Name const& name);
    Result<ipc::pager::CloneSpace::Reply> clone_space(AddressSpace& source,
                                                      ipc::pager::CloneSpace const& request);
    Result<ipc::pager::TakeUntyped::Reply> take_untyped(api::Word size_bits);
    Result<> return_untyped(api::Word id);

    Memory& memory_;
    policy::Policy const& policy_;
    std::uint64_t fixed_slots_;
    OrderedTree<AddressSpace, &AddressSpace::link> spaces_;
    base::IntrusiveList<AddressSpace, &AddressSpace::report_link> reports_;
    std::uint32_t last_number_{0};
    std::uint64_t faults_{0};
    FaultTrace trace_;
    Slot attachment_{no_slot};
    std::uint32_t trimmed_last_{0};
    bool worker_sleeps_{false};
    bool brings_capability_{false};
};

/// What a fault message says.
[[nodiscard]] FaultMessage decode_fault(api::Word label, std::span<api::Word const> words);

} // namespace pager
