# cmake --preset wasm: the Emscripten on the PATH (Debian 12: apt-get install emscripten), programs run by Node.

find_program(HYPERDB_EMXX em++ REQUIRED)
execute_process(COMMAND em-config EMSCRIPTEN_ROOT OUTPUT_VARIABLE root OUTPUT_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "em-config, a part of Emscripten, does not run. Debian 12: apt-get install emscripten")
endif()
include("${root}/cmake/Modules/Platform/Emscripten.cmake")

# Debian keeps the JavaScript libraries that an optimising link needs here.
if(IS_DIRECTORY /usr/share/nodejs AND NOT DEFINED ENV{NODE_PATH})
  set(ENV{NODE_PATH} /usr/share/nodejs)
endif()

find_program(HYPERDB_NODE NAMES node nodejs REQUIRED)
# WebAssembly's calls live on the engine's own stack, 1 MB by default; a native main thread has 8.
set(CMAKE_CROSSCOMPILING_EMULATOR "${HYPERDB_NODE};--stack-size=4000")
