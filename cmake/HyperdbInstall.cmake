# cmake --install: find_package(hyperdb) then gives hyperdb::core.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS hyperdb EXPORT hyperdb-targets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/hyperdb" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT hyperdb-targets NAMESPACE hyperdb:: DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/hyperdb")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/hyperdb-config.cmake.in"
  "${PROJECT_BINARY_DIR}/hyperdb-config.cmake" INSTALL_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/hyperdb")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/hyperdb-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/hyperdb-config.cmake" "${PROJECT_BINARY_DIR}/hyperdb-config-version.cmake"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/hyperdb")
