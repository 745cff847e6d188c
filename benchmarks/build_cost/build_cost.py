#!/usr/bin/env python3
"""What the headers cost to compile: the programs of this folder against baseline.cpp, six standard headers.

    build_cost.py [--cxx COMPILER...] [--level O0 O2] [--rounds 5] [--include FOLDER] [--json FILE]

User time of `COMPILER -std=c++20 -c`, the least of several rounds; in each round every program is compiled once, so
that a machine that is busy for a while is busy for all of them. Without --cxx: clang++-19, and clang++-16 if there is
one. Exit status 0 whatever the ratios are: times are no test (tests/build_cost has one that always says the same).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BASELINE = "baseline"
# program: goal, as a multiple of the baseline's time at -O0
GOALS = {"one_table": 2.5, "ten_tables": 4.0}
PROGRAMS = [BASELINE] + list(GOALS)


def user_seconds(compiler, level, include, program):
    command = [compiler, "-std=c++20", "-" + level, "-I" + include, "-c", "-o", os.devnull,
               os.path.join(HERE, program + ".cpp")]
    process = subprocess.Popen(command)
    status, usage = os.wait4(process.pid, 0)[1:]
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit("build_cost: this failed: " + " ".join(command))
    return usage.ru_utime


def measure(compiler, level, options):
    """Seconds by program."""
    best = {}
    for _ in range(options.rounds):
        for program in PROGRAMS:
            seconds = user_seconds(compiler, level, options.include, program)
            best[program] = min(seconds, best.get(program, seconds))
    return best


def print_result(result):
    print("%s -%s: baseline %.2f s" % (result["compiler"], result["level"], result["seconds"][BASELINE]))
    for program, ratio in result["ratios"].items():
        goal = "; goal %.1f" % GOALS[program] if result["level"] == "O0" else ""
        print("  %-10s  %.2f s, %.2f times the baseline%s" % (program, result["seconds"][program], ratio, goal))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cxx", nargs="+", default=[])
    parser.add_argument("--level", nargs="+", default=["O0", "O2"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--include", default=os.path.join(HERE, "..", "..", "include"))
    parser.add_argument("--json", help="write the result there too")
    options = parser.parse_args()
    compilers = options.cxx or [name for name in ("clang++-19", "clang++-16") if shutil.which(name)]
    if not compilers:
        sys.exit("build_cost: no clang++-19 here; name a compiler with --cxx")
    results = []
    for compiler in compilers:
        for level in options.level:
            seconds = measure(compiler, level, options)
            ratios = {program: seconds[program] / seconds[BASELINE] for program in GOALS}
            results.append({"compiler": compiler, "level": level, "seconds": seconds, "ratios": ratios})
            print_result(results[-1])
            sys.stdout.flush()
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"goals": GOALS, "rounds": options.rounds, "results": results}, file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    main()
