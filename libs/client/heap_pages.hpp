// SPDX-License-Identifier: BSD-2-Clause
//
// HeapPages: the pager as a heap's source of pages.
#pragma once

#include <client/vm.hpp>
#include <heap/page_source.hpp>

namespace client {

class HeapPages final : public heap::PageSource {
public:
    /// A quota is as good a reason for OutOfMemory as any, and so is that there is no piece so big.
    [[nodiscard]] heap::Result<heap::Run> take(std::size_t size, heap::Memory memory) override {
        if (memory == heap::Memory::DmaCoherent) {
            return take_contiguous(size);
        }
        auto const address = vm::mmap(size);
        if (!address) {
            return base::fail(heap::Error::OutOfMemory);
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

    [[nodiscard]] bool discard(std::byte* begin, std::size_t size) override {
        auto const address = reinterpret_cast<api::Word>(begin);
        return vm::madvise(address, size, vm::Advice::DontNeed).has_value();
    }

private:
    /// Programs that do not drive a device have no such memory.
    static heap::Result<heap::Run> take_contiguous(std::size_t size) {
        auto const run = vm::map_contiguous(size);
        if (!run) {
            bool const is_denied = run.error() == ipc::Error::PermissionDenied;
            return base::fail(is_denied ? heap::Error::NotSupported : heap::Error::OutOfMemory);
        }
        return heap::Run{.begin = reinterpret_cast<std::byte*>(run->address),
                         .size = size,
                         .physical = run->physical};
    }
};

} // namespace client
