# `make install`: installs a build of the library, and keeps the list of what was installed for `make uninstall`.
#
#   [DESTDIR=<root>] cmake -DBUILD=<folder> -DPREFIX=<folder> -P cmake/install.cmake

if(NOT PREFIX)
  message(FATAL_ERROR "PREFIX is empty; it is the folder to install into, such as /usr/local")
endif()
get_filename_component(prefix "${PREFIX}" ABSOLUTE)
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}" RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "Could not install into $ENV{DESTDIR}${prefix}. `make install PREFIX=<folder>` installs into "
                      "another one, for which no root is needed.")
endif()
configure_file("${BUILD}/install_manifest.txt" "${BUILD}/installed_by_make.txt" COPYONLY)
