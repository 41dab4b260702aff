# SPDX-License-Identifier: BSD-2-Clause
#
# The developer's machine: unit tests under sanitizers, against the recording fakes of arch/host.

# A board is data; the tests take that of one of them.
include_directories(
    ${PROJECT_SOURCE_DIR}/kernel/arch/include
    ${PROJECT_SOURCE_DIR}/kernel/arch/host/include
    ${PROJECT_SOURCE_DIR}/platform/qemu-virt)

add_link_options(--ld-path=${QUIRE_LINKER})

option(QUIRE_COVERAGE "Count which lines the tests reach; tools/coverage asks for it" OFF)
if(QUIRE_COVERAGE)
    # Counters lie in the file itself (%c in its name), so that those of a death test are not lost.
    add_compile_options(
        -fprofile-instr-generate -fcoverage-mapping "SHELL:-mllvm -runtime-counter-relocation")
    add_link_options(-fprofile-instr-generate)
elseif(CMAKE_BUILD_TYPE STREQUAL Debug)
    add_compile_options(
        -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
    # What the fuzz tests want to know of libraries; in other programs nobody listens.
    set(QUIRE_LIBRARY_OPTIONS -fsanitize=fuzzer-no-link)
endif()
