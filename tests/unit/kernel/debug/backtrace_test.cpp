// SPDX-License-Identifier: BSD-2-Clause
//
// What a panic says of where it was: over a table of three functions and a stack of our own.

#include <arch/fake.hpp>
#include <base/format.hpp>
#include <kernel/debug/backtrace.hpp>

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

// Stands in for the table that the build makes.
extern "C" {
extern char const kernel_link_address[] =
    "an address that is as good as any other; it has to be as "
    "long as the functions behind it are, which is 0x80 "
    "bytes and a bit";
extern std::uint32_t const quire_symbol_count = 3;
extern std::uint32_t const quire_symbol_offsets[] = {0x10, 0x40, 0x80};
extern std::uint32_t const quire_symbol_names[] = {0, 6, 12};
extern char const quire_symbol_strings[] = "first\0inner\0last";
}

namespace kernel {
namespace {

std::uint64_t at(std::uint64_t offset) {
    return reinterpret_cast<std::uint64_t>(kernel_link_address) + offset;
}

std::string name_at(std::uint64_t offset) {
    auto const symbol = find_symbol(at(offset));
    return std::string{symbol.name} + "+" + std::to_string(symbol.offset);
}

TEST(FindSymbolTest, NamesTheFunctionAndTheWayIntoIt) {
    EXPECT_EQ(name_at(0x10), "first+0");
    EXPECT_EQ(name_at(0x3f), "first+47");
    EXPECT_EQ(name_at(0x40), "inner+0");
    EXPECT_EQ(name_at(0x7f), "inner+63");
}

TEST(FindSymbolTest, KnowsNothingOutsideOfTheTable) {
    EXPECT_EQ(name_at(0xf), "+0") << "in front of the first";
    EXPECT_EQ(name_at(0x80), "+0") << "where the last ends is not known";
    EXPECT_EQ(find_symbol(0).name, "");
    EXPECT_EQ(find_symbol(~std::uint64_t{0}).name, "");
}

/// As the procedure-call standard has it.
struct alignas(16) Frame {
    std::uint64_t caller;
    std::uint64_t return_address;
};

class BacktraceTest : public testing::Test {
protected:
    BacktraceTest() { arch::reset_fake_machine(); }

    [[nodiscard]] std::uint64_t address(std::size_t frame) const {
        return reinterpret_cast<std::uint64_t>(&stack[frame]);
    }

    /// The lines that are printed when the pc is in `inner`.
    std::vector<std::string> lines(std::uint64_t frame_pointer) {
        print_backtrace(at(0x48), frame_pointer, address(0), address(0) + sizeof stack);
        std::vector<std::string> found;
        std::string line;
        for (char const c : arch::fake_machine().console) {
            if (c == '\n') {
                found.push_back(std::exchange(line, ""));
            } else if (c != '\r') {
                line += c;
            }
        }
        return found;
    }

    static std::string place(std::uint64_t address, std::string_view name) {
        std::array<char, 80> line;
        return std::string{base::format_to(line, "  ", base::Hex{address, 16}, name)};
    }

    std::array<Frame, 40> stack{};
};

TEST_F(BacktraceTest, FollowsTheCallersToTheFirst) {
    stack[1] = {.caller = address(3), .return_address = at(0x20)};
    stack[3] = {.caller = address(4), .return_address = 0x1000};
    EXPECT_EQ(lines(address(1)), (std::vector{place(at(0x48), " inner+0x8"),
                                              place(at(0x1c), " first+0xc"), place(0xffc, "")}));
}

TEST_F(BacktraceTest, BelievesOnlyFramesOnTheStack) {
    std::vector const nowhere{place(at(0x48), " inner+0x8")};
    for (auto const pointer : {std::uint64_t{0}, address(0) - 16, address(0) + 8,
                               address(0) + sizeof stack - 8, address(0) + sizeof stack}) {
        arch::fake_machine().console.clear();
        EXPECT_EQ(lines(pointer), nowhere) << pointer;
    }
}

TEST_F(BacktraceTest, GoesUpTheStackOnly) {
    stack[5] = {.caller = address(5), .return_address = at(0x20)};
    EXPECT_EQ(lines(address(5)).size(), 2u);
    arch::fake_machine().console.clear();
    stack[6] = {.caller = address(5), .return_address = at(0x20)};
    EXPECT_EQ(lines(address(6)).size(), 2u);
}

TEST_F(BacktraceTest, EndsSomewhere) {
    for (std::size_t i = 0; i + 1 < stack.size(); ++i) {
        stack[i] = {.caller = address(i + 1), .return_address = at(0x20)};
    }
    EXPECT_EQ(lines(address(0)).size(), 33u);
}

} // namespace
} // namespace kernel
