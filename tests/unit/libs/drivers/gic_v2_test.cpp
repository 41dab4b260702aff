// SPDX-License-Identifier: BSD-2-Clause

#include "scripted_registers.hpp"
#include <drivers/gic_v2.hpp>

#include <gtest/gtest.h>

namespace {

using drivers::GicV2;
using drivers::test::ScriptedRegisters;
using Values = std::vector<std::uint64_t>;

constexpr std::size_t type = 0x004, group = 0x080, enable = 0x100, disable = 0x180,
                      clear_pending = 0x280, priority = 0x400, targets = 0x800,
                      configuration = 0xc00, software_interrupt = 0xf00;
constexpr std::size_t cpu_control = 0x00, priority_mask = 0x04, acknowledge = 0x0c, end = 0x10;

class GicV2Test : public testing::Test {
protected:
    ScriptedRegisters distributor;
    ScriptedRegisters cpu;
    GicV2<ScriptedRegisters::Io> gic{distributor.io(), cpu.io()};
};

TEST_F(GicV2Test, StartLeavesEverythingOffAndBoundForThisCore) {
    distributor.values[type] = 2; // 96 interrupts
    distributor.values[targets] = 0x0202'0202;
    gic.start();
    for (std::size_t word = 0; word < 3; ++word) {
        EXPECT_EQ(distributor.written(disable + 4 * word), Values{0xffff'ffff});
        EXPECT_EQ(distributor.written(clear_pending + 4 * word), Values{0xffff'ffff});
        EXPECT_EQ(distributor.written(group + 4 * word), Values{0});
    }
    EXPECT_TRUE(distributor.written(disable + 4 * 3).empty());
    EXPECT_TRUE(distributor.written(targets + 28).empty()); // those of a core are fixed
    EXPECT_EQ(distributor.written(targets + 32), Values{0x0202'0202});
    EXPECT_EQ(distributor.written(targets + 92), Values{0x0202'0202});
    EXPECT_TRUE(distributor.written(targets + 96).empty());
    EXPECT_EQ(distributor.written(priority + 92).size(), 1u);
    EXPECT_TRUE(distributor.written(priority + 96).empty());
    EXPECT_TRUE(distributor.written(enable).empty());
    // Off while it is set up, on at the end.
    EXPECT_EQ(distributor.writes.front(), (ScriptedRegisters::Write{0, 0}));
    EXPECT_EQ(distributor.writes.back(), (ScriptedRegisters::Write{0, 1}));
    EXPECT_EQ(cpu.written(cpu_control), Values{1});
    ASSERT_EQ(cpu.written(priority_mask).size(), 1u);
    EXPECT_GT(cpu.written(priority_mask)[0], distributor.values[priority + 32] % 256);
}

TEST_F(GicV2Test, AcknowledgeGivesTheNumber) {
    cpu.will_read(acknowledge, {153, 1023, 1022});
    EXPECT_EQ(gic.acknowledge(), 153u);
    EXPECT_EQ(gic.acknowledge(), std::nullopt);
    EXPECT_EQ(gic.acknowledge(), std::nullopt);
}

TEST_F(GicV2Test, ASoftwareInterruptEndsWithItsSender) {
    cpu.will_read(acknowledge, {0xc05}); // number 5, from core 3
    EXPECT_EQ(gic.acknowledge(), 5u);
    gic.end(5);
    gic.end(33);
    EXPECT_EQ(cpu.written(end), (Values{0xc05, 33}));
}

TEST_F(GicV2Test, MaskAndUnmaskTouchOneInterrupt) {
    gic.mask(33);
    gic.unmask(95);
    gic.unmask(27);
    EXPECT_EQ(distributor.written(disable + 4), Values{0x2});
    EXPECT_EQ(distributor.written(enable + 8), Values{0x8000'0000});
    EXPECT_EQ(distributor.written(enable), Values{0x0800'0000});
}

TEST_F(GicV2Test, TriggersOfSharedInterruptsKeepTheOthers) {
    distributor.values[configuration + 8] = 0x5555'5555;
    gic.set_edge(34, true);
    gic.set_edge(34, false);
    EXPECT_EQ(distributor.written(configuration + 8), (Values{0x5555'5575, 0x5555'5555}));
    gic.set_edge(27, true);
    EXPECT_TRUE(distributor.written(configuration + 4).empty());
}

TEST_F(GicV2Test, SoftwareInterruptsNameTheirTargets) {
    gic.send_sgi(7, 0b1010);
    EXPECT_EQ(distributor.written(software_interrupt), Values{0x000a'0007});
}

} // namespace
