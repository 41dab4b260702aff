// SPDX-License-Identifier: BSD-2-Clause
//
// UserContext: which register is where in which message.

#include <arch/context.hpp>

#include <gtest/gtest.h>

namespace arch {
namespace {

/// Every register holds a number that says which one it is.
UserContext numbered() {
    UserContext context;
    for (std::size_t i = 0; i < context.x.size(); ++i) {
        context.x[i] = i;
    }
    context.sp = 100;
    context.next_ip = 101;
    context.spsr = 102;
    context.fault_ip = 103;
    context.tpidr_el0 = 104;
    context.tpidrro_el0 = 105;
    return context;
}

TEST(UserContextTest, RegistersComeInTheOrderOfTheInterface) {
    auto const context = numbered();
    api::UserRegisters expected{};
    expected = {.pc = 103,
                .sp = 100,
                .spsr = 102,
                .x0 = 0,
                .x1 = 1,
                .x2 = 2,
                .x3 = 3,
                .x4 = 4,
                .x5 = 5,
                .x6 = 6,
                .x7 = 7,
                .x8 = 8,
                .x16 = 16,
                .x17 = 17,
                .x18 = 18,
                .x29 = 29,
                .x30 = 30,
                .x9 = 9,
                .x10 = 10,
                .x11 = 11,
                .x12 = 12,
                .x13 = 13,
                .x14 = 14,
                .x15 = 15,
                .x19 = 19,
                .x20 = 20,
                .x21 = 21,
                .x22 = 22,
                .x23 = 23,
                .x24 = 24,
                .x25 = 25,
                .x26 = 26,
                .x27 = 27,
                .x28 = 28,
                .tpidr_el0 = 104,
                .tpidrro_el0 = 105};
    auto const words = std::bit_cast<std::array<Word, api::user_register_count>>(expected);
    for (std::size_t i = 0; i < words.size(); ++i) {
        EXPECT_EQ(context.get(i), words[i]) << "index " << i;
    }
}

TEST(UserContextTest, SetIsTheInverseOfGet) {
    for (std::size_t i = 0; i < api::user_register_count; ++i) {
        auto context = numbered();
        context.set(i, 0xf000'0000'0000'1000 + i);
        auto const is_spsr = UserContext::user_registers[i] == Register::Spsr;
        EXPECT_EQ(context.get(i), is_spsr ? UserContext::user_spsr : 0xf000'0000'0000'1000 + i);
    }
}

TEST(UserContextTest, OnlyConditionFlagsAreTakenOfSpsr) {
    EXPECT_EQ(UserContext::sanitised_spsr(~Word{0}), UserContext::user_spsr | 0xf000'0000);
    EXPECT_EQ(UserContext::sanitised_spsr(0x3c5), UserContext::user_spsr); // EL1, all masked
}

TEST(UserContextTest, UnknownSyscallMessage) {
    auto const context = numbered();
    std::vector<Word> words;
    for (auto const which : UserContext::unknown_syscall_message) {
        words.push_back(context.get(which));
    }
    EXPECT_EQ(words, (std::vector<Word>{0, 1, 2, 3, 4, 5, 6, 7, 103, 100, 101, 102}));
}

TEST(UserContextTest, TimeoutMessageIsAllButThreadPointers) {
    auto const context = numbered();
    EXPECT_EQ(context.get(UserContext::timeout_message[0]), 103u);
    EXPECT_EQ(context.get(UserContext::timeout_message[33]), 28u);
}

} // namespace
} // namespace arch
