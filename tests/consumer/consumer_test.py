#!/usr/bin/env python3
"""HyperDB in other people's builds: installed, found, included, and quiet in all of these.

    consumer_test.py --cxx COMPILER --build FOLDER [--engine] [TEST...]

FOLDER is a build of HyperDB with the library in it; what the tests install comes from there. With --engine the library
is also built by others: by `make install`, with its sources joined, and as a part of their projects, each source alone.
TEST is a name such as Installed.test_pkg_config.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]
options = None


def attempt(*command, **variables):
    """(exit code, output without line breaks: CMake wraps its messages)"""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env={**os.environ, **variables})
    return done.returncode, " ".join(done.stdout.split())


def run(*command, **variables):
    code, output = attempt(*command, **variables)
    if code != 0:
        raise AssertionError("%s\n%s" % (" ".join(command), output))
    return output


def configure_command(project, folder, *flags, cxx=None):
    return ("cmake", "-S", os.path.join(HERE, project), "-B", folder, "-G", "Ninja",
            "-DCMAKE_CXX_COMPILER=" + (cxx or options.cxx), "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *flags)


def configure(project, folder, *flags):
    query = os.path.join(folder, ".cmake", "api", "v1", "query")
    os.makedirs(query)
    open(os.path.join(query, "codemodel-v2"), "w", encoding="utf-8").close()
    return run(*configure_command(project, folder, *flags))


def targets_of(folder):
    """The names of all targets of a build that was configured."""
    reply = os.path.join(folder, ".cmake", "api", "v1", "reply")
    name = next(name for name in os.listdir(reply) if name.startswith("codemodel-v2"))
    with open(os.path.join(reply, name), encoding="utf-8") as file:
        model = json.load(file)
    return sorted(target["name"] for target in model["configurations"][0]["targets"])


def compile_commands(folder):
    """The words of each compiler command, by the source's path from our root."""
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
        return {os.path.relpath(os.path.realpath(entry["file"]), ROOT): entry["command"].split()
                for entry in json.load(file)}


def flags_of_program(folder, source="program.cpp"):
    """What the program's own file is compiled with, less what any C++20 project has."""
    words = compile_commands(folder)[os.path.join("tests", "consumer", source)][1:]
    kept = [word for word in words[:words.index("-o")] if not word.startswith("-std=")]
    return [word for word in kept if word not in ("-isystem", "-DHYPERDB_GCC_PROBED")]


class UserTest(unittest.TestCase):
    def run_program(self, program):
        """Runs the user's program over a file of its own."""
        with tempfile.TemporaryDirectory() as folder:
            said = run(program, os.path.join(folder, "notes.sqlite"))
            self.assertIn("called 2 times, n1 refused; 2 kept", said)
            self.assertEqual(["notes.sqlite"], os.listdir(folder))


