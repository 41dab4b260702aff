// SPDX-License-Identifier: BSD-2-Clause
//
// AddressSpace: one client's memory. Regions say what may be where; pages come when touched.
#pragma once

#include <base/intrusive_list.hpp>
#include <pager/page_mapper.hpp>
#include <pager/policy/policy.hpp>
#include <pager/region_tree.hpp>

#include <memory>

namespace pager {

using Name = ipc::Text<ipc::pager::max_name>;

struct Fault {
    UserAddr address;
    FaultKind kind;
};

/// The part of a page that comes from the boot archive; the rest is zeroes.
struct PageContent {
    std::uint64_t at{0};     // where in the page it begins
    std::uint64_t offset{0}; // where in the archive
    std::uint64_t size{0};   // 0: all zeroes

    /// Whether a page of the archive is exactly this page.
    [[nodiscard]] bool is_archive_page() const {
        return size == page_size && base::is_aligned(offset, api::page_bits);
    }
};

[[nodiscard]] PageContent content_of(Region const& region, UserAddr page);

/// A client that cannot go on. `region` is what was hit, if anything.
struct Stop {
    StopReason reason;
    Region const* region{nullptr};
};

/// What a space may have.
struct Quota {
    std::uint64_t pages{ipc::pager::SetQuota::unlimited}; // frames and tables together
    std::uint64_t regions{ipc::pager::SetQuota::unlimited};
};

/// How far stacks and the heap of a space may grow; see ipc::pager::SetGrowth.
struct GrowthLimits {
    std::uint64_t stack{ipc::pager::Growth::unlimited};
    std::uint64_t heap{ipc::pager::Growth::unlimited};
    std::uint32_t ahead{policy::max_neighbours};
};

struct GrowthCounts {
    std::uint64_t grown{0};
    std::uint64_t checked{0};
    std::uint64_t refused{0};
    std::uint64_t trimmed{0};
};

/// The stack of a thread. Below `lowest` it was never needed, or is not needed any more.
struct Stack {
    UserAddr bottom;
    UserAddr top;
    UserAddr lowest;
    Slot thread{no_slot}; // no_slot: nobody knows its stack pointer
    base::ListLink<Stack> link{};
};

/// What a space may not do; see ipc::pager::Forbidden.
struct AccessPolicy {
    bool forbids_new_code{false};
    bool forbids_shared_writing{false};
};

/// How a space's pages came; see ipc::pager::LazyStatistics.
struct FaultCounts {
    void count(Resolution how) {
        ++by[static_cast<std::size_t>(how)];
        last = how;
    }

    [[nodiscard]] std::uint64_t of(Resolution how) const {
        return by[static_cast<std::size_t>(how)];
    }

    std::uint64_t served{0};
    std::array<std::uint64_t, 6> by{}; // Resolution; those that are refused are not counted
    std::uint64_t ahead{0};
    std::uint64_t refused_advice{0};
    Resolution last{};
};

/// Nothing: the client may try again and will succeed.
using FaultOutcome = std::optional<Stop>;

using Report = ipc::pager::TakeReport::Reply;

class AddressSpace {
public:
    /// Where Map puts memory that may lie anywhere.
    static constexpr UserAddr map_area{0x10'0000'0000};
    /// Where the heap lies: from some address above this on, and it ends in front of that.
    static constexpr UserAddr heap_area{0x8'0000'0000};
    static constexpr std::uint64_t guard_size = 64 * 1024;

    [[nodiscard]] static Result<std::unique_ptr<AddressSpace>>
    create(Memory& memory, SpaceNumber number, api::Word pid, Name const& name);

    ~AddressSpace();
    AddressSpace(AddressSpace const&) = delete;
    AddressSpace& operator=(AddressSpace const&) = delete;

    /// Regions that one request passes; so nobody waits long for somebody else.
    static constexpr unsigned max_step = 64;

    [[nodiscard]] Result<UserAddr> map(UserAddr address, std::uint64_t size, Access access,
                                       Placement placement, policy::Policy const& policy);

