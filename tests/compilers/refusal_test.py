#!/usr/bin/env python3
"""Compilers that miscompile coroutines are refused, with the reason, by CMake and by the header.

    refusal_test.py --cxx COMPILER        (the compiler of this build, which must be accepted)

Needs a g++ older than 13 or a Clang older than 16 to have something to refuse; ends with 77 (skipped) without.
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
PROBE = os.path.join(ROOT, "cmake", "gcc_coroutine_probe.cpp")
options = None


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)


def compile_header(compiler, *flags):
    return run(compiler, "-std=c++20", "-fsyntax-only", "-I" + os.path.join(ROOT, "include"), "-x", "c++", *flags,
               "-", input="#include <hyperdb/detail/compiler.hpp>\n")


def old_compiler(names, newest):
    """The first of these on the PATH whose version is older, or None."""
    for name in names:
        path = shutil.which(name)
        if path:
            version = re.match(r"\d+", run(path, "-dumpversion").stdout)
            if version and int(version.group(0)) < newest:
                return path
    return None


GCC = old_compiler(["g++", "g++-12", "g++-11", "g++-10"], 13)
CLANG = old_compiler(["clang++-15", "clang++-14", "clang++-13", "clang++"], 16)


class Refusal(unittest.TestCase):
    def configure(self, compiler):
        """What CMake says, without line breaks: it wraps messages."""
        with tempfile.TemporaryDirectory() as folder:
            done = run("cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=" + compiler)
            return done.returncode, " ".join(done.stdout.split())

    def assert_probe(self, compiler, accepted):
        with tempfile.TemporaryDirectory() as folder:
            for level in ("-O0", "-O2"):
                program = os.path.join(folder, "probe")
                good = run(compiler, "-std=c++20", level, PROBE, "-o", program).returncode == 0
                good = good and run(program).returncode == 0
                self.assertEqual(accepted, good, (compiler, level))

    def test_the_compiler_of_this_build_is_accepted(self):
        done = compile_header(options.cxx)
        self.assertEqual(0, done.returncode, done.stdout)

    def test_the_probe_passes_with_the_compiler_of_this_build(self):
        self.assert_probe(options.cxx, True)

    @unittest.skipUnless(GCC, "no g++ older than 13")
    def test_old_gcc_is_refused_by_the_header(self):
        for flags in ([], ["-DHYPERDB_GCC_PROBED"]):
            done = compile_header(GCC, *flags)
            self.assertNotEqual(0, done.returncode)
            self.assertIn("this GCC miscompiles coroutines", done.stdout)
            self.assertIn("use Clang 16 or GCC 14", done.stdout)

    @unittest.skipUnless(GCC, "no g++ older than 13")
    def test_old_gcc_is_refused_by_cmake(self):
        code, output = self.configure(GCC)
        self.assertNotEqual(0, code)
        self.assertIn("HyperDB refuses g++", output)
        self.assertIn("silently miscompiles C++20 coroutines", output)
        self.assertIn("-DCMAKE_CXX_COMPILER=clang++-19", output)

    @unittest.skipUnless(GCC, "no g++ older than 13")
    def test_old_gcc_fails_the_probe_that_admits_newer_ones(self):
        self.assert_probe(GCC, False)

    @unittest.skipUnless(GCC, "no g++ older than 13")
    def test_the_probe_names_the_pattern_that_failed(self):
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "probe")
            self.assertEqual(0, run(GCC, "-std=c++20", PROBE, "-o", program).returncode)
            self.assertIn("miscompiled: if (co_await ...) without a local variable\n", run(program).stdout)

    def test_a_gcc_that_was_never_tested_needs_the_probe(self):
        """Compilers that only pretend to be GCC: what the header says is up to its macros."""
        def pretend(major, *flags):
            return compile_header(options.cxx, "-U__clang__", "-U__GNUC__", "-D__GNUC__=%d" % major, *flags)

        for accepted in (13, 14, 15):
            self.assertEqual(0, pretend(accepted).returncode, accepted)
        refused = pretend(16)
        self.assertNotEqual(0, refused.returncode)
        self.assertIn("use Clang 16 to 19, GCC 14 or 15 (or see HYPERDB_GCC_PROBED)", refused.stdout)
        self.assertEqual(0, pretend(16, "-DHYPERDB_GCC_PROBED").returncode)

    @unittest.skipUnless(CLANG, "no Clang older than 16")
    def test_old_clang_is_refused(self):
        done = compile_header(CLANG)
        self.assertNotEqual(0, done.returncode)
        self.assertIn("Clang 16 is the oldest supported", done.stdout)
        code, output = self.configure(CLANG)
        self.assertNotEqual(0, code)
        self.assertIn("HyperDB needs Clang 16 or newer", output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cxx", required=True)
    options = parser.parse_args()
    result = unittest.main(argv=sys.argv[:1], exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(0 if GCC or CLANG else 77)
