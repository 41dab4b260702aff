// SPDX-License-Identifier: BSD-2-Clause
//
// hello: the smallest program, to see that one can be started.

#include <client/console.hpp>

int main(int /*argc*/, char** /*argv*/) {
    client::console::print("Hello from a program of its own.\n");
    return 0;
}
