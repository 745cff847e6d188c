# WebAssembly with Debian's Emscripten (3.1.6: Clang 14 and libc++ 13) or a newer one.

include_guard()

# Boost's headers, through a folder that holds nothing else: the host's other headers must not be seen.
function(hyperdb_find_boost_for_emscripten result)
  find_path(HYPERDB_HOST_BOOST boost/version.hpp PATHS /usr/include /usr/local/include
    NO_CMAKE_FIND_ROOT_PATH NO_DEFAULT_PATH REQUIRED)
  set(folder "${PROJECT_BINARY_DIR}/boost_headers")
  file(MAKE_DIRECTORY "${folder}")
  file(CREATE_LINK "${HYPERDB_HOST_BOOST}/boost" "${folder}/boost" SYMBOLIC)
  set(${result} "${folder}" PARENT_SCOPE)
endfunction()

function(hyperdb_apply_emscripten_rules target)
  # A <coroutine> for the standard library that has none; it steps aside where there is one.
  target_include_directories(${target} SYSTEM PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/cmake/emscripten/include>")
  # WebAssembly's own exceptions: half the cost of the emulated ones. The other features are in every engine that has
  # them, and make smaller code.
  set(features -fwasm-exceptions -mbulk-memory -mnontrapping-fptoint -msign-ext)
  target_compile_options(${target} PUBLIC ${features})
  target_link_options(${target} PUBLIC ${features})
  # A module ends with its page: nothing is destroyed before.
  target_compile_options(${target} PRIVATE -fno-c++-static-destructors)
endfunction()

# How a program is linked that runs under Node: main's result is the exit code, files and HYPERDB_* variables are the
# host's, memory grows, and the stack is as large as that of a native thread.
function(hyperdb_link_for_node target)
  set(pre_js "${PROJECT_SOURCE_DIR}/cmake/emscripten/environment.js")
  target_link_options(${target} PRIVATE
    -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=67108864 -sTOTAL_STACK=8388608 -sMAXIMUM_MEMORY=2147483648
    -sEXIT_RUNTIME=1 -sNODERAWFS=1 -sENVIRONMENT=node --pre-js "${pre_js}")
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${pre_js}")
endfunction()
