// SPDX-License-Identifier: BSD-2-Clause

#include "process_service_fixture.hpp"

namespace init_test {
namespace {

class InitTransportTest : public testing::Test {
protected:
    /// From now on the kernel makes no object of this type.
    void refuse(api::ObjectType type) {
        kernel.answer([type](Invocation const& call) -> sys::Result<sys::RegisterWords> {
            if (call.label == api::Invocation::UntypedRetype &&
                call.words.front() == static_cast<api::Word>(type)) {
                return base::fail(refused(api::Error::NotEnoughMemory));
            }
            return sys::RegisterWords{};
        });
    }

    /// How many slots have been handed out since the last question.
    api::Word slots_used() {
        auto const next = static_cast<api::Word>(*factory.slots());
        return next - std::exchange(next_slot, next + 1);
    }

    alignas(4096) std::array<std::byte, std::size_t{16} * 4096> own_memory{};
    FakeKernel kernel;
    init::ObjectFactory factory{factory_with_memory()};
    init::AddressSpace space{sys::VSpace{api::CPtr{3}}, factory};
    init::OwnPages pages{space,
                         base::UserAddr{reinterpret_cast<std::uintptr_t>(own_memory.data())}};
    init::InitTransport transport{sys::Endpoint{api::CPtr{10}}, factory, pages};
    api::Word next_slot{0};
};

TEST_F(InitTransportTest, MakesAnObjectForEachRecord) {
    auto const* const first = transport.new_reply_object();
    auto const* const second = transport.new_reply_object();
    ASSERT_NE(first, nullptr);
    ASSERT_NE(second, nullptr);
    EXPECT_NE(first, second);
    EXPECT_NE(first->cptr, second->cptr);
}

TEST_F(InitTransportTest, MakesNoObjectThatItCannotRemember) {
    refuse(api::ObjectType::SmallPage);
    auto const free = factory.memory().free_bytes();
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(transport.new_reply_object(), nullptr);
    }
    EXPECT_EQ(factory.memory().free_bytes(), free);
}

TEST_F(InitTransportTest, KeepsRecordAndSlotForTheNextTry) {
    ASSERT_NE(transport.new_reply_object(), nullptr);
    refuse(api::ObjectType::Reply);
    static_cast<void>(transport.new_reply_object());
    auto const free = factory.memory().free_bytes();
    static_cast<void>(slots_used());
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(transport.new_reply_object(), nullptr);
    }
    EXPECT_EQ(slots_used(), 0u);
    EXPECT_EQ(factory.memory().free_bytes(), free);
    kernel.answer({});
    EXPECT_NE(transport.new_reply_object(), nullptr);
    EXPECT_EQ(slots_used(), 0u);
}

} // namespace
} // namespace init_test
