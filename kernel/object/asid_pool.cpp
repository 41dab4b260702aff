// SPDX-License-Identifier: BSD-2-Clause
//
// ASID pools: lookups, and the end of a pool, which takes all its address spaces out of use.

#include <kernel/object/finalise.hpp>
#include <kernel/object/switch.hpp>
#include <kernel/object/translations.hpp>

#include <algorithm>

namespace kernel {

Result<PhysAddr> AsidTable::find(Asid asid) const {
    auto const root = this->root(asid);
    if (root == PhysAddr{}) {
        return fail(Failure::failed_lookup(Failure::Lookup::Target, LookupFault::invalid_root()));
    }
    return root;
}

void AsidTable::set(Asid asid, PhysAddr root) {
    pool(asid)->root_of(asid) = root;
}

std::optional<Word> AsidTable::free_pool_base() const {
    auto const free = std::ranges::find(pools_, nullptr);
    if (free == pools_.end()) {
        return std::nullopt;
    }
    return static_cast<Word>(free - pools_.begin()) * base::bit(api::asid_pool_index_bits);
}

void finalise_asid_pool(KernelState& kernel, Capability const& cap) {
    auto const first = cap.asid_base();
    auto* const pool = cap.as<AsidPool>();
    if (kernel.asids.pool(first) != pool) {
        return;
    }
    kernel.asids.set_pool(first, nullptr);
    switch_address_space(kernel, *kernel.core.current); // the present one may be among them
    for (std::size_t index = 0; index < pool->roots.size(); ++index) {
        if (pool->roots[index] != PhysAddr{}) {
            --kernel.core.counters.asids_in_use;
            forget_space(kernel, static_cast<Asid>(first + index));
        }
    }
}

} // namespace kernel
