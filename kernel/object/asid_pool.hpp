// SPDX-License-Identifier: BSD-2-Clause
//
// AsidPool: 512 address-space identifiers, each with the root table it stands for. AsidTable: the
// pools. Everything that refers to an address space does so by its ASID, and finds nothing here
// once the space is gone.
#pragma once

#include <kernel/cap/capability.hpp>

#include <array>
#include <optional>

namespace kernel {

struct KernelState;

using Asid = std::uint16_t;

class AsidPool {
public:
    static constexpr auto cap_kind = CapKind::AsidPool;
    static constexpr unsigned size_bits = api::asid_pool_bits;

    /// Of each ASID, the physical address of the root table; 0 if the ASID is free.
    std::array<PhysAddr, 1u << api::asid_pool_index_bits> roots;

    [[nodiscard]] PhysAddr& root_of(Asid asid) {
        return roots[base::extract(asid, 0, api::asid_pool_index_bits)];
    }
    [[nodiscard]] PhysAddr root_of(Asid asid) const {
        return roots[base::extract(asid, 0, api::asid_pool_index_bits)];
    }
};

static_assert(sizeof(AsidPool) == 1u << AsidPool::size_bits);

/// Invariant: a pool entry is not 0 exactly while a VSpace capability carries that ASID.
class AsidTable {
public:
    /// The root table of `asid`. Errors: FailedLookup(InvalidRoot).
    [[nodiscard]] Result<PhysAddr> find(Asid asid) const;

    /// As find(), but 0 if `asid` is not in use; number 0 is nobody's.
    [[nodiscard]] PhysAddr root(Asid asid) const {
        if (asid == 0) {
            return {};
        }
        auto const* const pool = this->pool(asid);
        return pool != nullptr ? pool->root_of(asid) : PhysAddr{};
    }

    /// `asid` is in use, and for this root, which is not 0.
    [[nodiscard]] bool maps(Asid asid, PhysAddr root) const {
        auto const* const pool = this->pool(asid);
        return pool != nullptr && pool->root_of(asid) == root;
    }

    void set(Asid asid, PhysAddr root);

    /// The first ASID of the lowest pool number that is free.
    [[nodiscard]] std::optional<Word> free_pool_base() const;

    [[nodiscard]] AsidPool* pool(Word asid_base) const { return pools_[index(asid_base)]; }
    void set_pool(Word asid_base, AsidPool* pool) { pools_[index(asid_base)] = pool; }

private:
    [[nodiscard]] static constexpr std::size_t index(Word asid) {
        return base::extract(asid, api::asid_pool_index_bits, api::asid_pool_count_bits);
    }

    std::array<AsidPool*, 1u << api::asid_pool_count_bits> pools_{};
};

} // namespace kernel
