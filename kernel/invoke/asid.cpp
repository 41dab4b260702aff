// SPDX-License-Identifier: BSD-2-Clause
//
// ASIDControl and ASIDPool invocations: new pools, and address spaces that become usable.

#include <arch/memory.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/cap/lookup.hpp>
#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>

#include <algorithm>

namespace kernel {

namespace {

/// An untyped that is to become a pool: memory, unused, of exactly its size.
Result<> check_pool_memory(Slot const& slot) {
    auto const& cap = slot.cap;
    bool const fits = cap.is(CapKind::Untyped) && cap.size_bits() == AsidPool::size_bits &&
                      !cap.untyped_is_device();
    if (!fits) {
        return fail(Failure::invalid_capability(1));
    }
    if (has_children(slot)) {
        return fail(Failure::revoke_first());
    }
    return {};
}

Result<> make_pool(KernelState& kernel, Invocation& call) {
    if (!call.has(2, 2)) {
        return fail(Failure::truncated_message());
    }
    auto const first = kernel.asids.free_pool_base();
    if (!first) {
        return fail(Failure::delete_first());
    }
    auto& untyped = *call.caps[0];
    TRY(check_pool_memory(untyped));
    auto& destination = *TRY(lookup_empty_slot(call.caps[1]->cap, call.args[0], call.args[1]));

    auto const address = untyped.cap.address();
    auto* const pool = arch::kernel_address(address).as_pointer<AsidPool>();
    arch::zero_memory(pool, sizeof *pool);
    untyped.cap = untyped.cap.with_watermark(base::bit(AsidPool::size_bits));
    insert_derived(untyped, destination, Capability::asid_pool(address, *first));
    kernel.asids.set_pool(*first, pool);
    return {};
}

/// The lowest free ASID of a pool; ASID 0 stands for "no address space".
Result<Asid> free_asid(AsidPool const& pool, Word first) {
    auto const begin = pool.roots.begin() + (first == 0 ? 1 : 0);
    auto const free = std::find(begin, pool.roots.end(), PhysAddr{});
    if (free == pool.roots.end()) {
        return fail(Failure::delete_first());
    }
    return static_cast<Asid>(first + static_cast<Word>(free - pool.roots.begin()));
}

Result<> assign(KernelState& kernel, Invocation& call) {
    if (!call.has(0, 1)) {
        return fail(Failure::truncated_message());
    }
    auto& vspace = *call.caps[0];
    if (!vspace.cap.is(CapKind::VSpace) || vspace.cap.mapping().exists()) {
        return fail(Failure::invalid_capability(1));
    }
    auto const first = call.cap().asid_base();
    auto const* const pool = kernel.asids.pool(first);
    if (pool == nullptr) {
        return fail(Failure::failed_lookup(Failure::Lookup::Target, LookupFault::invalid_root()));
    }
    if (pool != call.cap().as<AsidPool>()) {
        return fail(Failure::invalid_capability(0));
    }
    auto const asid = TRY(free_asid(*pool, first));

    kernel.asids.set(asid, vspace.cap.address());
    ++kernel.core.counters.asids_in_use;
    vspace.cap = vspace.cap.with_mapping({asid, {}});
    return {};
}

} // namespace

Result<> invoke_asid_control(KernelState& kernel, Invocation& call, Answer&) {
    if (!call.is(api::Invocation::AsidControlMakePool)) {
        return fail(Failure::illegal_operation());
    }
    return make_pool(kernel, call);
}

Result<> invoke_asid_pool(KernelState& kernel, Invocation& call, Answer&) {
    if (!call.is(api::Invocation::AsidPoolAssign)) {
        return fail(Failure::illegal_operation());
    }
    return assign(kernel, call);
}

} // namespace kernel
