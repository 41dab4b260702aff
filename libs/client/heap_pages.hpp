// SPDX-License-Identifier: BSD-2-Clause
//
// HeapPages: the pager as a heap's source of pages.
#pragma once

#include <client/vm.hpp>
#include <heap/page_source.hpp>

namespace client {

class HeapPages final : public heap::PageSource {
public:
    /// The pager has no request for memory that devices can use: NotSupported.
    [[nodiscard]] heap::Result<heap::Run> take(std::size_t size, heap::Memory memory) override {
        if (memory != heap::Memory::Ordinary) {
            return base::fail(heap::Error::NotSupported);
        }
        auto const address = vm::mmap(size);
        if (!address) {
            return base::fail(heap::Error::OutOfMemory); // a quota is as good a reason as any
        }
        return heap::Run{
            .begin = reinterpret_cast<std::byte*>(*address), .size = size, .physical = 0};
    }

    /// Only the first step can be refused for a reason, which is that a region must be cut in two.
    /// If a later one were, the pages behind it would stay mapped, and nobody's.
    [[nodiscard]] bool give(std::byte* begin, std::size_t size) override {
        auto const address = reinterpret_cast<api::Word>(begin);
        auto const first =
            ipc::call(pager_server, ipc::pager::Unmap{.address = address, .size = size});
        if (!first) {
            return false;
        }
        if (auto const done = first->size; done < size) {
            static_cast<void>(vm::munmap(address + done, size - done));
        }
        return true;
    }
};

} // namespace client
