// SPDX-License-Identifier: BSD-2-Clause
//
// A pager of its own for each test, and the clients: they touch memory, and fault. When a test
// ends, the books balance and the kernel had nothing to complain about.
#pragma once

#include "pager_system.hpp"

#include <gtest/gtest.h>

namespace pager::test {

class PagerFixture : public testing::Test, protected PagerSystem {
protected:
    explicit PagerFixture(std::vector<Ram> const& ram = {{0x4000'0000, 24}, {0x4100'0000, 22}},
                          policy::Policy const& policy = policy::selected());
    ~PagerFixture() override;

    /// A request as it travels; the capability that comes along is given away.
    template <ipc::Request R>
    [[nodiscard]] Result<typename R::Reply> call(api::Badge badge, R const& request) {
        struct Loopback {
            PagerFixture& fixture;
            api::Badge badge;

            [[nodiscard]] ipc::Packet call(ipc::Packet const& packet) const {
                return fixture.deliver(badge, packet);
            }
        };
        return ipc::call(Loopback{*this, badge}, request);
    }

    template <typename T>
    static Error error_of(Result<T> const& result) {
        return result ? Error::None : result.error();
    }

    /// As often as it takes; `steps` counts.
    template <ipc::Request R>
    [[nodiscard]] Error call_in_steps(api::Badge badge, R request) {
        for (steps = 1;; ++steps) {
            auto const reply = call(badge, request);
            if (!reply || reply->size >= request.size) {
                return error_of(reply);
            }
            EXPECT_GT(reply->size, 0);
            request.address += reply->size;
            request.size -= reply->size;
        }
    }

    void destroy_space(api::Word space);

    api::Word new_space(api::Word pid = 1);

    /// A client's access, with as many faults as it takes. Null: it was stopped.
    std::byte* access(api::Word space, std::uint64_t address, FaultKind kind);
    std::optional<std::byte> read(api::Word space, std::uint64_t address);
    bool write(api::Word space, std::uint64_t address, std::byte value);
    bool execute(api::Word space, std::uint64_t address);

    /// One VM fault message; whether the client may go on.
    bool send_fault(api::Word space, std::uint64_t address, FaultKind kind);

    [[nodiscard]] ipc::pager::Statistics::Reply statistics();
    [[nodiscard]] std::uint64_t free_bytes() { return statistics().free; }

    /// What no client has: free, or with the books, which keep some for the next.
    [[nodiscard]] std::uint64_t unclaimed_bytes() {
        auto const now = statistics();
        return now.free + now.pager;
    }
    [[nodiscard]] std::byte archive_byte(std::uint64_t offset) const { return archive[offset]; }

    void expect_balance();

    /// For tests that say when which page comes: they hold for the default policy only.
    static void expect_lazy_policy() {
        if (policy::selected().name() != "lazy") {
            GTEST_SKIP() << "another policy is built in: " << policy::selected().name();
        }
    }

    unsigned fault_count{0};
    unsigned steps{0};
};

} // namespace pager::test
