// SPDX-License-Identifier: BSD-2-Clause
//
// The shell: the program a person talks to.

#include <shell/live_system.hpp>
#include <shell/live_terminal.hpp>
#include <shell/shell.hpp>

int main(int /*argc*/, char** /*argv*/) {
    static shell::LiveTerminal terminal;
    static shell::LiveSystem system;
    static shell::Shell shell{terminal, system};
    shell.greet();
    for (;;) {
        shell.run_once();
    }
}
