// SPDX-License-Identifier: BSD-2-Clause
//
// touch N: maps N MiB, checks that they are zero, writes every word, checks every word, and gives
// the memory back. touch apart N: writes N words that lie far apart, takes all access away from
// them and gives it back, and checks them.

#include <base/number.hpp>
#include <client/clock.hpp>
#include <client/console.hpp>
#include <client/vm.hpp>

#include <span>
#include <string_view>

namespace {

constexpr api::Word mebibyte = 1024 * 1024;
constexpr api::Word most = 1024 * 1024; // more is a typing error

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

int complain(char const* what, ipc::Error error) {
    print("touch: ", what, ": ", ipc::describe(error), "\n");
    return 1;
}

int touch(api::Word size) {
    auto const start = client::clock::milliseconds();
    auto const address = client::vm::mmap(size);
    if (!address) {
        return complain("no memory", address.error());
    }
    auto* const words = reinterpret_cast<api::Word*>(*address);
    if (!write_and_verify({words, size / sizeof(api::Word)})) {
        return 1;
    }
    if (auto const done = client::vm::munmap(*address, size); !done) {
        return complain("could not give the memory back", done.error());
    }
    print("touch: ", size / mebibyte, " MiB written and verified in ",
          client::clock::milliseconds() - start, " ms\n");
    return 0;
}

/// Each word in a page, and a page table, of its own.
int touch_apart(api::Word count) {
    constexpr api::Word distance = api::Word{1} << api::large_page_bits;
    auto const address = client::vm::mmap(count * distance);
    if (!address) {
        return complain("no memory", address.error());
    }
    auto const word = [&](std::size_t index) {
        return reinterpret_cast<api::Word*>(*address + index * distance);
    };
    for (std::size_t i = 0; i < count; ++i) {
        *word(i) = pattern(i);
    }
    for (auto const access : {client::vm::Access::None, client::vm::Access::ReadWrite}) {
        if (auto const done = client::vm::mprotect(*address, count * distance, access); !done) {
            return complain("could not change the access", done.error());
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (!check({word(i), 1}, "memory must keep what was written",
                   [i](std::size_t) { return pattern(i); })) {
            return 1;
        }
    }
    print("touch: ", count, " words far apart written and verified\n");
    return 0;
}

/// 0: not a number, or one that only a typing error makes.
api::Word parse(std::string_view text) {
    auto const number = base::parse_number(text);
    return number && *number <= most ? *number : 0;
}

} // namespace

int main(int argc, char** argv) {
    bool const apart = argc == 3 && std::string_view{argv[1]} == "apart";
    api::Word const count = argc == 2 || apart ? parse(argv[argc - 1]) : 0;
    if (count == 0) {
        print("usage: touch N          writes and verifies N MiB of memory\n"
              "       touch apart N    writes and verifies N words in as many pieces of 2 MiB\n");
        return 2;
    }
    return apart ? touch_apart(count) : touch(count * mebibyte);
}
