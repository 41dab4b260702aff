// SPDX-License-Identifier: BSD-2-Clause
//
// CountedPages: somebody else's pages, and how many of them came and went.
#pragma once

#include <heap/page_source.hpp>

namespace fragtest {

class CountedPages final : public heap::PageSource {
public:
    explicit CountedPages(heap::PageSource& source) : source_{source} {}

    [[nodiscard]] heap::Result<heap::Run> take(std::size_t size, heap::Memory memory) override {
        auto const run = TRY(source_.take(size, memory));
        taken_ += size;
        return run;
    }

    [[nodiscard]] bool give(std::byte* begin, std::size_t size) override {
        bool const gone = source_.give(begin, size);
        given_ += gone ? size : 0;
        return gone;
    }

    [[nodiscard]] bool discard(std::byte* begin, std::size_t size) override {
        bool const gone = source_.discard(begin, size);
        discarded_ += gone ? size : 0;
        return gone;
    }

    /// In bytes, since the beginning.
    [[nodiscard]] std::size_t taken() const { return taken_; }
    [[nodiscard]] std::size_t given() const { return given_; }
    [[nodiscard]] std::size_t discarded() const { return discarded_; }

private:
    heap::PageSource& source_;
    std::size_t taken_{0};
    std::size_t given_{0};
    std::size_t discarded_{0};
};

} // namespace fragtest
