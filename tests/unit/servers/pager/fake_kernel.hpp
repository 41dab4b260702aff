// SPDX-License-Identifier: BSD-2-Clause
//
// FakeKernel: the kernel as far as the pager can see it, with the same rules: untypeds and their
// watermarks, slots, derivation, frames with real contents, one mapping for each capability, page
// tables, ASIDs. A use that the kernel would refuse, or that only a mistake makes, is an error that
// the test sees in `violations`.
#pragma once

#include "books_heap.hpp"
#include <pager/kernel_port.hpp>
#include <pager/startup.hpp>

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace pager::test {

class FakeKernel final : public KernelPort {
public:
    using Page = std::array<std::byte, page_size>;

    /// The base of the pager's own VSpace: what it maps there it sees at the same address here.
    static constexpr std::uint64_t own_vspace = 0x100;

    /// Slots of the initial leaves that are taken are given with `place_`.
    explicit FakeKernel(std::uint32_t leaves);

    // ---- what init does before the pager starts -------------------------------------------
    void place_untyped(Slot slot, std::uint64_t base, unsigned size_bits);
    void place_frame(Slot slot, std::uint64_t base, std::span<std::byte const> content);
    void place_vspace(Slot slot, std::uint64_t base);
    void place_asid_pool(Slot slot, std::size_t free_asids);

    // ---- what the pager does ---------------------------------------------------------------
    Result<> retype(Slot untyped, api::ObjectType type, unsigned size_bits, Slot first,
                    unsigned count) override;
    Result<> make_leaf(Slot untyped, std::uint32_t leaf) override;
    Result<> copy(Slot from, Slot to, api::Rights rights) override;
    void erase(Slot slot) override;
    void revoke(Slot untyped) override;
    Result<> map_frame(Slot frame, Slot vspace, UserAddr address, Access access) override;
    Result<> map_frames(Slot first, std::uint32_t count, Slot vspace, UserAddr address,
                        Access access) override;
    Result<> map_uncached(Slot frame, Slot vspace, UserAddr address, Access access) override;
    void unmap_frame(Slot frame) override;
    Result<std::uint64_t> physical_address(Slot frame) override;
    void unify_instructions(Slot frame) override;
    Result<> map_table(Slot table, Slot vspace, UserAddr address) override;
    Result<> assign_asid(Slot pool, Slot vspace) override;
    Result<> make_asid_pool(Slot untyped, Slot pool) override;
    Result<UserAddr> stack_pointer(Slot thread) override;
    void signal_report() override { ++signals; }
    void wake_worker() override { ++wakes; }

    // ---- what a client does ----------------------------------------------------------------
    /// The byte at `address`, or nothing if the access faults.
    [[nodiscard]] std::byte* touch(Slot vspace, UserAddr address, FaultKind kind);

    /// A thread whose stack pointer can be asked for, by a capability in this slot.
    void place_thread(Slot slot);

    /// Of the registers of a device; the same.
    void place_device(Slot slot, std::uint64_t base, unsigned size_bits);

    /// Where the stacks of all threads end now.
    void set_stack_pointer(UserAddr pointer) { stack_pointer_ = pointer; }

    /// Whether no cache comes between the client and the page.
    [[nodiscard]] bool is_uncached(Slot vspace, UserAddr page);

    /// A capability that travels in a message to somebody else: a copy outside the CSpace.
    void give_away(Slot slot);

    /// Whether somebody else has a capability to the same object.
    [[nodiscard]] bool is_held_elsewhere(Slot slot);

    std::vector<std::string> violations;
    unsigned signals{0};
    unsigned wakes{0};
    std::uint64_t calls{0};

    /// Let the n-th retype from now on fail, once; negative: none.
    int fail_retype_in{-1};
    /// The same of all calls that can fail.
    int fail_call_in{-1};
    bool fail_maps{false};

    [[nodiscard]] std::size_t capabilities() const { return slots_.size(); }
    /// To what begins at a physical address.
    [[nodiscard]] std::size_t capabilities_at(std::uint64_t base) const {
        return by_base_.count(base);
    }

private:
    struct Object {
        api::ObjectType type;
        std::uint64_t base;
        unsigned bits;
        bool is_pool{false};
        std::size_t asids{0};                  // pool: free ones
        bool has_asid{false};                  // VSpace
        std::shared_ptr<Object> pool{};        // VSpace: where its ASID is from
        std::uint64_t mapped_in{0};            // table: the VSpace's base
        UserAddr mapped_at{};                  // table: any address below it
        unsigned level{0};                     // table
        std::map<std::uint64_t, Slot> pages{}; // VSpace: page address -> capability that maps it
        std::set<std::pair<unsigned, std::uint64_t>> tables{}; // VSpace: level and index
        bool is_constant{false};                               // frame: of the boot archive
        bool is_unified{false};     // ... and no cache knows an older content
        std::byte* window{nullptr}; // frame: where the pager has it mapped for itself
    };

    struct Capability {
        std::shared_ptr<Object> object;
        std::uint64_t watermark{0}; // untyped
        api::Rights rights{api::Rights::All};
        std::shared_ptr<Object> vspace{}; // frame: where it is mapped
        UserAddr address{};
        Access access{Access::None};
        bool is_unified{false};
        bool is_uncached{false};
        bool is_foreign{false}; // came with a message: who knows what it is
    };

    using Slots = std::unordered_map<std::uint32_t, Capability>;

    /// At the start of a call: what the kernel remembers does not lie in the pager's heap.
    [[nodiscard]] AllocateFrom enter() {
        ++calls;
        return AllocateFrom{nullptr};
    }

    /// At the start of a call that can fail: whether a test wants it refused.
    [[nodiscard]] bool is_refused() {
        bool const is_due = fail_call_in == 0;
        fail_call_in -= fail_call_in >= 0 ? 1 : 0;
        return is_due;
    }

    void violation(std::string text) { violations.push_back(std::move(text)); }
    [[nodiscard]] Capability* find(Slot slot);
    [[nodiscard]] Capability* find(Slot slot, api::ObjectType type);
    [[nodiscard]] bool is_free(Slot slot);
    [[nodiscard]] bool has_children(Slot slot);
    [[nodiscard]] bool is_inside(Object const& inner, Object const& outer) const;
    [[nodiscard]] bool prepare(Slot untyped, std::uint64_t size, unsigned count);
    void put(Slot slot, Capability cap);
    void forget(Slot slot);
    [[nodiscard]] std::vector<std::uint32_t> slots_inside(Object const& object) const;
    [[nodiscard]] bool may_map(Slot frame, Slot vspace, UserAddr address, Access access);
    void install(Slot frame, Slot vspace, UserAddr address, Access access, bool is_uncached);
    [[nodiscard]] Result<> map(Slot frame, Slot vspace, UserAddr address, Access access,
                               bool is_uncached);
    void unmap(Capability& cap);
    [[nodiscard]] bool is_live(Capability const& cap) const;
    [[nodiscard]] std::byte* content(Object& frame);
    void show(Object& frame, UserAddr address);
    void detach_table(Object& table);
    static unsigned missing_level(Object const& vspace, UserAddr address);

    UserAddr stack_pointer_{};
    Slots slots_;
    std::multimap<std::uint64_t, std::uint32_t> by_base_; // physical address -> slots
    std::vector<Capability> elsewhere_;                   // copies that others hold
    std::set<std::uint32_t> leaves_;
    std::map<std::uint32_t, Capability> leaf_caps_;
    std::map<std::uint64_t, std::unique_ptr<Page>> memory_; // what is not zero, nor in a window
};

} // namespace pager::test
