# How a library is made: static, or a shared object when BUILD_SHARED_LIBS asks for one; and apart from a surrounding
# project's defaults.

# hyperdb_add_library(name file <source>...): the target hyperdb_<name>, for users hyperdb::<name>, as lib<file>.
function(hyperdb_add_library name file)
  set(target hyperdb_${name})
  add_library(${target} ${ARGN})
  add_library(hyperdb::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} OUTPUT_NAME ${file}
    CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  # Boost is used in the .cpp files only: a user of HyperDB does not need it on the include path.
  target_include_directories(${target} SYSTEM PRIVATE "${HYPERDB_BOOST_INCLUDE_DIR}")
  hyperdb_own_target(${target})
  if(PROJECT_IS_TOP_LEVEL AND HYPERDB_ENGINE_FLAGS)
    target_compile_options(${target} PRIVATE ${HYPERDB_ENGINE_FLAGS})
  endif()
  if(HYPERDB_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()

  # Before 1.0 a minor version may change interfaces, so it is part of the name that programs look for. Shared libraries
  # of HyperDB find each other in the folder that they are installed in.
  set_target_properties(${target} PROPERTIES
    VERSION "${PROJECT_VERSION}" SOVERSION "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}" INSTALL_RPATH "$ORIGIN")
  # All symbols are exported: templates in the headers call into every part of the engine. A project that hides its own
  # symbols by default does so for its targets, not for ours.
  set_target_properties(${target} PROPERTIES VISIBILITY_INLINES_HIDDEN OFF DEFINE_SYMBOL "")
  set_property(TARGET ${target} PROPERTY CXX_VISIBILITY_PRESET)
endfunction()
