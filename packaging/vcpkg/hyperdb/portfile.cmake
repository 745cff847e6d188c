# An overlay port: it builds the checkout that it is a part of.
#
#   vcpkg install hyperdb --overlay-ports=<checkout>/packaging/vcpkg

get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    -DHYPERDB_BUILD_TESTS=OFF
    -DHYPERDB_BUILD_EXAMPLES=OFF
    -DHYPERDB_BUILD_BENCHMARKS=OFF
    -DHYPERDB_BUILD_CONFORMANCE=OFF
    -DHYPERDB_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME hyperdb CONFIG_PATH lib/cmake/hyperdb)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE
  "${CURRENT_PACKAGES_DIR}/debug/include"
  "${CURRENT_PACKAGES_DIR}/debug/share"
  "${CURRENT_PACKAGES_DIR}/share/doc")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
