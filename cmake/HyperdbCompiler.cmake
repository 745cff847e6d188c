# Which compilers are accepted, and the flags of our own targets. include/hyperdb/detail/compiler.hpp says the same for
# programs that do not use CMake.

include(HyperdbGcc)

function(hyperdb_check_compiler)
  if(EMSCRIPTEN)
    return()
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16)
      message(FATAL_ERROR "HyperDB needs Clang 16 or newer; this is ${CMAKE_CXX_COMPILER} "
                          "${CMAKE_CXX_COMPILER_VERSION}. ${HYPERDB_COMPILER_ADVICE}")
    endif()
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    hyperdb_refuse_gcc(reason "${PROJECT_SOURCE_DIR}/include")
    if(reason)
      message(FATAL_ERROR "${reason}")
    endif()
  else()
    message(FATAL_ERROR "HyperDB was never tested with ${CMAKE_CXX_COMPILER_ID}. ${HYPERDB_COMPILER_ADVICE}")
  endif()
endfunction()

# What a target needs to be compiled at all with this compiler; inherited by the targets that link to it. An installed
# package probes the compiler of the program that uses it.
function(hyperdb_apply_compiler_rules target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_definitions(${target} PUBLIC "$<BUILD_INTERFACE:HYPERDB_GCC_PROBED>")
  endif()
  if(EMSCRIPTEN)
    include(HyperdbEmscripten)
    hyperdb_apply_emscripten_rules(${target})
  endif()
endfunction()

# Our own targets are built with all warnings as errors, but only at top level: a newer compiler's new warning must
# not break the build of a program that uses HyperDB. Emscripten's old Clang warns about what the others do not.
function(hyperdb_own_target target)
  if(NOT PROJECT_IS_TOP_LEVEL)
    return()
  endif()
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(${target} PRIVATE -Wthread-safety)  # src/base/mutex.hpp
  endif()
  if(NOT EMSCRIPTEN)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  # GCC 14 takes members of optionals that are empty for uninitialised, depending on what it inlines; does not see that
  # a pointer to a local variable is reset under the condition under which it was set; and warns of lambdas in frames of
  # coroutine templates.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized -Wno-dangling-pointer
      -Wno-subobject-linkage)
  endif()
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
endfunction()

hyperdb_check_compiler()

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo or Debug" FORCE)
  endif()
  if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(HYPERDB_CCACHE ccache)
    if(HYPERDB_CCACHE)
      # Paths count relative to this folder, so that a fresh clone finds what another one has compiled.
      set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}"
        CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1 CCACHE_SLOPPINESS=pch_defines,time_macros "${HYPERDB_CCACHE}")
    endif()
  endif()
  # The engine may be optimised more than what is around it: -DHYPERDB_ENGINE_FLAGS=-O1.
  set(HYPERDB_ENGINE_FLAGS "" CACHE STRING "More compiler flags for the library alone")
  # For a whole program: -DHYPERDB_SANITIZE=address,undefined or =thread.
  set(HYPERDB_SANITIZE "" CACHE STRING "Sanitizers to build everything with")
  if(HYPERDB_SANITIZE)
    add_compile_options("-fsanitize=${HYPERDB_SANITIZE}" -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options("-fsanitize=${HYPERDB_SANITIZE}")
  endif()
endif()
