// SPDX-License-Identifier: BSD-2-Clause
//
// arguments: prints what it was given, one a line. Its exit code is how many there were.

#include <client/console.hpp>

int main(int argc, char** argv) {
    for (int i = 0; i < argc; ++i) {
        client::console::print("argument ", i, ": ", argv[i], "\n");
    }
    return argc;
}
