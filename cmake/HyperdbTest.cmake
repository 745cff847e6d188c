# How tests are made: the target hyperdb_gtest, and functions that add a folder of tests or a check in Python.

# A test that hangs must end long before the whole check does. Sanitizers and WebAssembly make everything slower.
set(HYPERDB_TEST_TIMEOUT_SECONDS 120)
if(HYPERDB_SANITIZE OR EMSCRIPTEN)
  set(HYPERDB_TEST_TIMEOUT_SECONDS 300)
endif()

if(NOT CMAKE_CROSSCOMPILING)
  find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
endif()

add_library(hyperdb_gtest INTERFACE)
if(EMSCRIPTEN)
  # There is no GoogleTest for WebAssembly in a package: compile the sources that Debian's googletest brings.
  set(HYPERDB_GTEST_SOURCE_DIR /usr/src/googletest/googletest CACHE PATH "GoogleTest's sources")
  if(NOT EXISTS "${HYPERDB_GTEST_SOURCE_DIR}/src/gtest-all.cc")
    message(FATAL_ERROR "GoogleTest's sources are not in ${HYPERDB_GTEST_SOURCE_DIR} (Debian: apt-get install "
                        "googletest).")
  endif()
  add_library(hyperdb_gtest_wasm STATIC "${HYPERDB_GTEST_SOURCE_DIR}/src/gtest-all.cc"
    "${HYPERDB_GTEST_SOURCE_DIR}/src/gtest_main.cc")
  target_include_directories(hyperdb_gtest_wasm SYSTEM PUBLIC "${HYPERDB_GTEST_SOURCE_DIR}/include")
  target_include_directories(hyperdb_gtest_wasm PRIVATE "${HYPERDB_GTEST_SOURCE_DIR}")
  target_compile_definitions(hyperdb_gtest_wasm PUBLIC GTEST_HAS_PTHREAD=0)
  target_compile_features(hyperdb_gtest_wasm PUBLIC cxx_std_20)
  target_compile_options(hyperdb_gtest_wasm PUBLIC -fwasm-exceptions)
  target_link_libraries(hyperdb_gtest INTERFACE hyperdb_gtest_wasm)
else()
  find_package(GTest REQUIRED)
  target_link_libraries(hyperdb_gtest INTERFACE GTest::gtest GTest::gtest_main)
endif()

# tests/<folder> as one program and one ctest entry. Files that end with _threads_test.cpp start threads, which
# WebAssembly without shared memory has not. Programs run in the repository's root, so that test data has short paths.
function(hyperdb_add_test_folder folder)
  set(root "${PROJECT_SOURCE_DIR}/tests/${folder}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${root}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "^${root}/(runner|kill)/")
  if(EMSCRIPTEN)
    list(FILTER sources EXCLUDE REGEX "_threads_test\\.cpp$")
  endif()
  if(NOT HYPERDB_SQLITE)
    list(FILTER sources EXCLUDE REGEX "sqlite|/crash/")
  endif()
  # ThreadSanitizer finds nothing where there is one thread. Its crash tests would take half an hour.
  if(HYPERDB_SANITIZE MATCHES "thread")
    if(folder STREQUAL "crash" OR NOT sources MATCHES "_threads_test\\.cpp|/concurrency/")
      return()
    endif()
    foreach(source IN LISTS sources)
      if(source MATCHES "_test\\.cpp$" AND NOT source MATCHES "_threads_test\\.cpp$|/concurrency/")
        list(REMOVE_ITEM sources "${source}")
      endif()
    endforeach()
  endif()
  # A web module has its page when it is WebAssembly: bindings/web tests that.
  if(NOT sources OR (EMSCRIPTEN AND folder STREQUAL "web"))
    return()
  endif()
  set(target "${folder}_tests")
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE hyperdb_test_support)
  if(folder MATCHES "^(sqlite|crash)$")
    target_link_libraries(${target} PRIVATE SQLite::SQLite3)
  endif()
  if(folder STREQUAL "web")
    target_link_libraries(${target} PRIVATE hyperdb_web)
  endif()
  if(TARGET hyperdb_test_support_objects)
    target_link_libraries(${target} PRIVATE hyperdb_test_support_objects)
  endif()
  hyperdb_own_target(${target})
  hyperdb_use_precompiled(${target} hyperdb_test_headers)
  if(EMSCRIPTEN)
    hyperdb_link_for_node(${target})
  endif()
  add_test(NAME ${folder} COMMAND ${target} --gtest_brief=1 WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${folder} PROPERTIES TIMEOUT ${HYPERDB_TEST_TIMEOUT_SECONDS})
  hyperdb_set_sanitizer_options(${folder})
endfunction()

# A sanitizer that finds something ends the program with an error, and says where. Names and lines come from a
# symbolizer of the compiler's own version; older ones do not understand it.
function(hyperdb_set_sanitizer_options)
  if(NOT HYPERDB_SANITIZE)
    return()
  endif()
  string(REGEX MATCH "^[0-9]+" major "${CMAKE_CXX_COMPILER_VERSION}")
  find_program(HYPERDB_SYMBOLIZER NAMES llvm-symbolizer-${major})
  set(common "")
  if(HYPERDB_SYMBOLIZER)
    set(common ":external_symbolizer_path=${HYPERDB_SYMBOLIZER}")
  endif()
  string(JOIN ";" options
    "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1${common}"
    "UBSAN_OPTIONS=print_stacktrace=1${common}"
    "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1${common}")
  set_tests_properties(${ARGN} PROPERTIES ENVIRONMENT "${options}")
endfunction()

# A check written in Python.
function(hyperdb_add_python_test name)
  add_test(NAME ${name} COMMAND Python3::Interpreter ${ARGN} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES TIMEOUT ${HYPERDB_TEST_TIMEOUT_SECONDS} SKIP_RETURN_CODE 77)
endfunction()
