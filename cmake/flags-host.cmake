# SPDX-License-Identifier: BSD-2-Clause
#
# The developer's machine: unit tests under sanitizers, against the recording fakes of arch/host.

# A board is data; the tests take that of one of them.
include_directories(
    ${PROJECT_SOURCE_DIR}/kernel/arch/include
    ${PROJECT_SOURCE_DIR}/kernel/arch/host/include
    ${PROJECT_SOURCE_DIR}/platform/qemu-virt)

add_link_options(--ld-path=${QUIRE_LINKER})

if(CMAKE_BUILD_TYPE STREQUAL Debug)
    add_compile_options(
        -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
endif()
