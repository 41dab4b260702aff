# SPDX-License-Identifier: BSD-2-Clause
#
# What a component's CMakeLists.txt calls. Each helper is one short call there; one that has no
# meaning on the present board (a kernel on the host, a unit test on a board) does nothing, so that
# nobody else asks which board it is.

set(QUIRE_TOOLS ${PROJECT_SOURCE_DIR}/tools)
set(QUIRE_CMAKE ${PROJECT_SOURCE_DIR}/cmake)

if(QUIRE_BOARD STREQUAL host)
    set(QUIRE_ON_HOST TRUE)
else()
    set(QUIRE_ON_HOST FALSE)
endif()

# quire_precompile(target [options ...])
#   The standard library's headers take longer to compile than most of what includes them: they are
#   compiled once for everything that is compiled alike, with these options. A source includes what
#   it uses all the same; clang-tidy looks at it without these.
function(quire_precompile target)
    string(MAKE_C_IDENTIFIER "standard_headers${ARGN}" headers)
    if(NOT TARGET ${headers})
        add_library(${headers} OBJECT ${QUIRE_CMAKE}/precompiled_headers.cpp)
        target_compile_options(${headers} PRIVATE ${QUIRE_LIBRARY_OPTIONS} ${ARGN})
        target_precompile_headers(${headers} PRIVATE
            <algorithm> <array> <bit> <charconv> <concepts> <cstddef> <cstdint> <cstring>
            <expected> <memory> <optional> <span> <string_view> <utility>)
    endif()
    target_precompile_headers(${target} REUSE_FROM ${headers})
endfunction()

# add_quire_library(name [SOURCES ...] [LIBS ...] [OPTIONS ...])
#   For the host and the boards. Without sources it is a folder of headers.
function(add_quire_library name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LIBS;OPTIONS")
    if(ARG_SOURCES)
        add_library(${name} STATIC ${ARG_SOURCES})
        target_compile_options(${name} PRIVATE ${QUIRE_LIBRARY_OPTIONS} ${ARG_OPTIONS})
        target_link_libraries(${name} PUBLIC ${ARG_LIBS})
        if(NOT ARG_OPTIONS)
            quire_precompile(${name})
        endif()
    else()
        add_library(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE ${ARG_LIBS})
    endif()
endfunction()

# In a release for a board, what a program is made of is optimised when it is linked, as a whole:
# for libraries that only programs use, on paths where calls between files are felt.
function(quire_optimise_whole target)
    if(NOT QUIRE_ON_HOST AND CMAKE_BUILD_TYPE STREQUAL Release)
        target_compile_options(${target} PRIVATE -flto)
    endif()
endfunction()

# A linked program: build/<preset>/elf/<name>.elf for people and debuggers, and without symbols
# build/<preset>/stripped/<name> for the image; the property QUIRE_STRIPPED names the latter.
function(quire_program target linker_script)
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME ${target}.elf
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/elf
        LINK_DEPENDS ${linker_script})
    target_link_options(${target} PRIVATE -T ${linker_script})
endfunction()

function(quire_strip target)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/stripped)
    set(stripped ${PROJECT_BINARY_DIR}/stripped/${target})
    add_custom_command(
        OUTPUT ${stripped}
        COMMAND ${CMAKE_OBJCOPY} --strip-all $<TARGET_FILE:${target}> ${stripped}
        DEPENDS ${target}
        VERBATIM)
    add_custom_target(${target}_stripped ALL DEPENDS ${stripped})
    set_target_properties(${target} PROPERTIES QUIRE_STRIPPED ${stripped})
endfunction()

# add_server(name SOURCES ... [LIBS ...] [LINKER_SCRIPT file] [FLOATING_POINT])
#   A static user program linked at 0x400000; its first instruction is _start (library `sys`).
function(add_server name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "FLOATING_POINT" "LINKER_SCRIPT" "SOURCES;LIBS")
    if(QUIRE_ON_HOST)
        return()
    endif()
    if(NOT ARG_LINKER_SCRIPT)
        set(ARG_LINKER_SCRIPT ${QUIRE_CMAKE}/program.ld)
    endif()
    cmake_path(ABSOLUTE_PATH ARG_LINKER_SCRIPT)
    add_executable(${name} ${ARG_SOURCES})
    quire_program(${name} ${ARG_LINKER_SCRIPT})
    if(ARG_FLOATING_POINT)
        set_target_properties(${name} PROPERTIES QUIRE_FLOATING_POINT ON)
    else()
        quire_precompile(${name})
    endif()
    target_link_libraries(${name} PRIVATE ${ARG_LIBS} memory ${QUIRE_LIBC}/lib/libc.a)
    quire_strip(${name})
endfunction()

