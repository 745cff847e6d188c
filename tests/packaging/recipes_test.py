#!/usr/bin/env python3
"""The recipes in packaging/: one version everywhere, well-formed, and naming only what exists.

vcpkg and Conan are not run here: their commands are stood in for by stubs that record what they are told.
"""

import ast
import json
import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VCPKG_COMMANDS = ["vcpkg_cmake_configure", "vcpkg_cmake_install", "vcpkg_cmake_config_fixup", "vcpkg_fixup_pkgconfig",
                  "vcpkg_install_copyright"]


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def assigned(path):
    """The constants that the class in a conanfile.py assigns."""
    cls = next(node for node in ast.parse(read(*path)).body if isinstance(node, ast.ClassDef))
    return {node.targets[0].id: ast.literal_eval(node.value) for node in cls.body if isinstance(node, ast.Assign)}


def cmake_options():
    return set(re.findall(r"^option\((HYPERDB_\w+)", read("CMakeLists.txt"), re.MULTILINE))


class Recipes(unittest.TestCase):
    def test_one_version_everywhere(self):
        version = re.search(r"project\(hyperdb VERSION (\S+)", read("CMakeLists.txt")).group(1)
        found = {
            "CHANGELOG.md": re.search(r"^## (?:Unreleased \()?(\d+\.\d+\.\d+)", read("CHANGELOG.md"), re.M).group(1),
            "vcpkg.json": json.loads(read("packaging", "vcpkg", "hyperdb", "vcpkg.json"))["version"],
            "conanfile.py": assigned(("packaging", "conan", "conanfile.py"))["version"],
            "changelog": re.match(r"libhyperdb-dev \((.*?)\)", read("packaging", "debian", "changelog")).group(1),
        }
        self.assertEqual({name: version for name in found}, found)

    def test_one_description_and_one_licence(self):
        description = re.search(r'DESCRIPTION "(.*?)"', read("CMakeLists.txt")).group(1)
        manifest = json.loads(read("packaging", "vcpkg", "hyperdb", "vcpkg.json"))
        recipe = assigned(("packaging", "conan", "conanfile.py"))
        self.assertEqual([description] * 2, [manifest["description"], recipe["description"]])
        self.assertEqual(["MIT"] * 2, [manifest["license"], recipe["license"]])
        text = " ".join(read("LICENSE").split("\n\n", 2)[2].split())
        debian = " ".join(read("packaging", "debian", "copyright").replace("\n .\n", "\n").split())
        self.assertTrue(debian.endswith(text))

    def test_recipes_name_options_that_exist(self):
        options = cmake_options()
        port = set(re.findall(r"-D(HYPERDB_\w+)=", read("packaging", "vcpkg", "hyperdb", "portfile.cmake")))
        recipe = read("packaging", "conan", "conanfile.py")
        names = re.search(r"for name in \((.*?)\)", recipe).group(1)
        conan = {"HYPERDB_BUILD_" + name for name in re.findall(r"\w+", names)} | {"HYPERDB_INSTALL"}
        self.assertEqual(port, conan)
        self.assertEqual(set(), port - options)
        # Nothing that defaults to ON at top level is forgotten.
        self.assertEqual({name for name in options if name.startswith("HYPERDB_BUILD_")}, port - {"HYPERDB_INSTALL"})

    def test_recipes_bring_sqlite_as_new_as_the_build_wants_it(self):
        wanted = re.search(r"find_package\(SQLite3 (\S+)", read("cmake", "HyperdbDependencies.cmake")).group(1)
        self.assertIn("sqlite3", json.loads(read("packaging", "vcpkg", "hyperdb", "vcpkg.json"))["dependencies"])
        self.assertIn('self.requires("sqlite3/[>=%s <4]")' % wanted, read("packaging", "conan", "conanfile.py"))
        self.assertIn("libsqlite3-dev (>= %s)" % wanted, read("cmake", "HyperdbDebian.cmake"))

    def test_the_conan_recipe_takes_all_that_the_build_reads(self):
        patterns = re.search(r"for pattern in \((.*?)\)", read("packaging", "conan", "conanfile.py")).group(1)
        for pattern in re.findall(r'"(.*?)"', patterns):
            self.assertTrue(os.path.exists(os.path.join(ROOT, pattern.removesuffix("/*"))), pattern)
        with tempfile.TemporaryDirectory() as folder:
            for pattern in re.findall(r'"(.*?)"', patterns):
                os.symlink(os.path.join(ROOT, pattern.removesuffix("/*")),
                           os.path.join(folder, pattern.removesuffix("/*")))
            flags = ["-D%s=OFF" % name for name in cmake_options() if name.startswith("HYPERDB_BUILD_")]
            done = subprocess.run(["cmake", "-S", folder, "-B", os.path.join(folder, "build"), "-G", "Ninja",
                                   "-DCMAKE_CXX_COMPILER=clang++-19", *flags], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            self.assertEqual(0, done.returncode, done.stdout)

    def test_the_conan_recipes_are_python(self):
        for path in (("conanfile.py",), ("test_package", "conanfile.py")):
            compile(read("packaging", "conan", *path), "/".join(path), "exec")
        program = re.search(r"add_executable\(program (\S+)\)", read("packaging", "conan", "test_package",
                                                                    "CMakeLists.txt")).group(1)
        self.assertTrue(os.path.exists(os.path.join(ROOT, "packaging", "conan", "test_package", program)))

    def test_the_port_runs_and_names_files_that_exist(self):
        """portfile.cmake under cmake -P, with vcpkg's commands as stubs that print their arguments."""
        port = os.path.join(ROOT, "packaging", "vcpkg", "hyperdb")
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "run.cmake")
            with open(script, "w", encoding="utf-8") as file:
                for command in VCPKG_COMMANDS:
                    file.write('function(%s)\nmessage(STATUS "%s ${ARGV}")\nendfunction()\n' % (command, command))
                file.write('set(PORT hyperdb)\nset(CURRENT_PACKAGES_DIR "%s/package")\n' % folder)
                file.write('include("%s/portfile.cmake")\n' % port)
            done = subprocess.run(["cmake", "-P", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  check=False)
            self.assertEqual(0, done.returncode, done.stdout)
            said = [line.removeprefix("-- ").split()[0] for line in done.stdout.splitlines() if "vcpkg_" in line]
            self.assertEqual(VCPKG_COMMANDS, said)
            self.assertIn("SOURCE_PATH;%s;" % ROOT, done.stdout)
            self.assertIn("FILE_LIST;" + os.path.join(ROOT, "LICENSE"), done.stdout)
            self.assertTrue(os.path.exists(os.path.join(folder, "package", "share", "hyperdb", "usage")))


if __name__ == "__main__":
    unittest.main()
