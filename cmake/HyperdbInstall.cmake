# cmake --install: find_package(hyperdb) then gives hyperdb::hyperdb and its parts, hyperdb::core and hyperdb::sqlite;
# pkg-config knows hyperdb, hyperdb-core and hyperdb-sqlite. Nothing that is installed names a folder of this machine,
# so that the whole can be moved.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(HYPERDB_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/hyperdb")
# A file of targets for each library, so that a program may look for one alone.
foreach(name IN LISTS HYPERDB_LIBRARIES)
  install(TARGETS hyperdb_${name} EXPORT hyperdb-${name}-targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT hyperdb-${name}-targets NAMESPACE hyperdb:: DESTINATION "${HYPERDB_CMAKE_DIR}")
endforeach()
install(TARGETS hyperdb EXPORT hyperdb-targets)
install(EXPORT hyperdb-targets NAMESPACE hyperdb:: DESTINATION "${HYPERDB_CMAKE_DIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/hyperdb" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp")
# Printers for debuggers: docs/debugging.md.
install(FILES "${PROJECT_SOURCE_DIR}/debug/hyperdb_gdb.py" "${PROJECT_SOURCE_DIR}/debug/hyperdb_lldb.py"
  "${PROJECT_SOURCE_DIR}/debug/hyperdb_memory.py" DESTINATION "${CMAKE_INSTALL_DATADIR}/hyperdb")

# A static library does not say what it needs: the package files must.
set(HYPERDB_USERS_LINK_SQLITE OFF)
if(HYPERDB_SQLITE AND NOT BUILD_SHARED_LIBS)
  set(HYPERDB_USERS_LINK_SQLITE ON)
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/hyperdb-config.cmake.in"
  "${PROJECT_BINARY_DIR}/hyperdb-config.cmake" INSTALL_DESTINATION "${HYPERDB_CMAKE_DIR}"
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
# A program may be compiled by another compiler than the library was.
install(FILES "${PROJECT_SOURCE_DIR}/cmake/HyperdbGcc.cmake" "${PROJECT_SOURCE_DIR}/cmake/gcc_coroutine_probe.cpp"
  "${PROJECT_SOURCE_DIR}/cmake/gcc_table_probe.cpp" DESTINATION "${HYPERDB_CMAKE_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/hyperdb-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/hyperdb-config.cmake" "${PROJECT_BINARY_DIR}/hyperdb-config-version.cmake"
  DESTINATION "${HYPERDB_CMAKE_DIR}")

# pkg-config. Folders are relative to that of the .pc files, unless they were configured as absolute ones.
set(HYPERDB_PC_DIR "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH HYPERDB_PC_TO_PREFIX "${CMAKE_INSTALL_PREFIX}/${HYPERDB_PC_DIR}" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" HYPERDB_PC_TO_PREFIX "${HYPERDB_PC_TO_PREFIX}")
set(HYPERDB_PC_PREFIX "\${pcfiledir}/${HYPERDB_PC_TO_PREFIX}")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(HYPERDB_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
endif()
foreach(kind LIBDIR INCLUDEDIR)
  set(HYPERDB_PC_${kind} "\${prefix}/${CMAKE_INSTALL_${kind}}")
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${kind}}")
    set(HYPERDB_PC_${kind} "${CMAKE_INSTALL_${kind}}")
  endif()
endforeach()
set(HYPERDB_PC_SQLITE "")
if(HYPERDB_USERS_LINK_SQLITE)
  set(HYPERDB_PC_SQLITE " -lsqlite3")
endif()
function(hyperdb_install_pkg_config name description requires cflags libs)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/hyperdb.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${HYPERDB_PC_DIR}")
endfunction()
hyperdb_install_pkg_config(hyperdb-core "${PROJECT_DESCRIPTION}: the engine, in memory" ""
  "-I\${includedir}" "-L\${libdir} -lhyperdb -pthread")
set(HYPERDB_PC_ALL hyperdb-core)
if(HYPERDB_SQLITE)
  set(HYPERDB_PC_ALL hyperdb-sqlite)
  hyperdb_install_pkg_config(hyperdb-sqlite "${PROJECT_DESCRIPTION}: the drivers over SQLite"
    "hyperdb-core = ${PROJECT_VERSION}" -DHYPERDB_WITH_SQLITE "-L\${libdir} -lhyperdb_sqlite${HYPERDB_PC_SQLITE}")
endif()
hyperdb_install_pkg_config(hyperdb "${PROJECT_DESCRIPTION}" "${HYPERDB_PC_ALL} = ${PROJECT_VERSION}" "" "")

# A package has its licence where the distribution wants it.
if(HYPERDB_DEBIAN_PACKAGE)
  include(HyperdbDebian)
else()
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/hyperdb")
endif()