class Installed(UserTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.prefix = os.path.join(cls.folder.name, "first")
        run("cmake", "--install", options.build, "--prefix", cls.prefix, DESTDIR="")
        # A package is not used where it was put at first.
        moved = os.path.join(cls.folder.name, "moved")
        os.rename(cls.prefix, moved)
        cls.prefix = moved

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def build_folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return os.path.join(folder.name, "build")

    def pkg_config(self, *arguments):
        return attempt("pkg-config", *arguments, PKG_CONFIG_PATH=os.path.join(self.prefix, "lib", "pkgconfig"))

    def test_find_package(self):
        build = self.build_folder()
        configure("find_package", build, "-DCMAKE_PREFIX_PATH=" + self.prefix)
        self.assertEqual(["program"], targets_of(build))
        self.assertEqual(["-DHYPERDB_WITH_SQLITE", os.path.join(self.prefix, "include")], flags_of_program(build))
        run("cmake", "--build", build)
        self.run_program(os.path.join(build, "program"))

    def test_the_core_alone_needs_no_sqlite(self):
        build = self.build_folder()
        configure("core", build, "-DCMAKE_PREFIX_PATH=" + self.prefix, "-DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON")
        self.assertEqual([os.path.join(self.prefix, "include")], flags_of_program(build, "in_memory.cpp"))
        run("cmake", "--build", build)
        program = os.path.join(build, "program")
        run(program)
        self.assertNotIn("sqlite", run("ldd", program))

    def test_a_driver_that_the_core_does_not_have_is_one_error_that_says_what_to_link(self):
        build = self.build_folder()
        configure("misled", build, "-DCMAKE_PREFIX_PATH=" + self.prefix)
        code, output = attempt("cmake", "--build", build)
        self.assertNotEqual(0, code)
        self.assertEqual(1, output.count(" error: "), output)
        self.assertIn("is unavailable: hyperdb: link the target hyperdb::sqlite or hyperdb::hyperdb;", output)

    def test_components_that_were_not_built_are_not_found(self):
        for wanted in ("core", "sqlite", "core sqlite", "core OPTIONAL_COMPONENTS other"):
            self.assertEqual(0, self.find("REQUIRED COMPONENTS " + wanted)[0], wanted)
        self.assertNotEqual(0, self.find("REQUIRED COMPONENTS core other")[0])

    def test_find_package_leaves_the_project_as_it_is(self):
        configure("leaks", self.build_folder(), "-DCMAKE_PREFIX_PATH=" + self.prefix)

    def test_nothing_that_is_installed_names_a_folder_of_this_machine(self):
        for folder, _, names in os.walk(self.prefix):
            for name in names:
                if name.endswith((".cmake", ".pc")):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        text = file.read()
                    self.assertNotIn(ROOT, text, name)
                    self.assertNotIn(self.folder.name, text, name)

    def test_without_sqlite_find_package_says_what_is_missing(self):
        output = self.refusal("-DCMAKE_PREFIX_PATH=" + self.prefix, "-DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON")
        self.assertIn("SQLite3", output)

    def test_headers_alone_are_installed(self):
        self.assertTrue(os.path.exists(os.path.join(self.prefix, "share", "doc", "hyperdb", "LICENSE")))
        installed = [name for _, _, names in os.walk(os.path.join(self.prefix, "include")) for name in names]
        ours = [name for _, _, names in os.walk(os.path.join(ROOT, "include")) for name in names]
        self.assertEqual(sorted(ours), sorted(installed))

    def test_printers_for_debuggers_are_installed(self):
        installed = os.listdir(os.path.join(self.prefix, "share", "hyperdb"))
        ours = [name for name in os.listdir(os.path.join(ROOT, "debug")) if name.endswith(".py")]
        self.assertEqual(sorted(ours), sorted(installed))

    @unittest.skipUnless(shutil.which("pkg-config"), "no pkg-config")
    def test_pkg_config(self):
        folder = self.build_folder()
        shutil.copytree(os.path.join(HERE, "pkg_config"), folder)
        shutil.copy(os.path.join(HERE, "program.cpp"), os.path.dirname(folder))
        # Headers by -I, not -isystem: what they say under a strict project's warnings is an error.
        flags = "-std=c++20 -O0 " + " ".join(STRICT)
        run("sh", "-c", "cd '%s' && sh build.sh" % folder, CXX=options.cxx, CXXFLAGS=flags,
            PKG_CONFIG_PATH=os.path.join(self.prefix, "lib", "pkgconfig"))
        self.run_program(os.path.join(folder, "program"))

    @unittest.skipUnless(shutil.which("pkg-config"), "no pkg-config")
    def test_pkg_config_gives_a_folder_the_library_sqlite_and_threads(self):
        folders = ["-I" + os.path.join(self.prefix, "include"), "-L" + os.path.join(self.prefix, "lib")]
        core = [*folders, "-lhyperdb", "-pthread"]
        all_of_it = ["-DHYPERDB_WITH_SQLITE", *folders, "-lhyperdb_sqlite", "-lsqlite3", "-lhyperdb", "-pthread"]
        for name, expected in (("hyperdb", all_of_it), ("hyperdb-sqlite", all_of_it), ("hyperdb-core", core)):
            code, flags = self.pkg_config("--cflags", "--libs", name)
            self.assertEqual(0, code, flags)
            words = [os.path.normpath(word) if "/" in word else word for word in flags.split()]
            self.assertEqual(expected, words)
        self.assertEqual((0, options.version), self.pkg_config("--modversion", "hyperdb"))
        self.assertNotEqual(0, self.pkg_config("--exists", "hyperdb >= 9")[0])

    def test_a_program_without_run_time_type_information(self):
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "program")
            run(options.cxx, "-std=c++20", "-O0", "-fno-rtti", "-fvisibility=hidden", "-Wall", "-Werror",
                "-DHYPERDB_WITH_SQLITE", "-I" + os.path.join(self.prefix, "include"),
                os.path.join(HERE, "program.cpp"), "-L" + os.path.join(self.prefix, "lib"), "-lhyperdb_sqlite",
                "-lhyperdb", "-lsqlite3", "-pthread", "-o", program)
            self.run_program(program)

    def find(self, wanted):
        """(exit code, output) of configuring a project that wants HyperDB in this way."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "CMakeLists.txt"), "w", encoding="utf-8") as file:
                file.write("cmake_minimum_required(VERSION 3.25)\nproject(app LANGUAGES CXX)\n"
                           "find_package(hyperdb %s)\n" % wanted)
            return attempt("cmake", "-S", folder, "-B", folder, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=" + options.cxx,
                           "-DCMAKE_PREFIX_PATH=" + self.prefix)

    def refusal(self, *flags, cxx=None):
        code, output = attempt(*configure_command("find_package", self.build_folder(), *flags, cxx=cxx))
        self.assertNotEqual(0, code)
        return output

    def test_another_version_is_refused(self):
        for wanted in ("0.2", "1.0", "0.0.9", "0.1.999"):
            code, output = self.find(wanted + " REQUIRED")
            self.assertNotEqual(0, code, wanted)
            self.assertIn('compatible with requested version "%s"' % wanted, output)
            self.assertIn("version: " + options.version, output)

    @unittest.skipUnless(shutil.which("g++-14") or shutil.which("clang++-19"), "no other compiler")
    def test_the_library_is_used_by_a_program_of_another_compiler(self):
        other = "clang++-19" if "g++" in os.path.basename(options.cxx).replace("clang++", "") else "g++-14"
        if not shutil.which(other):
            self.skipTest("no " + other)
        build = self.build_folder()
        said = run(*configure_command("find_package", build, "-DCMAKE_PREFIX_PATH=" + self.prefix, cxx=other))
        self.assertEqual(other.startswith("g++"), "is accepted" in said)
        run("cmake", "--build", build)
        self.run_program(os.path.join(build, "program"))

    @unittest.skipUnless(shutil.which("g++-12"), "no g++ 12")
    def test_find_package_refuses_a_compiler_that_the_headers_refuse(self):
        output = self.refusal("-DCMAKE_PREFIX_PATH=" + self.prefix, cxx="g++-12")
        self.assertIn("HyperDB refuses g++ 12", output)
        self.assertIn("it silently miscompiles C++20 coroutines", output)
        self.assertIn("-DCMAKE_CXX_COMPILER=clang++-19", output)


class Included(UserTest):
    """HyperDB as a part of another project."""

    CHECKOUT = "-DHYPERDB_CHECKOUT=" + ROOT

    def build_folder(self, name):
        """Where ccache finds the same paths as in the build of the Debian package, also relative ones."""
        folder = os.path.join(ROOT, "build", "consumer_" + name)
        shutil.rmtree(folder, ignore_errors=True)
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def include(self, project, *flags, own_flags=()):
        """Configures, checks what came with it, and gives the folder of the build."""
        build = self.build_folder(project + "_" + str(len(flags)))
        configure(project, build, self.CHECKOUT, "-DBUILD_TESTING=ON", *flags)
        libraries, definitions = ["hyperdb_core", "hyperdb_sqlite"], ["-DHYPERDB_WITH_SQLITE"]
        if "-DHYPERDB_SQLITE=OFF" in flags:
            libraries, definitions = ["hyperdb_core"], []
        self.assertEqual([*libraries, "program"], targets_of(build))
        self.assertEqual([*definitions, "-I" + os.path.join(ROOT, "include"), *own_flags], flags_of_program(build))
        sources = [path for path in compile_commands(build) if not path.startswith("src" + os.sep)]
        self.assertEqual([os.path.join("tests", "consumer", "program.cpp")], sources)
        return build

    def build_and_run(self, project, *flags, own_flags=()):
        ccache = shutil.which("ccache")
        build = self.include(
            project, "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O0 -DNDEBUG",
            "-DCMAKE_PROJECT_INCLUDE=" + os.path.join(HERE, "strict.cmake"),
            *(["-DCMAKE_CXX_COMPILER_LAUNCHER=" + ccache] if ccache else []), *flags,
            own_flags=["-O0", "-DNDEBUG", *own_flags, *STRICT])
        run("cmake", "--build", build, "--parallel", "2", CCACHE_BASEDIR=ROOT, CCACHE_NOHASHDIR="1")
        self.run_program(os.path.join(build, "program"))
        return build

    def test_a_subdirectory_brings_the_library_and_nothing_else(self):
        build = self.include("add_subdirectory")
        for path, words in compile_commands(build).items():
            self.assertEqual([], [word for word in words if word.startswith(("-W", "-O", "-g"))], path)

    def test_a_library_that_two_parts_of_a_project_bring_along_is_there_once(self):
        build = self.include("twice")
        sources = [path for path in compile_commands(build) if path.endswith("/executor.cpp")]
        self.assertEqual([os.path.join("src", "async", "executor.cpp")], sources)

    def test_a_subdirectory_leaves_the_project_as_it_is(self):
        configure("leaks", self.build_folder("leaks"), self.CHECKOUT)

    def test_fetched_content_brings_the_library_and_nothing_else(self):
        self.include("fetch_content")

    def test_without_boost_the_build_says_what_is_missing(self):
        code, output = attempt(*configure_command("add_subdirectory", self.build_folder("boost"), self.CHECKOUT,
                                                  "-DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON"))
        self.assertNotEqual(0, code)
        self.assertIn("HyperDB needs the headers of Boost 1.81 or newer", output)
        self.assertIn("libboost1.81-dev", output)

    def test_without_sqlite_the_build_says_what_is_missing_and_how_to_do_without(self):
        missing = "-DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON"
        command = configure_command("add_subdirectory", self.build_folder("sqlite"), self.CHECKOUT, missing)
        code, output = attempt(*command)
        self.assertNotEqual(0, code)
        self.assertIn("HyperDB's drivers over SQLite need SQLite 3.37 or newer", output)
        self.assertIn("libsqlite3-dev", output)
        self.assertIn("-DHYPERDB_SQLITE=OFF", output)
        build = self.include("add_subdirectory", missing, "-DHYPERDB_SQLITE=OFF")
        for path, words in compile_commands(build).items():
            self.assertNotIn("sqlite", " ".join(words), path)

    def test_what_is_installed_without_sqlite_or_shared_does_not_ask_for_it(self):
        for name, flag in (("without", "-DHYPERDB_SQLITE=OFF"), ("shared", "-DBUILD_SHARED_LIBS=ON")):
            build = self.build_folder(name)
            run("cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=" + options.cxx, flag,
                *["-DHYPERDB_BUILD_%s=OFF" % each for each in ("TESTS", "EXAMPLES", "BENCHMARKS", "CONFORMANCE")])
            for pc in (name for name in os.listdir(build) if name.endswith(".pc")):
                with open(os.path.join(build, pc), encoding="utf-8") as file:
                    self.assertNotIn("sqlite3", file.read(), (pc, flag))
            with open(os.path.join(build, "hyperdb-config.cmake"), encoding="utf-8") as file:
                self.assertRegex(file.read(), r"if\(OFF AND .*\)\s+find_dependency\(SQLite3\)", flag)

    def test_a_shared_library_can_be_a_part_of_a_project_that_hides_its_symbols(self):
        if not options.engine:
            self.skipTest("without --engine")
        build = self.build_and_run("fetch_content", "-DBUILD_SHARED_LIBS=ON", "-DCMAKE_CXX_VISIBILITY_PRESET=hidden",
                                   own_flags=["-fvisibility=hidden"])
        folder = os.path.join(build, "_deps", "hyperdb-build")
        for library, needs in (("libhyperdb.so.", self.assertNotIn), ("libhyperdb_sqlite.so.", self.assertIn)):
            path = os.path.join(folder, library + options.version.rpartition(".")[0])
            needs("libsqlite3", run("ldd", path))

    def test_a_subdirectory_builds_and_runs(self):
        if not options.engine:
            self.skipTest("without --engine")
        self.build_and_run("add_subdirectory")


class MakeInstall(UserTest):
    def setUp(self):
        if not options.engine:
            self.skipTest("without --engine")

    def make(self, *arguments):
        # A make above this one may have handed down variables and a job server.
        return run("make", "-C", ROOT, "--no-print-directory", *arguments, MAKEFLAGS="", MAKEOVERRIDES="", MFLAGS="")

    def test_make_install_and_make_uninstall(self):
        with tempfile.TemporaryDirectory() as folder:
            stage, build = os.path.join(folder, "stage"), os.path.join(folder, "build")
            other = os.path.join(stage, "opt", "lib", "libother.a")
            os.makedirs(os.path.dirname(other))
            open(other, "w", encoding="utf-8").close()
            self.make("install", "PREFIX=/opt", "DESTDIR=" + stage)
            configure("find_package", build, "-DCMAKE_PREFIX_PATH=" + os.path.join(stage, "opt"),
                      "-DCMAKE_BUILD_TYPE=Release")
            run("cmake", "--build", build)
            self.run_program(os.path.join(build, "program"))

            self.make("uninstall", "DESTDIR=" + stage)
            left = [os.path.join(where, name) for where, _, names in os.walk(stage) for name in names]
            self.assertEqual([other], left)
            folders = [name for _, names, _ in os.walk(stage) for name in names]
            self.assertNotIn("hyperdb", folders)
            code, output = attempt("make", "-C", ROOT, "uninstall", "DESTDIR=" + stage)
            self.assertNotEqual(0, code)
            self.assertIn("nothing was installed from here", output)


def version_of_project():
    with open(os.path.join(ROOT, "CMakeLists.txt"), encoding="utf-8") as file:
        return file.read().split("project(hyperdb VERSION ")[1].split()[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--engine", action="store_true")
    parser.add_argument("tests", nargs="*", metavar="TEST")
    options = parser.parse_args()
    options.version = version_of_project()
    result = unittest.main(argv=sys.argv[:1] + options.tests, exit=False, verbosity=2).result
    sys.exit(0 if result.wasSuccessful() else 1)
