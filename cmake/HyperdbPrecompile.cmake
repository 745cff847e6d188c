# Precompiled headers for our own targets in builds of our own: the headers that all of them include are most of what a
# compiler reads. What others build never depends on them.

option(HYPERDB_PRECOMPILE "Precompile the headers that our own sources have in common" OFF)

# hyperdb_add_precompiled(name HEADERS <header>... LINKS target...): headers, in angle brackets, that targets take over
# with hyperdb_use_precompiled. LINKS: what they are compiled with; those that use them need the same.
function(hyperdb_add_precompiled name)
  if(NOT HYPERDB_PRECOMPILE)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "HEADERS;LINKS" ${ARGN})
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "")
  add_library(${name} OBJECT "${source}")
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE ${arg_LINKS})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
  hyperdb_own_target(${name})
  hyperdb_sum_precompiled(${name})
endfunction()

function(hyperdb_use_precompiled target name)
  if(NOT HYPERDB_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${name})
  if(TARGET ${name}_sum)
    add_dependencies(${target} ${name}_sum)
  endif()
endfunction()

# Precompiled headers hold absolute paths: those of another clone are of no use, and differ. So ccache does not keep
# them, and knows them by a file beside them: the preprocessed headers with their macros, without this folder's path.
function(hyperdb_sum_precompiled name)
  if(NOT HYPERDB_CCACHE)
    return()
  endif()
  set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "")
  set(header "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx")
  set(suffix pch)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(suffix gch)
  endif()
  set(sum "${header}.${suffix}.sum")
  set(folders "$<TARGET_PROPERTY:${name},INCLUDE_DIRECTORIES>")
  set(macros "$<TARGET_PROPERTY:${name},COMPILE_DEFINITIONS>")
  add_custom_command(OUTPUT "${sum}"
    COMMAND "${CMAKE_CXX_COMPILER}" -std=c++20 -E -P -dD -x c++-header
      "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=" -MD -MF "${sum}.d" -MT "${sum}" -o "${sum}"
      "$<$<BOOL:${folders}>:-I$<JOIN:${folders},;-I>>" "$<$<BOOL:${macros}>:-D$<JOIN:${macros},;-D>>" "${header}"
    DEPENDS "${header}" DEPFILE "${sum}.d" COMMAND_EXPAND_LISTS VERBATIM COMMENT "Summing up ${name} for ccache")
  add_custom_target(${name}_sum DEPENDS "${sum}")
endfunction()