    /// Memory next to each other in RAM, for devices.
    [[nodiscard]] Result<MemoryBlock const*> map_contiguous(std::uint64_t size,
                                                            unsigned alignment_bits, Access access,
                                                            policy::Policy const& policy);

    /// Registers of a device, which `untyped` covers, a capability that is copied.
    [[nodiscard]] Result<UserAddr> map_device(std::uint64_t size, Slot untyped,
                                              policy::Policy const& policy);

    /// The same for memory that others may share, and for memory that others shared.
    [[nodiscard]] Result<UserAddr> map_shared(UserAddr address, std::uint64_t size, Access access,
                                              Placement placement, policy::Policy const& policy);
    [[nodiscard]] Result<UserAddr> attach(Grant& offer, UserAddr address, Access access,
                                          Placement placement, policy::Policy const& policy);

    /// A token for memory that may be shared.
    [[nodiscard]] Result<std::uint64_t> share(UserAddr address, std::uint64_t size, Access access,
                                              policy::Policy const& policy);

    /// A step towards having nothing any more by a grant that is held.
    void drop_grant(Grant& grant);

    /// The end of the heap moves to `end`, or on the way there. The answer is where it is now.
    [[nodiscard]] Result<UserAddr> set_break(UserAddr end, policy::Policy const& policy);
    [[nodiscard]] UserAddr heap_start() const { return layout_.heap; }
    [[nodiscard]] UserAddr heap_end() const { return heap_end_; }

    // These do a step from `address` on, and answer how many bytes it was.
    [[nodiscard]] Result<std::uint64_t> unmap(UserAddr address, std::uint64_t size,
                                              policy::Policy const& policy);
    [[nodiscard]] Result<std::uint64_t> protect(UserAddr address, std::uint64_t size, Access access,
                                                policy::Policy const& policy);
    [[nodiscard]] Result<std::uint64_t> advise(UserAddr address, std::uint64_t size, Advice advice,
                                               policy::Policy const& policy);

    /// For who inspects: the page is noticed when it is written next, or not.
    [[nodiscard]] Result<> protect_page(UserAddr address, bool protect,
                                        policy::Policy const& policy);

    [[nodiscard]] Result<ipc::pager::Query::Reply> query(UserAddr page) const;

    /// A bit for each page that may have been written since this was asked last.
    [[nodiscard]] Result<std::uint64_t> take_written(UserAddr address, std::uint64_t size);

    /// A step towards making `clone`, which began empty, what this space is: the same regions but
    /// for IPC buffers, and the same pages, which both share until one of them writes. Whether that
    /// is done. What threads of this space do meanwhile, the clone may or may not see.
    [[nodiscard]] Result<bool> clone_into(AddressSpace& clone, policy::Policy const& policy);

    /// How far a range is cloned: where its clone is, and how many bytes it has.
    struct RangeClone {
        UserAddr target;
        std::uint64_t done;
    };

    /// The same for [address, address + size), which lies in one region, within this space.
    /// `so_far` is what the step before answered; all zero: there was none.
    [[nodiscard]] Result<RangeClone> clone_range(UserAddr address, std::uint64_t size,
                                                 RangeClone const& so_far,
                                                 policy::Policy const& policy);

    /// Give back the page tables that are kept for the next page at the place used last.
    void drop_idle_tables() { pages_.drop_idle(); }

    /// A step towards the end of the space, whose threads are gone: whether nothing is left in it.
    [[nodiscard]] bool wind_up();

    /// Bytes [offset, offset + file_size) of the archive, then zeroes, memory_size in all.
    struct FileMapping {
        std::uint64_t offset;
        std::uint64_t file_size;
        UserAddr address;
        std::uint64_t memory_size;
        Access access;
    };

    [[nodiscard]] Result<> map_file(FileMapping const& mapping);

