# SPDX-License-Identifier: BSD-2-Clause
#
# The boards: freestanding code over the headers of libc++ 19 and picolibc. Kernel and programs are
# compiled alike, so a library is compiled once for both.

include_directories(
    ${PROJECT_SOURCE_DIR}/kernel/arch/include
    ${PROJECT_SOURCE_DIR}/kernel/arch/aarch64/include
    ${PROJECT_SOURCE_DIR}/platform/${QUIRE_BOARD})

set(QUIRE_LIBCXX /usr/lib/llvm-${QUIRE_LLVM_VERSION}/include/c++/v1)
set(QUIRE_LIBC /usr/lib/picolibc/aarch64-linux-gnu)
foreach(header ${QUIRE_LIBCXX}/expected ${QUIRE_LIBC}/include/string.h)
    if(NOT EXISTS ${header})
        message(FATAL_ERROR "${header} is missing. Run tools/setup, which installs it.")
    endif()
endforeach()

# -mgeneral-regs-only: the kernel must not touch its caller's floating-point registers; servers
#   that do not either are switched faster. A program that computes asks for FLOATING_POINT.
# -mstrict-align: the loader runs with the MMU off, where an unaligned access faults.
add_compile_options(
    -mcpu=cortex-a72 $<$<NOT:$<BOOL:$<TARGET_PROPERTY:QUIRE_FLOATING_POINT>>>:-mgeneral-regs-only>
    -mstrict-align
    -ffreestanding -ffunction-sections -fdata-sections
    -fno-omit-frame-pointer
    $<$<CONFIG:Debug>:-mno-omit-leaf-frame-pointer>
    -fno-stack-protector -fno-unwind-tables -fno-asynchronous-unwind-tables
    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>
    $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>
    $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>
    $<$<COMPILE_LANGUAGE:CXX>:-fno-c++-static-destructors>
    $<$<COMPILE_LANGUAGE:CXX>:-nostdinc++>
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-isystem ${QUIRE_LIBCXX}>"
    "SHELL:-isystem ${QUIRE_LIBC}/include")

# An index out of range and an empty optional trap instead of corrupting.
add_compile_definitions(
    _LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST
    _LIBCPP_HAS_NO_THREADS
    _LIBCPP_HAS_NO_MONOTONIC_CLOCK
    _LIBCPP_HAS_NO_LOCALIZATION
    _LIBCPP_HAS_NO_FILESYSTEM
    _LIBCPP_HAS_NO_RANDOM_DEVICE
    _LIBCPP_HAS_NO_WIDE_CHARACTERS
    _LIBCPP_HAS_NO_TIME_ZONE_DATABASE)

# Undefined behaviour is a BRK instruction with the reason in its immediate; no run-time library.
# Not `function`: it reads a word in front of the callee, which assembly functions do not have.
if(CMAKE_BUILD_TYPE STREQUAL Debug)
    add_compile_options(
        $<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=undefined>
        $<$<COMPILE_LANGUAGE:C,CXX>:-fno-sanitize=function>
        $<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize-trap=all>)
endif()

add_link_options(
    --ld-path=${QUIRE_LINKER} -nostdlib
    -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,-z,norelro
    -Wl,--gc-sections -Wl,--fatal-warnings)
