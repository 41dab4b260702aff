// SPDX-License-Identifier: BSD-2-Clause
//
// Backtrace: reads memory it does not trust, as something is broken when it is called.

#include <base/bits.hpp>
#include <kernel/debug/backtrace.hpp>
#include <kernel/debug/print.hpp>

#include <algorithm>
#include <span>

// Made by tools/make_symbols.py: offsets from the link address, ascending, and names.
extern "C" {
extern char const kernel_link_address[];
extern std::uint32_t const quire_symbol_count;
extern std::uint32_t const quire_symbol_offsets[];
extern std::uint32_t const quire_symbol_names[];
extern char const quire_symbol_strings[];
}

namespace kernel {

namespace {

/// What the procedure-call standard keeps at the frame pointer.
struct FrameRecord {
    FrameRecord const* caller;
    std::uint64_t return_address;
};

constexpr unsigned max_frames = 32;

void print_place(std::uint64_t address) {
    auto const symbol = find_symbol(address);
    if (symbol.name.empty()) {
        print("  ", base::Hex{address, 16});
    } else {
        print("  ", base::Hex{address, 16}, " ", symbol.name, "+", base::Hex{symbol.offset});
    }
}

} // namespace

Symbol find_symbol(std::uint64_t address) {
    auto const link_address = reinterpret_cast<std::uint64_t>(kernel_link_address);
    std::span const offsets{quire_symbol_offsets, quire_symbol_count};
    auto const offset = address - link_address;
    auto const after = std::ranges::upper_bound(offsets, offset);
    if (address < link_address || after == offsets.begin() || after == offsets.end()) {
        return {{}, 0};
    }
    auto const index = static_cast<std::size_t>(after - offsets.begin()) - 1;
    return {quire_symbol_strings + quire_symbol_names[index], offset - offsets[index]};
}

void print_backtrace(std::uint64_t address, std::uint64_t frame_pointer, std::uint64_t stack_begin,
                     std::uint64_t stack_end) {
    print_place(address);
    for (unsigned count = 0; count < max_frames; ++count) {
        bool const on_stack = stack_begin <= frame_pointer &&
                              frame_pointer <= stack_end - sizeof(FrameRecord) &&
                              base::is_aligned(frame_pointer, 4);
        if (!on_stack) {
            return;
        }
        auto const& frame = *reinterpret_cast<FrameRecord const*>(frame_pointer);
        if (frame.return_address == 0) {
            return;
        }
        print_place(frame.return_address - 4); // the call, not what follows it
        stack_begin = frame_pointer + sizeof(FrameRecord);
        frame_pointer = reinterpret_cast<std::uint64_t>(frame.caller);
    }
}

} // namespace kernel
