// SPDX-License-Identifier: BSD-2-Clause
//
// Any sequence of calls of a heap, over pages that run out and are refused: its books stay right,
// and blocks keep what is in them.

#include "../unit/libs/heap/fakes.hpp"

#include <cstring>
#include <span>

namespace {

using namespace heap;

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

struct Block {
    void* address;
    std::size_t size;
};

class Calls {
public:
    Calls(std::span<std::uint8_t const> input, Options options)
        : input_{input}, heap_{pages_, options} {}

    void run() {
        while (!input_.empty()) {
            step();
            require(heap_.check());
        }
    }

private:
    std::uint8_t next() {
        auto const byte = input_.empty() ? std::uint8_t{0} : input_.front();
        input_ = input_.subspan(input_.empty() ? 0 : 1);
        return byte;
    }

    /// A power of two, and up to 255 sixteenths of it more.
    std::size_t next_size() {
        auto const power = std::size_t{1} << next() % 19;
        return power + next() * (power / 16);
    }

    void step() {
        Block& block = blocks_[next() % std::size(blocks_)];
        switch (next() % 6) {
        case 0: pages_.limit = pages_.reserved() + next_size(); break;
        case 1: pages_.refuses = !pages_.refuses; break;
        case 2: heap_.trim(); break;
        case 3: resize(block, next_size()); break;
        default: replace(block, next_size(), std::size_t{1} << next() % 18); break;
        }
    }

    void replace(Block& block, std::size_t size, std::size_t alignment) {
        require_intact(block);
        heap_.release(std::exchange(block.address, nullptr));
        if (auto const address = heap_.allocate(size, alignment)) {
            require(reinterpret_cast<std::uintptr_t>(*address) % alignment == 0);
            fill(block, *address, size);
        }
    }

    void resize(Block& block, std::size_t size) {
        if (auto const address = heap_.resize(block.address, size)) {
            auto const kept = block.address == nullptr ? 0 : std::min(block.size, size);
            block.address = *address;
            block.size = kept;
            require_intact(block);
            fill(block, *address, size);
        }
        require_intact(block);
    }

    /// Each block holds its own number, everywhere.
    [[nodiscard]] int mark_of(Block const& block) const {
        return 1 + static_cast<int>(&block - blocks_);
    }

    void fill(Block& block, void* address, std::size_t size) {
        block = {.address = address, .size = size};
        std::memset(address, mark_of(block), size);
    }

    void require_intact(Block const& block) const {
        if (block.address == nullptr || block.size == 0) {
            return;
        }
        auto const* const bytes = static_cast<unsigned char const*>(block.address);
        require(bytes[0] == mark_of(block) && std::memcmp(bytes, bytes + 1, block.size - 1) == 0);
    }

    std::span<std::uint8_t const> input_;
    test::FakePages pages_;
    Heap heap_;
    Block blocks_[16]{};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    for (auto const fit : {Fit::Best, Fit::First}) {
        Calls{{data, size}, {.fit = fit, .checks = Checks::Full}}.run();
    }
    return 0;
}
