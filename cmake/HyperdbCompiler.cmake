# Which compilers are accepted, and the flags of our own targets. include/hyperdb/compiler.hpp says the same for
# programs that do not use CMake.

function(hyperdb_check_compiler)
  if(EMSCRIPTEN)
    return()
  endif()
  set(advice "Configure with -DCMAKE_CXX_COMPILER=clang++-19 (or any Clang from 16 on).")
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16)
      message(FATAL_ERROR "HyperDB needs Clang 16 or newer; this is ${CMAKE_CXX_COMPILER} "
                          "${CMAKE_CXX_COMPILER_VERSION}. ${advice}")
    endif()
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      message(FATAL_ERROR
        "HyperDB refuses g++ ${CMAKE_CXX_COMPILER_VERSION}: it silently miscompiles C++20 coroutines. Temporaries in "
        "a co_await expression are destroyed twice, and a coroutine without local variables whose body is "
        "\"if (co_await ...)\" never runs that body. ${advice}")
    endif()
    hyperdb_probe_gcc("${advice}")
  else()
    message(FATAL_ERROR "HyperDB was never tested with ${CMAKE_CXX_COMPILER_ID}. ${advice}")
  endif()
endfunction()

# GCC 13 and newer are accepted when they translate the patterns that older ones get wrong.
function(hyperdb_probe_gcc advice)
  if(NOT DEFINED HYPERDB_GCC_PROBE_RESULT)
    foreach(level 0 2)
      try_run(exit_code compiled "${PROJECT_BINARY_DIR}/gcc_probe_O${level}"
        "${PROJECT_SOURCE_DIR}/cmake/gcc_coroutine_probe.cpp"
        COMPILE_DEFINITIONS "-O${level}"
        CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
        COMPILE_OUTPUT_VARIABLE compile_output RUN_OUTPUT_VARIABLE run_output)
      if(NOT compiled OR NOT exit_code STREQUAL "0")
        message(FATAL_ERROR "HyperDB refuses g++ ${CMAKE_CXX_COMPILER_VERSION}: it fails "
          "cmake/gcc_coroutine_probe.cpp at -O${level}, so it miscompiles coroutines. ${advice}\n"
          "${compile_output}${run_output}")
      endif()
      unset(exit_code CACHE)
      unset(compiled CACHE)
    endforeach()
    set(HYPERDB_GCC_PROBE_RESULT "passed" CACHE INTERNAL "g++ passed the coroutine probe")
  endif()
endfunction()

# What a target needs to be compiled at all with this compiler; inherited by those who link to it.
function(hyperdb_apply_compiler_rules target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_definitions(${target} PUBLIC HYPERDB_GCC_PROBED)
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
    target_compile_options(${target} PRIVATE -Wthread-safety)  # src/value/mutex.hpp
  endif()
  if(NOT EMSCRIPTEN)
    target_compile_options(${target} PRIVATE -Werror)
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
