# Which GCC is accepted. A part of the build, and of the installed package: the compiler that counts is the one that
# compiles the headers, whoever built the library.
#
# Not the version decides but two programs. A newer GCC that translates them rightly is as good as one that was tested.

set(HYPERDB_COMPILER_ADVICE "Configure with -DCMAKE_CXX_COMPILER=clang++-19 (or any Clang from 16 on), or with g++-14.")

# Sets `result` to the reason to refuse this compiler; to nothing when it is accepted. `include` has the headers;
# the programs are beside this file.
function(hyperdb_refuse_gcc result include)
  set(name "g++ ${CMAKE_CXX_COMPILER_VERSION}")
  set(${result} "" PARENT_SCOPE)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    set(${result}
      "HyperDB refuses ${name}: it silently miscompiles C++20 coroutines. Temporaries in a co_await expression are \
destroyed twice, and a coroutine without local variables whose body is \"if (co_await ...)\" never runs that body. \
${HYPERDB_COMPILER_ADVICE}" PARENT_SCOPE)
    return()
  endif()
  if(HYPERDB_GCC_PROBE_RESULT STREQUAL "passed ${CMAKE_CXX_COMPILER_VERSION}")
    return()
  endif()
  message(STATUS "HyperDB: probing the coroutines of ${name}")
  hyperdb_run_gcc_probe(coroutine "${include}" "0;2" output)
  if(output)
    set(${result}
      "HyperDB refuses ${name}: it miscompiles C++20 coroutines. ${HYPERDB_COMPILER_ADVICE}\n${output}" PARENT_SCOPE)
    return()
  endif()
  hyperdb_run_gcc_probe(table "${include}" 0 output)
  if(output)
    set(${result}
      "HyperDB refuses ${name}: it does not see the names of members. ${HYPERDB_COMPILER_ADVICE}\n${output}"
      PARENT_SCOPE)
    return()
  endif()
  message(STATUS "HyperDB: ${name} is accepted")
  set(HYPERDB_GCC_PROBE_RESULT "passed ${CMAKE_CXX_COMPILER_VERSION}" CACHE INTERNAL "g++ passed HyperDB's probes")
endfunction()

# Sets `output` to what is wrong with the program gcc_<probe>_probe.cpp at one of these levels of optimisation; to
# nothing when it is right. Where programs of this compiler can't be run, it is only built.
function(hyperdb_run_gcc_probe probe include levels output)
  set(source "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/gcc_${probe}_probe.cpp")
  set(${output} "" PARENT_SCOPE)
  foreach(level IN LISTS levels)
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/hyperdb_gcc/${probe}_O${level}")
    set(how CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${include}" COMPILE_DEFINITIONS "-O${level}" -DHYPERDB_GCC_PROBED
      CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
    unset(hyperdb_gcc_compiled CACHE)
    unset(hyperdb_gcc_exit_code CACHE)
    if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
      try_compile(hyperdb_gcc_compiled "${folder}" "${source}" ${how} OUTPUT_VARIABLE said)
      set(hyperdb_gcc_exit_code 0)
    else()
      try_run(hyperdb_gcc_exit_code hyperdb_gcc_compiled "${folder}" "${source}" ${how}
        COMPILE_OUTPUT_VARIABLE said RUN_OUTPUT_VARIABLE said_run)
    endif()
    if(NOT hyperdb_gcc_compiled)
      set(${output} "gcc_${probe}_probe.cpp does not compile at -O${level}:\n${said}" PARENT_SCOPE)
      break()
    elseif(NOT hyperdb_gcc_exit_code STREQUAL "0")
      set(${output} "gcc_${probe}_probe.cpp at -O${level} says:\n${said_run}" PARENT_SCOPE)
      break()
    endif()
  endforeach()
  unset(hyperdb_gcc_compiled CACHE)
  unset(hyperdb_gcc_exit_code CACHE)
endfunction()
