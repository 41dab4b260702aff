// SPDX-License-Identifier: BSD-2-Clause
//
// touch N: maps N MiB, checks that they are zero, writes every word, checks every word, and gives
// the memory back.

#include <client/clock.hpp>
#include <client/console.hpp>
#include <client/vm.hpp>

#include <charconv>
#include <cstring>
#include <span>

namespace {

constexpr api::Word mebibyte = 1024 * 1024;
constexpr api::Word most = 1024 * 1024; // MiB: more is a typing error

using client::console::print;

/// Different for every word, and no page looks like another.
api::Word pattern(std::size_t index) {
    return index * 0x9e37'79b9'7f4a'7c15u + 1;
}

/// The address of the first word that is not what `expected(index)` says, or null.
api::Word const* find_wrong(std::span<api::Word const> memory, auto expected) {
    for (std::size_t i = 0; i < memory.size(); ++i) {
        if (memory[i] != expected(i)) {
            return &memory[i];
        }
    }
    return nullptr;
}

bool check(std::span<api::Word const> memory, char const* what, auto expected) {
    auto const* const wrong = find_wrong(memory, expected);
    if (wrong == nullptr) {
        return true;
    }
    print("touch: ", what, ", but ", base::Hex{reinterpret_cast<api::Word>(wrong)}, " is ",
          base::Hex{*wrong}, "\n");
    return false;
}

bool write_and_verify(std::span<api::Word> memory) {
    if (!check(memory, "new memory must be zero", [](std::size_t) { return api::Word{0}; })) {
        return false;
    }
    for (std::size_t i = 0; i < memory.size(); ++i) {
        memory[i] = pattern(i);
    }
    return check(memory, "memory must keep what was written", pattern);
}

int touch(api::Word size) {
    auto const start = client::clock::milliseconds();
    auto const address = client::vm::map(size);
    if (!address) {
        print("touch: no memory: ", ipc::describe(address.error()), "\n");
        return 1;
    }
    auto* const words = reinterpret_cast<api::Word*>(*address);
    if (!write_and_verify({words, size / sizeof(api::Word)})) {
        return 1;
    }
    if (auto const done = client::vm::unmap(*address, size); !done) {
        print("touch: could not give the memory back: ", ipc::describe(done.error()), "\n");
        return 1;
    }
    print("touch: ", size / mebibyte, " MiB written and verified in ",
          client::clock::milliseconds() - start, " ms\n");
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    api::Word count = 0;
    if (argc == 2) {
        auto const* const end = argv[1] + std::strlen(argv[1]);
        auto const parsed = std::from_chars(argv[1], end, count);
        if (parsed.ec != std::errc{} || parsed.ptr != end) {
            count = 0;
        }
    }
    if (count == 0 || count > most) {
        print("usage: touch N    writes and verifies N MiB of memory\n");
        return 2;
    }
    return touch(count * mebibyte);
}
