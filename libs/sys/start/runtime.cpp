// SPDX-License-Identifier: BSD-2-Clause
//
// Constructors, and what the C++ library calls when a check fails.

#include <sys/start/runtime.hpp>

extern "C" {

using Constructor = void (*)();
extern Constructor const __init_array_start[];
extern Constructor const __init_array_end[];

[[noreturn]] void abort() {
    sys::trap();
}

/// Tables of abstract classes name it; nothing calls it.
[[noreturn]] void __cxa_pure_virtual() {
    sys::trap();
}

} // extern "C"

namespace std {
inline namespace __1 {

[[noreturn]] __attribute__((visibility("default"))) void __libcpp_verbose_abort(char const*, ...);

void __libcpp_verbose_abort(char const*, ...) {
    sys::trap();
}

} // namespace __1
} // namespace std

namespace sys {

void run_constructors() {
    for (auto const* constructor = __init_array_start; constructor != __init_array_end;
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
