#!/usr/bin/env python3
"""The programs of benchmarks/build_cost stay cheap to compile: what the compiler has to do is counted, not timed.

    budget.py --cxx COMPILER --include FOLDER

For each program, as a multiple of baseline.cpp, or as it is:
  declarations  everything that was parsed or instantiated, `-print-stats`
  functions     that are translated to machine code at -O0
And no header that is costly may come in which the baseline does not have. `make bench-build` measures times.
"""

import argparse
import os
import re
import subprocess
import sys

SKIPPED = 77
PROGRAMS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
                        "benchmarks", "build_cost")
# What is there today (2.0 and 2.45, with the drivers over files, lists of values, lookups by id, `modify`, nullable
# columns and exact operands), and some air. A budget that is broken for a reason may be raised, with the reason.
DECLARATIONS_MAX = {"one_table": 2.1, "ten_tables": 2.55}  # times the baseline's
FUNCTIONS_MAX = {"one_table": 550, "ten_tables": 2950}
COSTLY_HEADERS = {"any", "charconv", "chrono", "condition_variable", "deque", "filesystem", "format", "fstream",
                  "future", "iostream", "istream", "list", "locale", "mutex", "ostream", "queue", "random", "ranges",
                  "regex", "set", "sstream", "thread", "unordered_set"}


def look_at(options, program):
    """Declarations, functions and the names of all headers of one program."""
    command = [options.cxx, "-std=c++20", "-O0", "-S", "-emit-llvm", "-o", "-", "-H", "-Xclang", "-print-stats",
               "-I" + options.include, os.path.join(PROGRAMS, program + ".cpp")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit("%s does not compile:\n%s" % (program, done.stderr))
    declarations = int(re.search(r"^\s*(\d+) decls total\.", done.stderr, re.MULTILINE).group(1))
    functions = len(re.findall(r"^define ", done.stdout, re.MULTILINE))
    headers = {os.path.basename(line.split()[-1]) for line in done.stderr.split("\n") if re.match(r"\.+ ", line)}
    return declarations, functions, headers


def check(program, measured, baseline):
    """Messages, one for each budget that is broken."""
    declarations, functions, headers = measured
    multiple = declarations / baseline[0]
    print("%s: %.2f times the baseline's declarations, %d functions" % (program, multiple, functions))
    if multiple > DECLARATIONS_MAX[program]:
        yield "%s: %.2f times the baseline's declarations, %.2f are allowed" % (
            program, multiple, DECLARATIONS_MAX[program])
    if functions > FUNCTIONS_MAX[program]:
        yield "%s: %d functions, %d are allowed" % (program, functions, FUNCTIONS_MAX[program])
    for name in sorted((headers - baseline[2]) & COSTLY_HEADERS):
        yield "%s: brings in <%s>" % (program, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--include", required=True)
    options = parser.parse_args()
    version = subprocess.run([options.cxx, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    if "clang" not in version:
        print("build_cost: only Clang says what it did")
        return SKIPPED
    baseline = look_at(options, "baseline")
    messages = [message for program in DECLARATIONS_MAX
                for message in check(program, look_at(options, program), baseline)]
    for message in messages:
        print(message)
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
