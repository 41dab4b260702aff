// SPDX-License-Identifier: BSD-2-Clause
//
// HostWindow: address space of the test itself, zero-filled on demand, in place of a window of the
// pager's space.
#pragma once

#include <base/address.hpp>

#include <cstddef>
#include <cstdint>

namespace pager::test {

class HostWindow {
public:
    HostWindow(std::uintptr_t address, std::size_t size);
    ~HostWindow();
    HostWindow(HostWindow const&) = delete;
    HostWindow& operator=(HostWindow const&) = delete;

    [[nodiscard]] base::UserAddr start() const;

private:
    std::size_t size_;
    void* memory_;
};

} // namespace pager::test
