# What the libraries themselves need: Boost's headers, SQLite and threads. Boost libraries are not linked.

if(EMSCRIPTEN)
  include(HyperdbEmscripten)
  hyperdb_find_boost_for_emscripten(HYPERDB_BOOST_INCLUDE_DIR)
  set(HYPERDB_THREADS "")
else()
  if(POLICY CMP0167)
    cmake_policy(SET CMP0167 NEW)  # Boost's own files instead of CMake's, which newer ones do not have
  endif()
  find_package(Boost 1.81 QUIET)
  if(NOT Boost_FOUND)
    message(FATAL_ERROR "HyperDB needs the headers of Boost 1.81 or newer (Debian 13: apt-get install "
                        "libboost-dev, Debian 12: libboost1.81-dev; set Boost_ROOT if they are somewhere else).")
  endif()
  set(HYPERDB_BOOST_INCLUDE_DIR "${Boost_INCLUDE_DIRS}")
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_package(Threads REQUIRED)
  set(HYPERDB_THREADS Threads::Threads)
endif()

if(HYPERDB_SQLITE)
  find_package(SQLite3 3.37 QUIET)
  if(NOT SQLite3_FOUND)
    message(FATAL_ERROR "HyperDB's drivers over SQLite need SQLite 3.37 or newer (Debian 12: apt-get install "
                        "libsqlite3-dev). -DHYPERDB_SQLITE=OFF builds HyperDB without them.")
  endif()
endif()
