# hyperdb_add_web_module(tasks_web SOURCES tasks_web.cpp [OUTPUT_DIRECTORY dir]): a WebAssembly module for pages.
#
# The sources define hyperdb::defineWebModule (see hyperdb/web.hpp). The target makes, in the output folder (the
# current binary folder if none is given):
#
#   tasks_web.wasm         the module, with WebAssembly's standard exceptions: current browsers, Node from 24 on
#   tasks_web.legacy.wasm  the same with the exceptions of older engines: Node 20 and 22, browsers before 2025
#   tasks_web.js, .d.ts    its tables, selectors and actions under their names, and their types
#
# Needs Emscripten, Node, and wasm-opt of the npm package binaryen, which `npm ci` installs in bindings/web.

include_guard()

get_filename_component(HYPERDB_WEB_TOOLS "${CMAKE_CURRENT_LIST_DIR}/../bindings/web" ABSOLUTE)
find_program(HYPERDB_NODE NAMES node nodejs REQUIRED)

function(hyperdb_add_web_module target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT_DIRECTORY" "SOURCES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "hyperdb_add_web_module(${target} SOURCES file... [OUTPUT_DIRECTORY folder])")
  endif()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}")
  if(arg_OUTPUT_DIRECTORY)
    get_filename_component(folder "${arg_OUTPUT_DIRECTORY}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
  endif()

  add_executable(${target}_linked ${arg_SOURCES})
  target_link_libraries(${target}_linked PRIVATE hyperdb::web)
  set_target_properties(${target}_linked PROPERTIES OUTPUT_NAME "${target}.linked" SUFFIX ".wasm"
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  target_compile_options(${target}_linked PRIVATE -Os)
  # No glue: the imports are those of src/web/host.hpp and a few of WASI.
  target_link_options(${target}_linked PRIVATE -Os --no-entry -sSTANDALONE_WASM=1 -sERROR_ON_UNDEFINED_SYMBOLS=0
    -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=2147483648 -sINITIAL_MEMORY=1048576 -sTOTAL_STACK=262144 -sMALLOC=emmalloc
    -sEXPORTED_FUNCTIONS=_hdb_version)

  set(outputs "${folder}/${target}.wasm" "${folder}/${target}.legacy.wasm" "${folder}/${target}.js"
    "${folder}/${target}.d.ts")
  add_custom_command(OUTPUT ${outputs}
    COMMAND "${HYPERDB_NODE}" "${HYPERDB_WEB_TOOLS}/tools/make_module.mjs" "$<TARGET_FILE:${target}_linked>"
      "${folder}" "${target}"
    DEPENDS ${target}_linked "${HYPERDB_WEB_TOOLS}/tools/make_module.mjs" "${HYPERDB_WEB_TOOLS}/tools/declarations.mjs"
    COMMENT "Making the web module ${target}" VERBATIM)
  add_custom_target(${target} ALL DEPENDS ${outputs})
endfunction()
