#!/usr/bin/env python3
"""Runs one fuzzer for a while, from its seeds and from what it found before, and says what came of it.

    HYPERDB_FUZZ_SECONDS=60 run.py --fuzzer build/fuzz/bin/fuzz_json --name json --output build/fuzz

HYPERDB_FUZZ_SECONDS says how long (15 s), HYPERDB_FUZZ_ARGS holds more options for libFuzzer, HYPERDB_TEST_SEED makes
it choose as before. Exit status 0: nothing was found (with --expect-crash: something was). 1: an input broke it.
"""

import argparse
import hashlib
import os
import re
import shlex
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def split_scenarios(folder, into):
    """Files of one scenario each, from files with one a line: a fuzzer works with small inputs."""
    os.makedirs(into, exist_ok=True)
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for line in file:
                scenario = line.strip().rstrip(",")
                if scenario in ("[", "]", ""):
                    continue
                text = ("[%s]" % scenario).encode("utf-8")
                with open(os.path.join(into, hashlib.sha1(text).hexdigest()), "wb") as seed:
                    seed.write(text)
    return into


def seed_folders(options):
    folders = [os.path.join(HERE, kind, options.name) for kind in ("corpus", "regressions")]
    if options.scenarios:
        folders.append(split_scenarios(options.scenarios, os.path.join(options.output, "seeds", options.name)))
    return [folder for folder in folders if os.path.isdir(folder)]


def command(options, found, crashes):
    seconds = int(os.environ.get("HYPERDB_FUZZ_SECONDS", "15"))
    arguments = [options.fuzzer, "-max_total_time=%d" % seconds, "-timeout=30", "-rss_limit_mb=2048",
                 "-print_final_stats=1", "-artifact_prefix=" + crashes + os.sep]
    dictionary = os.path.join(HERE, options.name + ".dict")
    if os.path.exists(dictionary):
        arguments.append("-dict=" + dictionary)
    if os.environ.get("HYPERDB_TEST_SEED"):
        arguments.append("-seed=" + os.environ["HYPERDB_TEST_SEED"])
    arguments += shlex.split(os.environ.get("HYPERDB_FUZZ_ARGS", ""))
    return arguments + [found] + seed_folders(options)


def summary(name, output, seconds):
    executions = re.findall(r"stat::number_of_executed_units:\s*(\d+)", output)
    coverage = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", output)
    counters = re.findall(r"\((\d+) inline 8-bit counters\)", output)
    return "%s: %s runs in %d s, %s of %s edges, %s features, %s inputs kept" % (
        name, executions[-1] if executions else "?", seconds, coverage[-1][0] if coverage else "?",
        counters[0] if counters else "?", *(coverage[-1][1:] if coverage else ("?", "?")))


def explain_crash(options, output, crashes):
    print("\n".join(output.splitlines()[-60:]))
    saved = re.findall(r"Test unit written to (\S+)", output)
    path = os.path.relpath(saved[-1]) if saved else crashes
    print("\n%s: broken. The input is %s\nAgain:         %s %s" % (
        options.name, path, os.path.relpath(options.fuzzer), path))
    print("Make it small: %s -minimize_crash=1 -max_total_time=60 %s" % (os.path.relpath(options.fuzzer), path))
    print("When it is mended, keep the input in tests/fuzz/regressions/%s/: every build replays it." % options.name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fuzzer", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--output", required=True, help="where found inputs and crashes are left")
    parser.add_argument("--scenarios", help="a folder of conformance scenarios to start from")
    parser.add_argument("--expect-crash", action="store_true")
    options = parser.parse_args()

    found = os.path.join(options.output, "found", options.name)
    crashes = os.path.join(options.output, "crashes", options.name)
    os.makedirs(found, exist_ok=True)
    os.makedirs(crashes, exist_ok=True)
    start = time.monotonic()
    done = subprocess.run(command(options, found, crashes), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    seconds = time.monotonic() - start
    output = done.stdout.decode("utf-8", "replace")
    with open(os.path.join(options.output, "found", options.name + ".log"), "w", encoding="utf-8") as log:
        log.write(output)

    line = summary(options.name, output, seconds)
    if options.expect_crash:
        is_good = done.returncode != 0 and "broken: nobody says bug" in output
        line = "%s: the bug was %s after %.1f s" % (options.name, "found" if is_good else "NOT found", seconds)
    else:
        is_good = done.returncode == 0
        if not is_good:
            explain_crash(options, output, crashes)
    with open(os.path.join(options.output, "found", options.name + ".summary"), "w", encoding="utf-8") as file:
        file.write(line + "\n")
    print(line)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