# add_loader(name SOURCES ... [LIBS ...] LINKER_SCRIPT file)
#   The position-independent program at the front of every image, as a raw binary.
function(add_loader name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "LINKER_SCRIPT" "SOURCES;LIBS")
    if(QUIRE_ON_HOST)
        return()
    endif()
    cmake_path(ABSOLUTE_PATH ARG_LINKER_SCRIPT)
    add_executable(${name} ${ARG_SOURCES})
    quire_program(${name} ${ARG_LINKER_SCRIPT})
    target_compile_options(${name} PRIVATE -fPIE)
    target_link_options(${name} PRIVATE -Wl,-pie,--no-dynamic-linker,-z,text)
    target_link_libraries(${name} PRIVATE ${ARG_LIBS} memory)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/stripped)
    set(binary ${PROJECT_BINARY_DIR}/stripped/${name}.bin)
    add_custom_command(
        OUTPUT ${binary}
        COMMAND ${CMAKE_OBJCOPY} -O binary $<TARGET_FILE:${name}> ${binary}
        DEPENDS ${name}
        VERBATIM)
    add_custom_target(${name}_binary ALL DEPENDS ${binary})
    set_target_properties(${name} PROPERTIES QUIRE_STRIPPED ${binary})
endfunction()

# add_kernel(name SOURCES ... [LIBS ...] [DEFINITIONS ...] LINKER_SCRIPT file)
#   The definitions are for these sources, not for what the libraries were compiled with.
#   Linked twice: once with an empty symbol table, then with the table of the first result, so that
#   a panic can print names. The table lies behind all code, which therefore does not move.
function(add_kernel name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "LINKER_SCRIPT" "SOURCES;LIBS;DEFINITIONS")
    if(QUIRE_ON_HOST)
        return()
    endif()
    cmake_path(ABSOLUTE_PATH ARG_LINKER_SCRIPT)
    add_library(${name}_objects OBJECT ${ARG_SOURCES})
    quire_precompile(${name}_objects)
    target_compile_definitions(${name}_objects PRIVATE ${ARG_DEFINITIONS})
    target_link_libraries(${name}_objects PUBLIC ${ARG_LIBS} memory)

    set(generated ${PROJECT_BINARY_DIR}/generated)
    file(MAKE_DIRECTORY ${generated})
    add_custom_command(
        OUTPUT ${generated}/${name}_no_symbols.S
        COMMAND ${Python3_EXECUTABLE} ${QUIRE_TOOLS}/make_symbols.py
            --output ${generated}/${name}_no_symbols.S
        DEPENDS ${QUIRE_TOOLS}/make_symbols.py
        VERBATIM)
    quire_kernel_pass(${name}_first_pass ${name} ${generated}/${name}_no_symbols.S
        ${ARG_LINKER_SCRIPT})

    add_custom_command(
        OUTPUT ${generated}/${name}_symbols.S
        COMMAND ${Python3_EXECUTABLE} ${QUIRE_TOOLS}/make_symbols.py
            --nm ${QUIRE_NM} --cxxfilt ${QUIRE_CXXFILT} --elf $<TARGET_FILE:${name}_first_pass>
            --output ${generated}/${name}_symbols.S
        DEPENDS ${QUIRE_TOOLS}/make_symbols.py ${name}_first_pass
        VERBATIM)
    quire_kernel_pass(${name} ${name} ${generated}/${name}_symbols.S ${ARG_LINKER_SCRIPT})
    add_custom_command(TARGET ${name} POST_BUILD
        COMMAND ${Python3_EXECUTABLE} ${QUIRE_TOOLS}/make_symbols.py
            --nm ${QUIRE_NM} --cxxfilt ${QUIRE_CXXFILT} --elf $<TARGET_FILE:${name}>
            --check ${generated}/${name}_symbols.S
        VERBATIM)
    quire_strip(${name})
endfunction()

function(quire_kernel_pass target name symbols linker_script)
    add_executable(${target} ${symbols})
    quire_program(${target} ${linker_script})
    target_link_options(${target} PRIVATE
        -Wl,--defsym=kernel_load_address=${QUIRE_KERNEL_LOAD_ADDRESS})
    target_link_libraries(${target} PRIVATE ${name}_objects)
endfunction()

