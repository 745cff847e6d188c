"""A Conan 2 recipe that builds the checkout that it is a part of.

    conan create packaging/conan --settings compiler.cppstd=20
"""

import os

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, rmdir
from conan.tools.scm import Version


class HyperdbConan(ConanFile):
    name = "hyperdb"
    version = "0.1.0"
    description = "A reactive database for C++20"
    license = "MIT"
    topics = ("database", "reactive", "sqlite", "coroutines")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {"shared": False, "fPIC": True, "boost/*:header_only": True}
    implements = ["auto_shared_fpic"]
    generators = "CMakeDeps"

    def export_sources(self):
        root = os.path.dirname(os.path.dirname(self.recipe_folder))
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "debug/*", "include/*", "src/*"):
            copy(self, pattern, src=root, dst=self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        # Headers for the engine's own files; a program needs them for hyperdb/describe.hpp only.
        self.requires("boost/[>=1.81 <2]", headers=True, libs=False)
        self.requires("sqlite3/[>=3.37 <4]")

    def validate(self):
        check_min_cppstd(self, 20)
        compiler, version = str(self.settings.compiler), Version(self.settings.compiler.version)
        if compiler == "gcc" and version < "13":
            raise ConanInvalidConfiguration("HyperDB refuses g++ 12 and older: they miscompile C++20 coroutines")
        if compiler == "clang" and version < "16":
            raise ConanInvalidConfiguration("HyperDB needs Clang 16 or newer")
        if compiler not in ("clang", "gcc"):
            raise ConanInvalidConfiguration("HyperDB was never tested with " + compiler)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for name in ("TESTS", "EXAMPLES", "BENCHMARKS", "CONFORMANCE"):
            toolchain.cache_variables["HYPERDB_BUILD_" + name] = False
        toolchain.cache_variables["HYPERDB_INSTALL"] = True
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        # Conan writes the files for CMake and pkg-config itself.
        for folder in ("cmake", "pkgconfig"):
            rmdir(self, os.path.join(self.package_folder, "lib", folder))
        rmdir(self, os.path.join(self.package_folder, "share", "doc"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "hyperdb")
        self.cpp_info.set_property("cmake_target_name", "hyperdb::hyperdb")
        self.cpp_info.set_property("pkg_config_name", "hyperdb")
        core, sqlite = self.cpp_info.components["core"], self.cpp_info.components["sqlite"]
        core.libs, sqlite.libs = ["hyperdb"], ["hyperdb_sqlite"]
        core.requires, sqlite.requires = ["boost::headers"], ["core", "sqlite3::sqlite3"]
        sqlite.defines = ["HYPERDB_WITH_SQLITE"]
        for name, component in (("core", core), ("sqlite", sqlite)):
            component.set_property("cmake_target_name", "hyperdb::" + name)
            component.set_property("pkg_config_name", "hyperdb-" + name)
        if self.settings.compiler == "gcc":
            core.defines = ["HYPERDB_GCC_PROBED"]
        if self.settings.os == "Linux":
            core.system_libs = ["pthread"]
