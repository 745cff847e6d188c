#!/usr/bin/env python3
"""Programs that must not compile: each wrong use is one readable error at the user's line.

    check.py --cxx COMPILER --include FOLDER [--include FOLDER...] [FILE...]

Each file of this folder holds

    // expect: text that the compiler must print       (one or more)
    // warning: name                                   (if it is a warning, "-Wname": it is taken as an error)
    ... // offending line                              (at most one: the error or its notes must name this line)

and compiles as it is when HYPERDB_WITHOUT_THE_ERROR is defined, which shows that it fails for this reason only. The
errors themselves (notes apart) may be two at most.
"""

import argparse
import os
import re
import subprocess
import sys

ERRORS_MAX = 2


def compile_file(options, path, flags):
    command = [options.cxx, "-std=c++20", "-fsyntax-only", "-fdiagnostics-color=never", "-Wall", "-Wextra"]
    command += ["-I" + folder for folder in options.include] + flags + [path]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def check_file(options, path):
    """Why the file is not what it should be, or nothing."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    expected = [line.split("// expect:", 1)[1].strip() for line in lines if "// expect:" in line]
    if not expected:
        return "has no '// expect:' line"
    if not any("HYPERDB_WITHOUT_THE_ERROR" in line for line in lines):
        return "does not say with HYPERDB_WITHOUT_THE_ERROR what would be right"
    warnings = ["-Werror=" + line.split("// warning:", 1)[1].strip() for line in lines if "// warning:" in line]
    code, output = compile_file(options, path, warnings + ["-DHYPERDB_WITHOUT_THE_ERROR"])
    if code != 0:
        return "does not compile without the error:\n" + output
    code, output = compile_file(options, path, warnings)
    if code == 0:
        return "compiles"
    missing = [text for text in expected if text not in output]
    if missing:
        return "the compiler does not say '%s':\n%s" % ("', '".join(missing), output)
    offending = [number for number, line in enumerate(lines, 1) if line.rstrip().endswith("// offending line")]
    for number in offending:
        if not re.search(re.escape(os.path.basename(path)) + ":%d:" % number, output):
            return "the errors do not name line %d:\n%s" % (number, output)
    count = len(re.findall(r": (?:fatal )?error: ", output))
    if count > ERRORS_MAX:
        return "%d errors, %d are allowed:\n%s" % (count, ERRORS_MAX, output)
    return None


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    files = options.files or sorted(os.path.join(here, name) for name in os.listdir(here) if name.endswith(".cpp"))
    failed = 0
    for path in files:
        reason = check_file(options, path)
        if reason:
            failed += 1
            print("%s: %s" % (path, reason))
    print("fail_to_compile: %d files, %d wrong" % (len(files), failed))
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
