# The Debian package libhyperdb-dev, by CPack. `make package` configures with the preset `package`, whose prefix is
# /usr, so that GNUInstallDirs gives Debian's folders; they can't be changed after that.

if(BUILD_SHARED_LIBS)
  message(FATAL_ERROR "HyperDB's Debian package holds the static libraries; configure it without BUILD_SHARED_LIBS.")
endif()
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  message(FATAL_ERROR "HyperDB's Debian package is made with -DCMAKE_INSTALL_PREFIX=/usr (see `make package`).")
endif()

set(HYPERDB_DEBIAN_NAME libhyperdb-dev)
set(HYPERDB_DEBIAN_DOC_DIR "${CMAKE_INSTALL_DATAROOTDIR}/doc/${HYPERDB_DEBIAN_NAME}")
install(FILES "${PROJECT_SOURCE_DIR}/packaging/debian/copyright" DESTINATION "${HYPERDB_DEBIAN_DOC_DIR}")
# Policy wants the changelog compressed, without time and name, so that the same source gives the same package.
set(HYPERDB_DEBIAN_CHANGELOG "${PROJECT_BINARY_DIR}/changelog.gz")
execute_process(COMMAND gzip -9nc "${PROJECT_SOURCE_DIR}/packaging/debian/changelog"
  OUTPUT_FILE "${HYPERDB_DEBIAN_CHANGELOG}" COMMAND_ERROR_IS_FATAL ANY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/packaging/debian/changelog")
install(FILES "${HYPERDB_DEBIAN_CHANGELOG}" DESTINATION "${HYPERDB_DEBIAN_DOC_DIR}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME "${HYPERDB_DEBIAN_NAME}")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "HyperDB for C++ contributors <maintainers@users.noreply.b-seed-f0175a4f.example>")
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libstdc++-12-dev | libstdc++-dev, libsqlite3-dev (>= 3.37)")
# g++ 12, Debian 12's own compiler, is refused by the headers.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "g++-14 | clang-19 | clang-16 | clang (>= 1:16)")
# Only hyperdb/describe.hpp needs Boost.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libboost1.81-dev | libboost-dev (>= 1.81), cmake, pkg-config")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "reactive database for C++20 (development files)")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"HyperDB is a database inside a program: typed tables with ordered indexes, reads
and writes written as coroutines, and query results that stay live. A result is
run again when a commit touched a range of keys that it had read. Tables are kept
in memory, in SQLite files, or in both.

This package holds the headers, the static libraries, the files by which CMake
(find_package) and pkg-config find them, and pretty-printers for gdb and lldb.")
# Whatever the builder's umask.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES OFF)
include(CPack)
