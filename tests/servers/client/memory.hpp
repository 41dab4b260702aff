// SPDX-License-Identifier: BSD-2-Clause
//
// Memory of the program that tests, until the end of the scope.
#pragma once

#include "../support/pages.hpp"
#include "../support/report.hpp"
#include <client/vm.hpp>

namespace test {

namespace vm = client::vm;
using ipc::Error;
using vm::Access;
using vm::Advice;

class Memory {
public:
    explicit Memory(Word pages, Access access = Access::ReadWrite,
                    Location where = Location::current())
        : address_{must(vm::mmap(pages * page_size, access), where)}, pages_{pages} {}

    Memory(Memory const&) = delete;
    Memory& operator=(Memory const&) = delete;

    /// Page by page, because tests leave holes.
    ~Memory() {
        for (Word i = 0; i < pages_; ++i) {
            static_cast<void>(vm::munmap(page(i), page_size));
        }
    }

    [[nodiscard]] Word address() const { return address_; }
    [[nodiscard]] Word size() const { return pages_ * page_size; }
    [[nodiscard]] Word end() const { return address_ + size(); }
    [[nodiscard]] Word page(Word index) const { return address_ + index * page_size; }

private:
    Word address_;
    Word pages_;
};

/// Who asks for Query must have asked for a page that is there.
[[nodiscard]] inline ipc::pager::Query::Reply page_of(Word address,
                                                      Location where = Location::current()) {
    return must(vm::query(address), where);
}

/// A page of this program's stack, of the guard under it, of its IPC buffer.
[[nodiscard]] Word stack_page();
[[nodiscard]] Word guard_page();
[[nodiscard]] inline constexpr Word buffer_page() {
    return ipc::environment::ipc_buffer;
}

} // namespace test