    /// The same for a client, where `placement` of `mapping.address` says. `memory_size` follows.
    [[nodiscard]] Result<UserAddr> map_archive(FileMapping mapping, Placement placement,
                                               policy::Policy const& policy);
    [[nodiscard]] Result<> map_stack(UserAddr top, std::uint64_t size);

    /// The stack that ends at `top` is that of `thread`, a capability that is copied.
    [[nodiscard]] Result<> watch_stack(UserAddr top, Slot thread);

    struct Trimmed {
        std::uint64_t pages;
        bool is_done;
    };

    /// A step towards having nothing in memory below the stack pointers of its threads.
    [[nodiscard]] Result<Trimmed> trim_stacks();

    /// The answer is the frame's capability.
    [[nodiscard]] Result<Slot> map_buffer(UserAddr address);

    [[nodiscard]] FaultOutcome fault(Fault fault, policy::Policy const& policy);

    [[nodiscard]] SpaceNumber number() const { return number_; }
    [[nodiscard]] api::Word pid() const { return pid_; }
    [[nodiscard]] Name const& name() const { return name_; }
    [[nodiscard]] Slot vspace() const { return memory_.objects.capability(vspace_); }
    [[nodiscard]] RegionTree const& regions() const { return regions_; }
    [[nodiscard]] PageMapper const& pages() const { return pages_; }
    [[nodiscard]] FaultCounts const& faults() const { return faults_; }
    void set_quota(Quota const& quota) { quota_ = quota; }
    [[nodiscard]] GrowthLimits const& growth_limits() const { return growth_; }
    [[nodiscard]] std::uint64_t watched_threads() const;
    [[nodiscard]] GrowthCounts const& growth_counts() const { return growth_counts_; }
    void set_growth_limits(GrowthLimits const& limits) { growth_ = limits; }
    void set_access_policy(AccessPolicy const& access_policy) { access_policy_ = access_policy; }
    /// Bytes of all regions but guards.
    [[nodiscard]] std::uint64_t reserved() const { return reserved_; }

    [[nodiscard]] std::uint64_t key() const { return static_cast<std::uint64_t>(number_); }

    TreeLink<AddressSpace> link{};            // in the table of spaces
    base::ListLink<AddressSpace> report_link; // in the queue of reports
    std::optional<Report> report;             // the one that waits to be taken

private:
    AddressSpace(Memory& memory, Frame vspace, SpaceNumber number, api::Word pid, Name const& name);

    /// Where things lie that may lie anywhere: elsewhere in each space, if memory_ says so, so that
    /// who corrupts a program does not know what is where.
    struct Layout {
        UserAddr heap{heap_area}; // begins there
        UserAddr map{map_area};   // the first gap behind this, or else any

        [[nodiscard]] static Layout choose(Memory& memory);
    };

    /// [address, address + size) as a client gives it: whole pages in what clients may use.
    [[nodiscard]] static Result<> check_range(UserAddr address, std::uint64_t size);
    [[nodiscard]] Result<UserAddr> find_place(std::uint64_t size) const;
    [[nodiscard]] Result<UserAddr> place(UserAddr address, std::uint64_t size,
                                         Placement placement) const;
    [[nodiscard]] Result<> check_access(Access access) const;
    [[nodiscard]] Result<> check_shared_access(Access access, Access most) const;
    [[nodiscard]] Result<std::uint64_t> mark(UserAddr start, UserAddr end, Advice advice,
                                             policy::Policy const& policy);
    [[nodiscard]] Result<std::uint64_t> bring(UserAddr start, UserAddr end, bool all,
                                              policy::Policy const& policy);
    [[nodiscard]] Result<std::uint64_t> decommit(UserAddr start, UserAddr end,
                                                 policy::Policy const& policy);
    [[nodiscard]] Result<> bring_page(Region const& region, UserAddr page, bool all);
    [[nodiscard]] Result<> check_free(UserAddr start, UserAddr end) const;
    [[nodiscard]] Result<UserAddr> end_of_step(UserAddr address, std::uint64_t size,
                                               Access access = Access::None) const;
    /// `more`: of one block, besides what any operation may take.
    [[nodiscard]] Result<> reserve(policy::Policy const& policy, std::uint64_t more = 0);

