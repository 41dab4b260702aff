# SPDX-License-Identifier: BSD-2-Clause
#
# The tools of the build, each in exactly the version the project is tested with. Another version
# that happens to be installed is never picked up: the search looks at versioned names only.

set(QUIRE_LLVM_VERSION 19)

function(find_tool variable tool)
    find_program(${variable}
        NAMES ${tool}-${QUIRE_LLVM_VERSION}
        DOC "${tool}, version ${QUIRE_LLVM_VERSION}")
    if(NOT ${variable})
        find_program(${variable}
            NAMES ${tool}
            PATHS /usr/lib/llvm-${QUIRE_LLVM_VERSION}/bin
            NO_DEFAULT_PATH)
    endif()
    if(NOT ${variable})
        message(FATAL_ERROR
            "${tool} version ${QUIRE_LLVM_VERSION} is missing. Run tools/setup, which installs it.")
    endif()
    mark_as_advanced(${variable})
endfunction()

find_tool(CMAKE_C_COMPILER clang)
find_tool(CMAKE_CXX_COMPILER clang++)
find_tool(CMAKE_ASM_COMPILER clang)
find_tool(CMAKE_AR llvm-ar)
find_tool(CMAKE_RANLIB llvm-ranlib)
find_tool(CMAKE_OBJCOPY llvm-objcopy)
find_tool(QUIRE_NM llvm-nm)
find_tool(QUIRE_CXXFILT llvm-cxxfilt)
find_tool(QUIRE_LINKER ld.lld)
find_program(QUIRE_DTC dtc)
if(NOT QUIRE_DTC)
    message(FATAL_ERROR "dtc, the device-tree compiler, is missing. Run tools/setup.")
endif()
mark_as_advanced(QUIRE_DTC)
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