# add_boot_image(name ROOT target [KERNEL target] [LOADER target] [FILES path=target ...])
#   build/<preset>/<name>.img: the loader, then a boot archive that holds the kernel, the root task
#   and the files, each `path=target` (a program of the tree) or `path=file`.
function(add_boot_image name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "ROOT;KERNEL;LOADER" "FILES")
    if(QUIRE_ON_HOST)
        return()
    endif()
    if(NOT ARG_KERNEL)
        set(ARG_KERNEL kernel)
    endif()
    if(NOT ARG_LOADER)
        set(ARG_LOADER loader)
    endif()

    set(entries)
    set(depends)
    foreach(entry boot/kernel=${ARG_KERNEL} boot/init=${ARG_ROOT} ${ARG_FILES})
        string(REGEX MATCH "^([^=]+)=(.+)$" matched ${entry})
        set(path ${CMAKE_MATCH_1})
        set(source ${CMAKE_MATCH_2})
        if(TARGET ${source})
            get_target_property(source ${source} QUIRE_STRIPPED)
        else()
            cmake_path(ABSOLUTE_PATH source)
        endif()
        list(APPEND entries ${path}=${source})
        list(APPEND depends ${source})
    endforeach()

    get_target_property(loader ${ARG_LOADER} QUIRE_STRIPPED)
    set(archive ${PROJECT_BINARY_DIR}/${name}.cpio)
    set(image ${PROJECT_BINARY_DIR}/${name}.img)
    add_custom_command(
        OUTPUT ${archive}
        COMMAND ${Python3_EXECUTABLE} ${QUIRE_TOOLS}/make_archive.py --output ${archive} ${entries}
        DEPENDS ${QUIRE_TOOLS}/make_archive.py ${depends}
        VERBATIM)
    add_custom_command(
        OUTPUT ${image}
        COMMAND ${Python3_EXECUTABLE} ${QUIRE_TOOLS}/make_image.py
            --loader ${loader} --archive ${archive} --output ${image}
        DEPENDS ${QUIRE_TOOLS}/make_image.py ${loader} ${archive}
        VERBATIM)
    add_custom_target(${name}_image ALL DEPENDS ${image})
endfunction()

# add_device_tree(name SOURCE file.dts)
#   build/<preset>/<name>.dtb, for a machine that brings no device tree of its own.
function(add_device_tree name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "SOURCE" "")
    if(QUIRE_ON_HOST)
        return()
    endif()
    cmake_path(ABSOLUTE_PATH ARG_SOURCE)
    set(blob ${PROJECT_BINARY_DIR}/${name}.dtb)
    add_custom_command(
        OUTPUT ${blob}
        COMMAND ${QUIRE_DTC} -q -I dts -O dtb -o ${blob} ${ARG_SOURCE}
        DEPENDS ${ARG_SOURCE}
        VERBATIM)
    add_custom_target(${name}_device_tree ALL DEPENDS ${blob})
endfunction()

# add_unit_test(name SOURCES ... [LIBS ...] [FIXTURE header] [OPTIMISED])
#   GoogleTest on the host, registered with ctest as unit/<name>. What is tested is optimised; the
#   tests themselves need not be, and compile in half the time, unless they run for long. What most
#   of them include is compiled once: GoogleTest and the library, and a fixture, if there is one
#   that most of the files begin with.
function(add_unit_test name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "OPTIMISED" "FIXTURE" "SOURCES;LIBS")
    if(NOT QUIRE_ON_HOST)
        return()
    endif()
    if(NOT TARGET GTest::gtest)
        find_package(GTest REQUIRED GLOBAL)
    endif()
    set(options $<$<CONFIG:Debug>:-O0>)
    set(headers unit_test_headers)
    if(ARG_OPTIMISED)
        set(options)
        set(headers long_test_headers)
    endif()
    add_executable(${name} ${ARG_SOURCES})
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/unit)
    target_compile_options(${name} PRIVATE ${options})
    if(ARG_FIXTURE)
        quire_precompile_test(${name} ${ARG_FIXTURE})
    else()
        if(NOT TARGET ${headers})
            add_library(${headers} OBJECT ${QUIRE_CMAKE}/precompiled_headers.cpp)
            target_compile_options(${headers} PRIVATE ${options})
            target_link_libraries(${headers} PRIVATE GTest::gtest)
            quire_precompile_test(${headers})
        endif()
        target_precompile_headers(${name} REUSE_FROM ${headers})
    endif()
    target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gtest_main)
    add_test(NAME unit/${name} COMMAND ${name} --gtest_brief=0)
    set_tests_properties(unit/${name} PROPERTIES TIMEOUT 300)
endfunction()

function(quire_precompile_test target)
    target_precompile_headers(${target} PRIVATE
        <gtest/gtest.h> <algorithm> <array> <cstring> <expected> <map> <memory> <optional> <random>
        <set> <span> <string> <vector> ${ARGN})
endfunction()

# add_system_test(name ROOT target [KERNEL target] [FILES path=target ...])
#   A program that boots as the root task and tests the kernel: it prints TAP and powers off.
#   Registered with ctest as system/<name>.
function(add_system_test name)
    if(QUIRE_ON_HOST)
        return()
    endif()
    add_boot_image(${name} ${ARGN})
    add_test(NAME system/${name}
        COMMAND ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/tests/e2e/root_task_tap.py
            ${QUIRE_BOARD} ${PROJECT_BINARY_DIR} ${name})
    set_tests_properties(system/${name} PROPERTIES TIMEOUT 360)
endfunction()