    /// Pages that count against the quota, and how many of `wanted` it has room for.
    [[nodiscard]] std::uint64_t charged() const;
    [[nodiscard]] std::uint32_t within_quota(std::uint32_t wanted) const;
    [[nodiscard]] Result<> check_region_quota(unsigned more) const;
    [[nodiscard]] Result<> check_page_quota(std::uint64_t more) const;
    [[nodiscard]] Result<bool> clone_regions(AddressSpace& clone, policy::Policy const& policy);
    [[nodiscard]] Result<Region const*> clonable(UserAddr address, std::uint64_t size) const;
    [[nodiscard]] Result<RangeClone> begin_range_clone(Region const& source, UserAddr address,
                                                       std::uint64_t size,
                                                       policy::Policy const& policy);
    void add_region(Region const& region);
    void clear_gaps(UserAddr start, UserAddr end);
    [[nodiscard]] Stack* find_stack(UserAddr address);
    [[nodiscard]] std::optional<StopReason> grow_stack(UserAddr page);
    [[nodiscard]] bool is_below_stack(Stack const& stack, UserAddr page);
    [[nodiscard]] Result<std::uint64_t> trim(Stack& stack, UserAddr end);
    [[nodiscard]] policy::Neighbours within_growth(Region const& region, UserAddr page,
                                                   policy::Neighbours neighbours);
    void copy_stack(Stack const* stack);
    void forget_stacks();
    [[nodiscard]] Result<> serve_shared(Region const& region, UserAddr page,
                                        policy::Neighbours neighbours);
    [[nodiscard]] Result<Resolution> place_shared(Region const& region, UserAddr page);
    [[nodiscard]] Result<> place_contiguous(Region const& region, UserAddr page);
    [[nodiscard]] static bool is_in_memory(Region const& region, UserAddr page);
    [[nodiscard]] Result<> serve(Region& region, Fault fault, policy::Policy const& policy);
    [[nodiscard]] policy::Neighbours checked(policy::Neighbours advice, policy::Touch const& touch);
    [[nodiscard]] bool wants_frame(policy::Touch const& touch, policy::Policy const& policy);
    [[nodiscard]] Result<> place_frames(Region const& region, UserAddr page,
                                        policy::Neighbours neighbours);
    [[nodiscard]] Result<> place_copies(Region const& region, UserAddr page,
                                        policy::Neighbours neighbours);
    [[nodiscard]] Result<> fill(Region const& region, UserAddr page, PageView const& view,
                                PageContent const& content, FaultKind kind);
    [[nodiscard]] Result<> fill_private(Region const& region, UserAddr page,
                                        PageContent const& content);
    struct FilesPlaced {
        std::uint32_t count;
        bool has_touched;
    };
    [[nodiscard]] FilesPlaced place_files(Region const& region, UserAddr page,
                                          policy::Neighbours neighbours);
    void map_around(Region const& region, UserAddr page, policy::Neighbours neighbours,
                    policy::Content like);
    [[nodiscard]] bool map_neighbour(Region const& region, UserAddr page, policy::Content like);

    Memory& memory_;
    Frame vspace_;
    SpaceNumber number_;
    api::Word pid_;
    Name name_;
    Holder holder_; // before the regions, which are the last to need it
    RegionTree regions_;
    PageMapper pages_;
    FaultCounts faults_;
    Quota quota_;
    AccessPolicy access_policy_;
    std::uint64_t reserved_{0};
    base::IntrusiveList<Stack, &Stack::link> stacks_;
    GrowthLimits growth_;
    GrowthCounts growth_counts_;
    Layout layout_;
    UserAddr heap_end_{layout_.heap};

    /// While this one is being cloned from another: how far that is.
    struct CloneProgress {
        UserAddr regions{};
        UserAddr pages{};
    } clone_progress_;
};

} // namespace pager
