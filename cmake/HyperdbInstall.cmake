# cmake --install: find_package(hyperdb) then gives hyperdb::core, and pkg-config knows hyperdb. Nothing that is
# installed names a folder of this machine, so that the whole can be moved.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(HYPERDB_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/hyperdb")
install(TARGETS hyperdb EXPORT hyperdb-targets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/hyperdb" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp")
# Printers for debuggers: docs/debugging.md.
install(FILES "${PROJECT_SOURCE_DIR}/debug/hyperdb_gdb.py" "${PROJECT_SOURCE_DIR}/debug/hyperdb_lldb.py"
  "${PROJECT_SOURCE_DIR}/debug/hyperdb_memory.py" DESTINATION "${CMAKE_INSTALL_DATADIR}/hyperdb")
install(EXPORT hyperdb-targets NAMESPACE hyperdb:: DESTINATION "${HYPERDB_CMAKE_DIR}")

# A static library does not know what it needs: who links it must be told.
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

# pkg-config. Folders are relative to that of hyperdb.pc, unless they were configured as absolute ones.
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
configure_file("${PROJECT_SOURCE_DIR}/cmake/hyperdb.pc.in" "${PROJECT_BINARY_DIR}/hyperdb.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/hyperdb.pc" DESTINATION "${HYPERDB_PC_DIR}")

# A package has its licence where the distribution wants it.
if(HYPERDB_DEBIAN_PACKAGE)
  include(HyperdbDebian)
else()
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/hyperdb")
endif()
