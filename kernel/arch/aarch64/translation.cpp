// SPDX-License-Identifier: BSD-2-Clause
//
// The registers that say how addresses are translated: the kernel relies on nobody to have set
// them, so that it can be started by any loader.

#include "translation.hpp"

#include "image.hpp"
#include "system_register.hpp"
#include <arch/boot.hpp>
#include <arch/page_table_entry.hpp>

#include <algorithm>
#include <array>

extern "C" void switch_translation(std::uint64_t identity_root, std::uint64_t kernel_root,
                                   std::uint64_t empty_root, std::uint64_t memory_types,
                                   std::uint64_t table_format, std::uint64_t system_control,
                                   std::uint64_t image_offset);

namespace arch {

namespace {

using base::bit;
using Word = std::uint64_t;

constexpr Word attribute(MemoryType type, Word encoding) {
    return encoding * bit(8 * static_cast<unsigned>(type));
}

/// MAIR_EL1.
constexpr Word memory_types =
    attribute(MemoryType::Device, 0x00) | attribute(MemoryType::DeviceEarly, 0x04) |
    attribute(MemoryType::DeviceGathering, 0x0c) | attribute(MemoryType::Uncached, 0x44) |
    attribute(MemoryType::Normal, 0xff) | attribute(MemoryType::WriteThrough, 0xaa);

/// TCR_EL1: both halves 48 bits, 4 KiB granule; the walker reads through the caches.
namespace tcr {
using LowerSize = base::Bits<Word, 0, 6>;
using LowerInner = base::Bits<Word, 8, 2>;
using LowerOuter = base::Bits<Word, 10, 2>;
using LowerShareable = base::Bits<Word, 12, 2>;
using UpperSize = base::Bits<Word, 16, 6>;
using UpperInner = base::Bits<Word, 24, 2>;
using UpperOuter = base::Bits<Word, 26, 2>;
using UpperShareable = base::Bits<Word, 28, 2>;
using UpperGranule = base::Bits<Word, 30, 2>;
using PhysicalSize = base::Bits<Word, 32, 3>;
using Asid16 = base::Bits<bool, 36>;

constexpr Word unused_address_bits = 16;
constexpr Word write_back = 1;
constexpr Word inner_shareable = 3;
constexpr Word upper_4k = 2;
} // namespace tcr

Word table_format(Word physical_size) {
    using namespace tcr;
    Word value = 0;
    value = LowerSize::set(value, unused_address_bits);
    value = LowerInner::set(value, write_back);
    value = LowerOuter::set(value, write_back);
    value = LowerShareable::set(value, inner_shareable);
    value = UpperSize::set(value, unused_address_bits);
    value = UpperInner::set(value, write_back);
    value = UpperOuter::set(value, write_back);
    value = UpperShareable::set(value, inner_shareable);
    value = UpperGranule::set(value, upper_4k);
    value = PhysicalSize::set(value, physical_size);
    return Asid16::set(value, true);
}

/// SCTLR_EL1. Not WXN: it would also take execution away from programs that were given pages
/// to write and execute, as the root task's image is.
constexpr Word system_control = bit(0) |  // M: translation
                                bit(2) |  // C: data cache
                                bit(3) |  // SA: the kernel's stack pointer is aligned
                                bit(11) | // EOS: exception exit synchronises
                                bit(12) | // I: instruction cache
                                bit(14) | // DZE: programs may use DC ZVA
                                bit(15) | // UCT: ... read CTR_EL0
                                bit(16) | // nTWI: ... wait for interrupts
                                bit(18) | // nTWE: ... wait for events
                                bit(20) | // TSCXT
                                bit(22) | // EIS: exception entry synchronises
                                bit(23) | // SPAN: PSTATE.PAN is left alone
                                bit(26) | // UCI: ... maintain caches
                                bit(28) | // nTLSMD
                                bit(29);  // LSMAOE

/// ID_AA64MMFR0_EL1.PARange: 48 bits is all that tables of this format can express.
constexpr Word max_physical_range = 5;

Word physical_range() {
    using Range = base::Bits<Word, 0, 4>;
    return std::min(Range::get(READ_REGISTER(id_aa64mmfr0_el1)), max_physical_range);
}

} // namespace

void switch_to_tables(base::PhysAddr identity_root, base::PhysAddr kernel_root,
                      base::PhysAddr empty_root) {
    auto const offset = address_of(kernel_link_address) - kernel_physical_base;
    data_barrier(); // the tables are written before they are read
    switch_translation(identity_root.raw(), kernel_root.raw(), empty_root.raw(), memory_types,
                       table_format(physical_range()), system_control, offset);
}

base::PhysAddr physical_top() {
    // 44 bits are as far as an untyped capability of the interface reaches.
    constexpr std::array<unsigned, max_physical_range + 1> bits{32, 36, 40, 42, 44, 44};
    return base::PhysAddr{bit(bits[physical_range()])};
}

} // namespace arch
