// SPDX-License-Identifier: BSD-2-Clause
//
// Constructors, and what the C++ library calls when a check fails.

#include <sys/start/runtime.hpp>

extern "C" {

using Constructor = void (*)();

// What the linker script and the C++ library call by names that are reserved.
extern Constructor const constructors_begin[] asm("__init_array_start");
extern Constructor const constructors_end[] asm("__init_array_end");
[[noreturn]] void pure_function_called() asm("__cxa_pure_virtual");
[[noreturn]] void check_failed(char const* format,
                               ...) asm("_ZNSt3__122__libcpp_verbose_abortEPKcz");

void pure_function_called() {
    sys::trap();
}

void check_failed(char const*, ...) {
    sys::trap();
}

[[noreturn]] void abort() {
    sys::trap();
}

} // extern "C"

namespace sys {

void run_constructors() {
    for (auto const* constructor = constructors_begin; constructor != constructors_end;
         ++constructor) {
        (*constructor)();
    }
}

void trap() {
    for (;;) {
        asm volatile("brk #0");
    }
}

} // namespace sys
