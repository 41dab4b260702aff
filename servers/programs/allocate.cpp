// SPDX-License-Identifier: BSD-2-Clause
//
// allocate N: takes, resizes and releases blocks of memory, N times, and checks what is in them.

#include <base/number.hpp>
#include <client/console.hpp>
#include <client/program_heap.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace {

using client::console::print;

struct Block {
    unsigned char* bytes;
    std::size_t size;
    unsigned char mark;
};

class Workload {
public:
    /// False: something was not as it should be.
    [[nodiscard]] bool step() {
        auto& block = blocks_[random(blocks_.size())];
        auto const size = std::size_t{1} << random(18);
        if (block.bytes == nullptr) {
            return fill(block, allocate(size), size);
        }
        if (!is_intact(block, block.size)) {
            return false;
        }
        if (random(2) == 0) {
            auto* const resized = static_cast<unsigned char*>(std::realloc(block.bytes, size));
            auto const kept = std::min(size, block.size);
            return is_intact({resized, kept, block.mark}, kept) && fill(block, resized, size);
        }
        release(block);
        return true;
    }

    void release_all() { std::ranges::for_each(blocks_, release); }

private:
    /// xorshift: the same numbers each time.
    std::size_t random(std::size_t below) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ % below;
    }

    void* allocate(std::size_t size) {
        switch (random(3)) {
        case 0: return std::malloc(size);
        case 1: return std::calloc(1, size);
        default: return std::aligned_alloc(64, size);
        }
    }

    bool fill(Block& block, void* bytes, std::size_t size) {
        block = {static_cast<unsigned char*>(bytes), size, static_cast<unsigned char>(random(256))};
        if (bytes != nullptr) {
            std::fill_n(block.bytes, size, block.mark);
        }
        return bytes != nullptr;
    }

    static bool is_intact(Block const& block, std::size_t size) {
        return block.bytes != nullptr &&
               std::all_of(block.bytes, block.bytes + size,
                           [&](unsigned char byte) { return byte == block.mark; });
    }

    static void release(Block& block) { std::free(std::exchange(block.bytes, nullptr)); }

    std::uint64_t state_{88172645463325252};
    std::array<Block, 100> blocks_{};
};

int run(std::size_t count) {
    auto& heap = client::program_heap();
    Workload workload;
    for (std::size_t i = 0; i < count; ++i) {
        if (!workload.step()) {
            print("allocate: step ", i, " went wrong\n");
            return 1;
        }
    }
    bool const sound = heap.check();
    auto const busy = heap.statistics();
    workload.release_all();
    heap.trim();
    auto const idle = heap.statistics();
    print("allocate: ", count, " steps; ", busy.blocks, " blocks with ", busy.used / 1024, " KiB, ",
          busy.reserved / 1024, " KiB taken for them; ", idle.reserved, " bytes left in the end\n");
    return sound && heap.check() && idle.blocks == 0 && idle.reserved == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    auto const count = argc == 2 ? base::parse_number(argv[1]).value_or(0) : 0;
    if (count == 0) {
        print("usage: allocate N    takes, resizes and releases blocks of memory N times\n");
        return 2;
    }
    return run(count);
}
