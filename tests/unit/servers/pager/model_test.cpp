// SPDX-License-Identifier: BSD-2-Clause
//
// The pager against the model, with little memory, so that running out of it is part of the game.

#include "model_fixture.hpp"

namespace pager::test {

using namespace ipc::pager;

namespace {

class ModelTest : public ModelFixture {
protected:
    void step();
};

void ModelTest::step() {
    struct Chance {
        unsigned per_mille;
        void (ModelTest::*act)();
    };
    static constexpr Chance chances[] = {
        {3, &ModelTest::create},     {5, &ModelTest::clone},      {3, &ModelTest::destroy},
        {40, &ModelTest::map},       {20, &ModelTest::map_file},  {5, &ModelTest::map_stack},
        {5, &ModelTest::map_buffer}, {15, &ModelTest::unmap},     {30, &ModelTest::protect},
        {20, &ModelTest::lend},      {5, &ModelTest::map_shared}, {5, &ModelTest::share},
        {8, &ModelTest::attach},     {3, &ModelTest::revoke},     {4, &ModelTest::map_contiguous},
        {829, &ModelTest::touch},
    };
    if (model.empty()) {
        return create();
    }
    std::uint64_t dice = below(1000);
    for (Chance const& chance : chances) {
        if (dice < chance.per_mille) {
            return (this->*chance.act)();
        }
        dice -= chance.per_mille;
    }
}

TEST_F(ModelTest, TheSameOutcomeAsTheModelForALongTime) {
    auto const at_start = statistics();
    constexpr unsigned steps = 1'000'000;
    for (unsigned i = 0; i < steps; ++i) {
        step();
        if (i % 100 == 0) {
            expect_balance();
        }
        ASSERT_FALSE(HasFailure()) << "at step " << i;
        ASSERT_TRUE(kernel.violations.empty()) << kernel.violations.front();
    }
    while (!model.empty()) {
        destroy();
    }
    for (api::Word const id : lent) {
        EXPECT_TRUE(call(manager, ReturnUntyped{id}));
    }
    // What the clients had is free again, but for the books, which keep a reserve.
    auto const at_end = statistics();
    EXPECT_EQ(at_end.free + at_end.pager, at_start.free + at_start.pager);
    EXPECT_LE(at_end.pager, at_start.pager + 48 * page_size);
    EXPECT_GT(times_out_of_memory, 1000);
    EXPECT_GT(times_served, steps / 20);
    EXPECT_GT(times_cloned, 300);
    EXPECT_GT(times_contiguous, 100);
    EXPECT_GT(times_attached, 300);
    EXPECT_GT(times_revoked, 300);
}

} // namespace

} // namespace pager::test
