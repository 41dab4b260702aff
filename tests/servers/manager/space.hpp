// SPDX-License-Identifier: BSD-2-Clause
//
// An address space with threads in it, made of nothing but requests to the pager and invocations of
// the kernel: what init does for a process, in the hands of a test.
#pragma once

#include "../support/pages.hpp"
#include "../support/report.hpp"
#include "workshop.hpp"
#include <ipc/protocol/pager_management.hpp>

namespace test {

namespace pager = ipc::pager;
using ipc::Error;
using pager::Access;

/// For invocations of the kernel, whose errors are other ones.
template <typename T>
T must_do(sys::Result<T> const& result, Location where = Location::current()) {
    if (!result) {
        give_up(sys::describe(result.error().code), where);
    }
    if constexpr (!std::is_void_v<T>) {
        return *result;
    }
}

/// Empty until load(), without threads. It ends with the scope, whatever its threads are doing.
class Space {
public:
    explicit Space(Workshop& shop, Location where = Location::current());

    /// A clone of another.
    Space(Workshop& shop, Space const& source, Location where = Location::current());

    Space(Space const&) = delete;
    Space& operator=(Space const&) = delete;
    ~Space();

    /// Now, whatever its threads are doing.
    void end();

    /// Maps the program that actors run, and stacks for two of them.
    void load();

    /// Asks what only the space's own threads may, as if one of them did.
    template <ipc::Request R>
    [[nodiscard]] ipc::Result<typename R::Reply> ask(R const& request) const {
        return ipc::call(client_, request);
    }

    template <ipc::Request R>
    [[nodiscard]] ipc::Result<> ask_in_steps(R request) const {
        for (;;) {
            Word const done = TRY(ask(request)).size;
            if (done >= request.size) {
                return {};
            }
            request.address += done;
            request.size -= done;
        }
    }

    [[nodiscard]] Word map(Word pages, Access access = Access::ReadWrite) const;
    [[nodiscard]] pager::Query::Reply page_of(Word address) const;

    [[nodiscard]] Word number() const { return number_; }
    [[nodiscard]] sys::VSpace vspace() const { return sys::VSpace{vspace_}; }
    [[nodiscard]] sys::Endpoint client() const { return client_; }
    [[nodiscard]] Word entry() const { return entry_; }

    /// Why the pager had to stop one of its threads. All of them are suspended then.
    std::optional<pager::TakeReport::Reply> report;

    static constexpr Word some_pid = 77;
    static constexpr Word stack_top = 0x7000'0000'0000;
    static constexpr Word second_stack_top = 0x6800'0000'0000;
    static constexpr Word stack_size = 64 * page_size;

private:
    void connect();

    Workshop& shop_;
    api::CPtr vspace_;
    Word number_{0};
    Word entry_{0};
    sys::Endpoint client_;
};

/// One with the program in it.
class Loaded : public Space {
public:
    explicit Loaded(Workshop& shop) : Space{shop} { load(); }
};

} // namespace test
