# SPDX-License-Identifier: BSD-2-Clause
#
# How everything is compiled: the same language and warnings for the host and the boards, then
# what each of the two needs.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")
set(CMAKE_ASM_FLAGS_DEBUG "-g")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g")
set(CMAKE_ASM_FLAGS_RELEASE "-g")

add_compile_definitions($<IF:$<CONFIG:Debug>,QUIRE_DEBUG=1,QUIRE_DEBUG=0>)

# <kernel/...>, <platform/...>; <base/...>, <ipc/...>; <pager/...>, <init/...>
include_directories(${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/libs ${PROJECT_SOURCE_DIR}/servers)

add_compile_options(
    -Wall -Wextra -Werror -Wshadow -Wconversion -Wno-sign-conversion -Wimplicit-fallthrough
    -Wreserved-identifier
    $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
    $<$<COMPILE_LANGUAGE:CXX>:-Wextra-semi>)

# Two builds of the same tree are identical wherever the tree lies.
add_compile_options(
    -ffile-prefix-map=${PROJECT_BINARY_DIR}=build
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.
    -no-canonical-prefixes)

if(QUIRE_BOARD STREQUAL host)
    include(${CMAKE_CURRENT_LIST_DIR}/flags-host.cmake)
else()
    include(${CMAKE_CURRENT_LIST_DIR}/flags-target.cmake)
endif()
