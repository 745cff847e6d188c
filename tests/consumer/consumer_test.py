#!/usr/bin/env python3
"""HyperDB in other people's builds: found after installation, and quiet as a subdirectory.

    consumer_test.py --cxx COMPILER --build FOLDER      (a build of HyperDB with the library in it)
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
options = None


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError("%s\n%s" % (" ".join(command), done.stdout))
    return done.stdout


def configure(project, folder, *flags):
    return run("cmake", "-S", os.path.join(HERE, project), "-B", folder, "-G", "Ninja",
               "-DCMAKE_CXX_COMPILER=" + options.cxx, *flags)


class Consumer(unittest.TestCase):
    def test_an_installed_library_is_found_and_links(self):
        with tempfile.TemporaryDirectory() as folder:
            prefix, build = os.path.join(folder, "prefix"), os.path.join(folder, "build")
            run("cmake", "--install", options.build, "--prefix", prefix)
            configure("installed", build, "-DCMAKE_PREFIX_PATH=" + prefix)
            run("cmake", "--build", build)
            run(os.path.join(build, "program"))

    def test_a_subdirectory_brings_the_library_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            configure("subdirectory", folder)
            with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
                entries = json.load(file)
            sources = [os.path.relpath(os.path.realpath(entry["file"]), ROOT) for entry in entries]
            program = os.path.join("tests", "consumer", "program.cpp")
            self.assertIn(program, sources)
            self.assertEqual([], [path for path in sources if path != program and not path.startswith("src" + os.sep)])
            self.assertEqual([], [entry["file"] for entry in entries if " -W" in entry["command"]])
            command = next(entry["command"] for entry, path in zip(entries, sources) if path == program)
            self.assertEqual(1, command.count("-I") + command.count("-isystem"), command)
            self.assertNotIn("-D", command.replace("-DNDEBUG", ""))
            with open(os.path.join(folder, "build.ninja"), encoding="utf-8") as file:
                self.assertNotIn("hyperdb-conformance", file.read())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    sys.exit(0 if unittest.main(argv=sys.argv[:1], exit=False).result.wasSuccessful() else 1)
