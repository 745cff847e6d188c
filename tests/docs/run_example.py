#!/usr/bin/env python3
"""Runs an example program as a test: it must end with 0 and print what expected.txt beside it says.

    run_example.py [--expected FILE] -- PROGRAM [ARGUMENT...]
"""

import argparse
import difflib
import subprocess
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--expected", help="file with the exact output")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    done = subprocess.run(options.command, stdout=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode != 0:
        print(done.stdout)
        print("%s ended with %d" % (options.command[0], done.returncode))
        return 1
    if not options.expected:
        return 0
    with open(options.expected, encoding="utf-8") as file:
        expected = file.read()
    if done.stdout == expected:
        return 0
    sys.stdout.writelines(difflib.unified_diff(expected.splitlines(keepends=True),
                                               done.stdout.splitlines(keepends=True), options.expected, "printed"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
