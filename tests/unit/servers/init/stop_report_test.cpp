// SPDX-License-Identifier: BSD-2-Clause

#include <init/stop_report.hpp>

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <string>

namespace {

using namespace ipc::pager; // NOLINT(google-build-using-namespace): its words are the test's
                            // subject

std::string reason(TakeReport::Reply const& report) {
    std::array<char, 952> buffer;
    base::Writer out{buffer};
    init::write_reason(out, "misbehave", report);
    return std::string{out.text()};
}

bool fits_a_screen(std::string const& text) {
    std::size_t column = 0;
    return std::ranges::all_of(text, [&](char c) {
        column = c == '\n' ? 0 : column + 1;
        return column <= 80;
    });
}

TEST(StopReport, SaysWhoWhyAndWhere) {
    auto const text = reason({.space = 1,
                              .pid = 7,
                              .reason = StopReason::NoRegion,
                              .kind = FaultKind::Read,
                              .address = 0,
                              .instruction = 0x400128,
                              .region_kind = RegionKind{},
                              .region_access = Access::None,
                              .region_start = 0,
                              .region_end = 0});
    EXPECT_NE(text.find("misbehave (process 7, thread 1) stopped: nothing is mapped there"),
              std::string::npos);
    EXPECT_NE(text.find("read at 0x0000000000000000"), std::string::npos);
    EXPECT_NE(text.find("0x0000000000400128"), std::string::npos);
    EXPECT_NE(text.find("region      none"), std::string::npos);
    EXPECT_TRUE(fits_a_screen(text)) << text;
}

TEST(StopReport, ShowsTheRegionThatWasHit) {
    auto const text = reason({.space = 1,
                              .pid = 8,
                              .reason = StopReason::Forbidden,
                              .kind = FaultKind::Write,
                              .address = 0x400000,
                              .instruction = 0x400128,
                              .region_kind = RegionKind::Code,
                              .region_access = Access::ReadExecute,
                              .region_start = 0x400000,
                              .region_end = 0x402000});
    EXPECT_NE(text.find("write at 0x0000000000400000"), std::string::npos);
    EXPECT_NE(text.find("code [0x0000000000400000, 0x0000000000402000), read and execute"),
              std::string::npos);
    EXPECT_TRUE(fits_a_screen(text)) << text;
}

TEST(StopReport, NamesWhatTheAddressIsForOtherReasons) {
    TakeReport::Reply report{};
    report.reason = StopReason::BadSyscall;
    report.address = static_cast<api::Word>(-99);
    EXPECT_NE(reason(report).find("call number -99"), std::string::npos);
    report.reason = StopReason::Exception;
    EXPECT_NE(reason(report).find("syndrome"), std::string::npos);
    report.reason = StopReason::BadCapability;
    EXPECT_NE(reason(report).find("capability"), std::string::npos);
}

TEST(StopReport, EveryWordHasAMeaningEvenAnUnknownOne) {
    for (api::Word value = 0; value < 10; ++value) {
        EXPECT_FALSE(init::describe(static_cast<StopReason>(value)).empty());
        EXPECT_FALSE(init::describe(static_cast<FaultKind>(value)).empty());
        EXPECT_FALSE(init::describe(static_cast<RegionKind>(value)).empty());
        EXPECT_FALSE(init::describe(static_cast<Access>(value)).empty());
    }
}

TEST(StopReport, ListsAllRegisters) {
    api::UserRegisters registers{};
    registers.pc = 0x1234;
    registers.sp = 0x5678;
    registers.x30 = 0x9abc;
    std::array<char, 952> buffer;
    base::Writer out{buffer};
    init::write_registers(out, registers);
    std::string const text{out.text()};
    for (int i = 0; i <= 30; ++i) {
        EXPECT_NE(text.find("x" + std::to_string(i) + " "), std::string::npos) << i;
    }
    EXPECT_NE(text.find("x30 0x0000000000009abc"), std::string::npos);
    EXPECT_NE(text.find("pc  0x0000000000001234"), std::string::npos);
    EXPECT_NE(text.find("sp  0x0000000000005678"), std::string::npos);
    EXPECT_TRUE(fits_a_screen(text)) << text;
    EXPECT_EQ(text.back(), '\n') << "nothing was cut off";
}

} // namespace
