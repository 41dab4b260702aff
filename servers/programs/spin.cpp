// SPDX-License-Identifier: BSD-2-Clause
//
// spin: never ends, so that there is something to kill.

int main(int /*argc*/, char** /*argv*/) {
    for (;;) {
        asm volatile("" ::: "memory");
    }
}
