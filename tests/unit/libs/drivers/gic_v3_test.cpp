// SPDX-License-Identifier: BSD-2-Clause

#include "scripted_registers.hpp"
#include <drivers/gic_v3.hpp>

#include <gtest/gtest.h>

namespace {

using drivers::GicV3;
using drivers::test::ScriptedRegisters;
using Values = std::vector<std::uint64_t>;

constexpr std::size_t control = 0x000, type = 0x004, group = 0x080, enable = 0x100, disable = 0x180,
                      priority = 0x400, configuration = 0xc00, route = 0x6000;
constexpr std::size_t waker = 0x14, own = 0x1'0000;
constexpr std::uint64_t write_pending = 0x8000'0000;

/// The system registers, as a script.
struct CpuScript {
    bool enabled{false};
    std::deque<std::uint64_t> interrupts;
    Values ended;
    Values requests;
};

struct ScriptedCpu {
    void enable() { script->enabled = true; }

    std::uint64_t acknowledge() {
        if (script->interrupts.empty()) {
            return 1023;
        }
        auto const irq = script->interrupts.front();
        script->interrupts.pop_front();
        return irq;
    }

    void end(std::uint64_t irq) { script->ended.push_back(irq); }
    void generate_sgi(std::uint64_t request) { script->requests.push_back(request); }

    CpuScript* script;
};

class GicV3Test : public testing::Test {
protected:
    ScriptedRegisters distributor;
    ScriptedRegisters redistributor;
    CpuScript cpu;
    GicV3<ScriptedRegisters::Io, ScriptedCpu> gic{distributor.io(), redistributor.io(),
                                                  ScriptedCpu{&cpu}};
};

TEST_F(GicV3Test, StartLeavesEverythingOffAndBoundForThisCore) {
    distributor.values[type] = 1; // 64 interrupts
    gic.start(0x12'0003'0201);
    EXPECT_EQ(distributor.written(disable + 4), Values{0xffff'ffff});
    EXPECT_TRUE(distributor.written(disable).empty()); // those of a core are its redistributor's
    EXPECT_TRUE(distributor.written(disable + 8).empty());
    EXPECT_EQ(distributor.written(group + 4), Values{0xffff'ffff});
    EXPECT_EQ(distributor.written(control), (Values{0, 0x12}));
    EXPECT_EQ(distributor.written(route + 32 * 8), Values{0x3'0201});
    EXPECT_EQ(distributor.written(route + 32 * 8 + 4), Values{0x12});
    EXPECT_EQ(distributor.written(route + 63 * 8), Values{0x3'0201});
    EXPECT_TRUE(distributor.written(route + 31 * 8).empty());
    EXPECT_EQ(redistributor.written(own + disable), Values{0xffff'ffff});
    EXPECT_EQ(redistributor.written(own + group), Values{0xffff'ffff});
    EXPECT_EQ(redistributor.written(own + priority + 28).size(), 1u);
    EXPECT_TRUE(cpu.enabled);
}

TEST_F(GicV3Test, StartOfALargestControllerLeavesTheSpecialNumbersAlone) {
    distributor.values[type] = 31; // "1024"
    gic.start(0);
    EXPECT_EQ(distributor.written(route + 1019 * 8).size(), 1u);
    EXPECT_TRUE(distributor.written(route + 1020 * 8).empty());
}

TEST_F(GicV3Test, StartWaitsForTheDistributorAndWakesTheRedistributor) {
    distributor.will_read(control, {write_pending, write_pending, 0});
    redistributor.will_read(waker, {0x6, 0x4, 0x4, 0});
    gic.start(0);
    EXPECT_EQ(redistributor.written(waker), Values{0x4}); // ProcessorSleep off
    EXPECT_EQ(redistributor.writes.front().offset, waker);
}

TEST_F(GicV3Test, AcknowledgeAndEnd) {
    cpu.interrupts = {33, 5};
    EXPECT_EQ(gic.acknowledge(), 33u);
    EXPECT_EQ(gic.acknowledge(), 5u);
    EXPECT_EQ(gic.acknowledge(), std::nullopt);
    gic.end(33);
    EXPECT_EQ(cpu.ended, Values{33});
}

TEST_F(GicV3Test, OwnAndSharedInterruptsAreMaskedInDifferentPlaces) {
    gic.mask(27);
    gic.unmask(27);
    gic.mask(33);
    gic.unmask(65);
    EXPECT_EQ(redistributor.written(own + disable), Values{0x0800'0000});
    EXPECT_EQ(redistributor.written(own + enable), Values{0x0800'0000});
    EXPECT_EQ(distributor.written(disable + 4), Values{0x2});
    EXPECT_EQ(distributor.written(enable + 8), Values{0x2});
}

TEST_F(GicV3Test, MaskReturnsWhenItHasTakenEffect) {
    distributor.will_read(control, {write_pending, 0x12, 0x55});
    gic.mask(40);
    EXPECT_EQ(distributor.io().load<std::uint32_t>(control), 0x55u); // it read twice
    redistributor.will_read(0, {0x8, 0, 0x55});
    gic.mask(27);
    EXPECT_EQ(redistributor.io().load<std::uint32_t>(0), 0x55u);
}

TEST_F(GicV3Test, TriggersOfSharedInterrupts) {
    gic.set_edge(33, true);
    gic.set_edge(27, true);
    EXPECT_EQ(distributor.written(configuration + 8), Values{0x8});
    EXPECT_TRUE(distributor.written(configuration + 4).empty());
}

TEST_F(GicV3Test, SoftwareInterruptsNameTheirTargets) {
    gic.send_sgi(7, 0b101);
    EXPECT_EQ(cpu.requests, Values{0x0700'0005});
}

} // namespace
