// SPDX-License-Identifier: BSD-2-Clause
//
// ask: reads a line, showing what is typed, and greets who typed it.

#include <client/console.hpp>

#include <array>
#include <string_view>

namespace {

using client::console::print;

constexpr std::string_view end_of_line = "\r\n";

/// What fits of a line; less if the console has no more.
std::string_view read_line(std::span<char> buffer) {
    std::size_t size = 0;
    while (auto const input = client::console::read(1)) {
        auto const text = input->text.view();
        if (text.find_first_of(end_of_line) != text.npos) {
            break;
        }
        print(text);
        auto const kept = text.substr(0, buffer.size() - size);
        kept.copy(buffer.data() + size, kept.size());
        size += kept.size();
    }
    print("\n");
    return {buffer.data(), size};
}

} // namespace

int main(int /*argc*/, char** /*argv*/) {
    std::array<char, 64> buffer;
    print("What is your name? ");
    print("Hello, ", read_line(buffer), ".\n");
    return 0;
}
