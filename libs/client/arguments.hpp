// SPDX-License-Identifier: BSD-2-Clause
//
// A command line as a program wants it: argc and argv.
#pragma once

#include <ipc/protocol/process.hpp>

#include <cstddef>
#include <span>

namespace client {

/// Splits `line`, a command line and a terminating zero, at its blanks: ends each word with a zero
/// and puts its address into `words`, with a null pointer behind the last. Words that do not fit
/// are left out. The number of words found.
constexpr std::size_t split_arguments(std::span<char> line, std::span<char*> words) {
    std::size_t count = 0;
    bool in_word = false;
    for (char& c : line) {
        if (c == '\0') {
            break;
        }
        if (ipc::process::blanks.contains(c)) {
            c = '\0';
            in_word = false;
        } else if (!in_word && count + 1 < words.size()) {
            words[count++] = &c;
            in_word = true;
        }
    }
    words[count] = nullptr;
    return count;
}

} // namespace client
