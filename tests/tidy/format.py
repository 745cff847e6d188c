#!/usr/bin/env python3
"""Compares every C++ file with what clang-format makes of it (.clang-format), and says which differ.

usage: format.py [--fix] [--root FOLDER]
Needs clang-format 19: other releases break lines elsewhere. Ends with 77 ("skipped") where it is missing.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

FOLDERS = ("include", "src", "tests", "examples", "benchmarks", "cmake")


def cpp_files(root):
    for folder in FOLDERS:
        for place, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = [name for name in folders if name not in ("data", "node_modules")]
            yield from (os.path.join(place, name) for name in names if name.endswith((".hpp", ".cpp")))


def differing(root, program, fix=False):
    """Returns the files that differ, relative to `root`; with `fix` it rewrites them."""
    files = sorted(cpp_files(root))
    if not files:
        raise SystemExit(f"format.py: {root}: there are no C++ files")
    checked = subprocess.run([program, "--dry-run", "-Werror", *files], cwd=root, capture_output=True, text=True)
    found = {os.path.relpath(match, root) for match in re.findall(r"^(.+?):\d+:\d+: error", checked.stderr, re.M)}
    if checked.returncode != 0 and not found:
        raise SystemExit(f"format.py: clang-format failed:\n{checked.stderr}")
    if fix and found:
        subprocess.run([program, "-i", *sorted(found)], cwd=root, check=True)
    return sorted(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    parser.add_argument("--fix", action="store_true", help="rewrite the files that differ")
    options = parser.parse_args()
    program = shutil.which("clang-format-19")
    if not program:
        print("format.py: clang-format-19 is missing (make setup)")
        return 77
    files = differing(os.path.abspath(options.root), program, options.fix)
    for name in files:
        print(f"{name}: {'formatted' if options.fix else 'not formatted (make format)'}")
    return 0 if options.fix or not files else 1


if __name__ == "__main__":
    sys.exit(main())
