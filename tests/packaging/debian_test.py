#!/usr/bin/env python3
"""The Debian package that `make package` leaves in build/: its fields, its files, and a program built against it.

    debian_test.py --cxx COMPILER        ends with 77 (skipped) where there is no dpkg-deb
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
options = None


def run(*command, **variables):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env={**os.environ, **variables})
    if done.returncode != 0:
        raise AssertionError("%s\n%s" % (" ".join(command), done.stdout))
    return done.stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(ROOT, "CMakeLists.txt"), encoding="utf-8") as file:
            cls.version = re.search(r"project\(hyperdb VERSION (\S+)", file.read()).group(1)
        cls.architecture = run("dpkg", "--print-architecture").strip()
        cls.path = os.path.join(ROOT, "build", "libhyperdb-dev_%s_%s.deb" % (cls.version, cls.architecture))
        if os.path.exists(cls.path):
            os.remove(cls.path)
        run("make", "-C", ROOT, "--no-print-directory", "package", MAKEFLAGS="", MAKEOVERRIDES="", MFLAGS="")
        cls.folder = tempfile.TemporaryDirectory()
        run("dpkg-deb", "-x", cls.path, cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def field(self, name):
        return run("dpkg-deb", "--field", self.path, name).strip()

    def test_fields(self):
        self.assertEqual(["libhyperdb-dev", self.version, "libdevel", self.architecture],
                         [self.field(name) for name in ("Package", "Version", "Section", "Architecture")])
        self.assertRegex(self.field("Maintainer"), r"^.+ <\S+@\S+>$")
        self.assertRegex(self.field("Description"), r"^reactive database.*\n HyperDB is")

    def test_boost_is_suggested_only(self):
        self.assertNotIn("boost", self.field("Depends") + self.field("Recommends"))
        self.assertIn("libboost1.81-dev", self.field("Suggests"))

    def test_sqlite_comes_with_it(self):
        self.assertRegex(self.field("Depends"), r"\blibsqlite3-dev \(>= 3\.37\)")

    def test_files_are_where_debian_wants_them(self):
        listed = [line.split(None, 5) for line in run("dpkg-deb", "-c", self.path).splitlines()]
        self.assertEqual({"root/root"}, {words[1] for words in listed})
        self.assertEqual({"drwxr-xr-x", "-rw-r--r--"}, {words[0] for words in listed})
        files = [words[5].removeprefix("./") for words in listed if not words[5].endswith("/")]
        triplet = run(options.cxx, "-dumpmachine").strip().replace("-pc-", "-").replace("-unknown-", "-")
        library = "usr/lib/" + triplet
        for path in ("usr/include/hyperdb/hyperdb.hpp", library + "/libhyperdb.a", library + "/libhyperdb_sqlite.a",
                     library + "/pkgconfig/hyperdb.pc", library + "/pkgconfig/hyperdb-core.pc",
                     library + "/pkgconfig/hyperdb-sqlite.pc",
                     library + "/cmake/hyperdb/hyperdb-config.cmake", "usr/share/doc/libhyperdb-dev/copyright",
                     "usr/share/doc/libhyperdb-dev/changelog.gz", "usr/share/hyperdb/hyperdb_gdb.py"):
            self.assertIn(path, files)
        allowed = ("usr/include/hyperdb/", library + "/", "usr/share/doc/libhyperdb-dev/", "usr/share/hyperdb/")
        self.assertEqual([], [path for path in files if not path.startswith(allowed)])

    def test_a_program_is_built_against_it(self):
        with tempfile.TemporaryDirectory() as build:
            run("cmake", "-S", os.path.join(ROOT, "tests", "consumer", "find_package"), "-B", build, "-G", "Ninja",
                "-DCMAKE_CXX_COMPILER=" + options.cxx,
                "-DCMAKE_PREFIX_PATH=" + os.path.join(self.folder.name, "usr"))
            run("cmake", "--build", build)
            said = run(os.path.join(build, "program"), os.path.join(build, "notes.sqlite"))
            self.assertIn("called 2 times, n1 refused; 2 kept", said)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cxx", required=True)
    options = parser.parse_args()
    if not shutil.which("dpkg-deb"):
        sys.exit(77)
    sys.exit(0 if unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result.wasSuccessful() else 1)
