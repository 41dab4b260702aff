// SPDX-License-Identifier: BSD-2-Clause
//
// The fixture plays the clients, and expects what must hold when a test ends.

#include "pager_fixture.hpp"

namespace pager::test {

PagerFixture::PagerFixture(std::vector<Ram> const& ram, policy::Policy const& policy)
    : PagerSystem{ram, policy} {}

PagerFixture::~PagerFixture() {
    expect_balance();
    end_pager();
    EXPECT_EQ(BooksHeap::failures(), 0) << "the pager would have ended";
    EXPECT_TRUE(kernel.violations.empty());
    for (auto const& text : kernel.violations) {
        ADD_FAILURE() << text;
    }
}

api::Word PagerFixture::new_space(api::Word pid) {
    auto const reply =
        call(manager, ipc::pager::CreateSpace{.pid = pid, .name = Name::of("client")});
    EXPECT_TRUE(reply);
    return reply ? reply->space : 0;
}

void PagerFixture::destroy_space(api::Word space) {
    auto reply = call(manager, ipc::pager::DestroySpace{space});
    for (steps = 1; reply && reply->ended == 0; ++steps) {
        reply = call(manager, ipc::pager::DestroySpace{space});
    }
    EXPECT_TRUE(reply);
}

bool PagerFixture::send_fault(api::Word space, std::uint64_t address, FaultKind kind) {
    ++fault_count;
    return deliver(fault_badge(space), vm_fault(address, kind)).label == Pager::go_on;
}

std::byte* PagerFixture::access(api::Word space, std::uint64_t address, FaultKind kind) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        if (auto* const byte = kernel.touch(find(space)->vspace(), UserAddr{address}, kind)) {
            return byte;
        }
        if (!send_fault(space, address, kind)) {
            return nullptr;
        }
    }
    ADD_FAILURE() << "the client faults again and again";
    return nullptr;
}

std::optional<std::byte> PagerFixture::read(api::Word space, std::uint64_t address) {
    auto const* const byte = access(space, address, FaultKind::Read);
    return byte != nullptr ? std::optional{*byte} : std::nullopt;
}

bool PagerFixture::write(api::Word space, std::uint64_t address, std::byte value) {
    auto* const byte = access(space, address, FaultKind::Write);
    if (byte != nullptr) {
        *byte = value;
    }
    return byte != nullptr;
}

bool PagerFixture::execute(api::Word space, std::uint64_t address) {
    return access(space, address, FaultKind::Execute) != nullptr;
}

ipc::pager::Statistics::Reply PagerFixture::statistics() {
    auto const reply = call(inspector, ipc::pager::Statistics{});
    EXPECT_TRUE(reply);
    auto const sum = reply->free + reply->anonymous + reply->shared + reply->shared_zero +
                     reply->buffers + reply->page_tables + reply->kernel_objects + reply->pager;
    EXPECT_EQ(sum, reply->total);
    return *reply;
}

void PagerFixture::expect_balance() {
    auto const found = discrepancy();
    EXPECT_FALSE(found.has_value()) << found.value_or("");
}

} // namespace pager::test
