// SPDX-License-Identifier: BSD-2-Clause
//
// The memory management unit: which tables are in use, and what it and the caches remember.
#pragma once

#include <base/address.hpp>

#include <cstdint>

namespace arch {

/// Tagged memory of the TLB: address-space identifier, 0 is of the empty space.
using Asid = std::uint16_t;

/// User addresses now go through the table at `root`.
void set_address_space(base::PhysAddr root, Asid asid);
/// Every user address now faults.
void set_empty_address_space();

/// A table entry was written where there was none: the walker sees it from now on.
void publish_table_entry(void const* entry);

/// Forgets translations. Call it after the entries have been changed.
void flush_asid(Asid asid);
void flush_page(Asid asid, base::UserAddr address);

enum class CacheOperation : std::uint8_t {
    Clean,           // to the point of coherency
    Invalidate,      // likewise; what was not written back is lost
    CleanInvalidate, // likewise
    Unify,           // makes what was written visible to instruction fetch
};

/// On [begin, begin + size) of an address space, which must be mapped there.
void maintain_cache(CacheOperation operation, base::PhysAddr root, Asid asid, base::UserAddr begin,
                    std::uint64_t size);

} // namespace arch
