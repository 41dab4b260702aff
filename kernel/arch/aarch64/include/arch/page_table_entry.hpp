// SPDX-License-Identifier: BSD-2-Clause
//
// PageTableEntry: one word of a translation table (stage 1, 4 KiB granule).
//
//   level   entry covers   may hold
//     0        512 GiB     a table
//     1          1 GiB     a table or a block
//     2          2 MiB     a table or a block
//     3          4 KiB     a page
#pragma once

#include <api/object.hpp>
#include <base/address.hpp>
#include <base/bits.hpp>

#include <cstdint>

namespace arch {

/// Indices of MAIR_EL1; the first six have the values other loaders and kernels agree on.
enum class MemoryType : std::uint8_t {
    Device = 0,      // nGnRnE: strictly ordered
    DeviceEarly = 1, // nGnRE: a write may be acknowledged early
    DeviceGathering = 2,
    Uncached = 3,
    Normal = 4, // write-back
    WriteThrough = 5,
};

/// Who may do what with the memory. The kernel may always read.
enum class Access : std::uint8_t { KernelWrite = 0, UserWrite = 1, KernelRead = 2, UserRead = 3 };

inline constexpr unsigned root_level = 0;
inline constexpr unsigned last_level = 3;

/// Bits of the address that an entry of `level` leaves open: it covers 2^this bytes.
constexpr unsigned level_bits(unsigned level) {
    return api::page_bits + (last_level - level) * api::table_index_bits;
}

constexpr std::size_t level_index(std::uint64_t address, unsigned level) {
    return base::extract(address, level_bits(level), api::table_index_bits);
}

struct PageAttributes {
    Access access;
    MemoryType type;
    bool user_execute;
    bool kernel_execute{false};
    bool global{false};
};

/// Invariant: an entry that is not valid is all zero.
class PageTableEntry {
public:
    constexpr PageTableEntry() = default; // nothing: access faults

    static constexpr PageTableEntry table(base::PhysAddr table) {
        PageTableEntry entry{table};
        entry.set<Valid>(true);
        entry.set<NotBlock>(true);
        return entry;
    }

    /// A page (level 3) or block of memory.
    static constexpr PageTableEntry leaf(base::PhysAddr memory, unsigned level,
                                         PageAttributes const& attributes) {
        PageTableEntry entry{memory};
        entry.set<Valid>(true);
        entry.set<NotBlock>(level == last_level);
        entry.set<Type>(attributes.type);
        entry.set<Permission>(attributes.access);
        entry.set<Shareability>(attributes.type >= MemoryType::Uncached ? inner_shareable : 0);
        entry.set<Accessed>(true);
        entry.set<NotGlobal>(!attributes.global);
        entry.set<KernelExecuteNever>(!attributes.kernel_execute);
        entry.set<UserExecuteNever>(!attributes.user_execute);
        return entry;
    }

    [[nodiscard]] constexpr bool valid() const { return Valid::get(raw_); }

    [[nodiscard]] constexpr bool is_table(unsigned level) const {
        return NotBlock::get(raw_) && level != last_level;
    }

    [[nodiscard]] constexpr bool is_leaf(unsigned level) const {
        return valid() && !is_table(level);
    }

    [[nodiscard]] constexpr base::PhysAddr address() const {
        return base::PhysAddr{Page::get(raw_) << api::page_bits};
    }

    [[nodiscard]] constexpr Access access() const { return Permission::get(raw_); }
    [[nodiscard]] constexpr MemoryType type() const { return Type::get(raw_); }
    [[nodiscard]] constexpr bool user_executable() const { return !UserExecuteNever::get(raw_); }
    [[nodiscard]] constexpr bool kernel_executable() const {
        return !KernelExecuteNever::get(raw_);
    }

    [[nodiscard]] constexpr bool writable() const {
        return access() == Access::KernelWrite || access() == Access::UserWrite;
    }

    friend constexpr bool operator==(PageTableEntry, PageTableEntry) = default;

private:
    using Valid = base::Bits<bool, 0>;
    using NotBlock = base::Bits<bool, 1>;
    using Type = base::Bits<MemoryType, 2, 3>;
    using Permission = base::Bits<Access, 6, 2>;
    using Shareability = base::Bits<unsigned, 8, 2>;
    using Accessed = base::Bits<bool, 10>;
    using NotGlobal = base::Bits<bool, 11>;
    using Page = base::Bits<std::uint64_t, 12, 36>;
    using KernelExecuteNever = base::Bits<bool, 53>;
    using UserExecuteNever = base::Bits<bool, 54>;

    static constexpr unsigned inner_shareable = 3; // with the table walker and all cores

    constexpr explicit PageTableEntry(base::PhysAddr address)
        : raw_{Page::set(std::uint64_t{0}, address.raw() >> api::page_bits)} {}

    template <typename Field>
    constexpr void set(typename Field::Value value) {
        raw_ = Field::set(raw_, value);
    }

    std::uint64_t raw_{0};
};

static_assert(sizeof(PageTableEntry) == 8);

} // namespace arch
