// SPDX-License-Identifier: BSD-2-Clause
//
// SMC invocation: eight words there and back, for the functions that the badge allows.

#include "../fixture.hpp"

namespace kernel {
namespace {

using api::Error;
using api::Invocation;

class SmcTest : public KernelTest {
protected:
    std::vector<Word> const words{7, 1, 2, 3, 4, 5, 6, 8};
};

TEST_F(SmcTest, PassesAllRegisters) {
    auto const smc = add(Capability::smc());
    EXPECT_EQ(invoke(smc, Invocation::SmcCall, words), success(words));
    ASSERT_EQ(arch::fake_machine().firmware_calls.size(), 1u);
    EXPECT_EQ(arch::fake_machine().firmware_calls[0][7], 8u);
}

TEST_F(SmcTest, BadgeNamesTheOneFunction) {
    EXPECT_EQ(invoke(add(Capability::smc(Badge{7})), Invocation::SmcCall, words), success(words));
    EXPECT_EQ(invoke(add(Capability::smc(Badge{9})), Invocation::SmcCall, words).error,
              Error::IllegalOperation);
    EXPECT_EQ(arch::fake_machine().firmware_calls.size(), 1u);
}

TEST_F(SmcTest, AnswersEachError) {
    auto const smc = add(Capability::smc());
    EXPECT_EQ(invoke(smc, Invocation::SmcCall, {1, 2, 3, 4, 5, 6, 7}).error,
              Error::TruncatedMessage);
    EXPECT_EQ(invoke(smc, Invocation::IrqAck, words).error, Error::IllegalOperation);
}

} // namespace
} // namespace kernel
