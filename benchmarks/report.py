#!/usr/bin/env python3
"""Runs the benchmarks, and says how they stand to their floors and goals (goals.json).

    report.py [--program build/bin/hyperdb_bench] [--json build/bench.json] [--from FILE] [--markdown] [FLAG...]

All other flags go to the program, after the ones below: `--benchmark_filter=fanout`, `--benchmark_repetitions=9`.
Figures are medians over the repetitions, which are run in random order so that a slow minute of the machine does not
fall on one workload. `--from` prints the table of an earlier run; `--markdown` prints it with machine and date.

Exit status 0: there are figures, whether the goals are met or not. 1: a benchmark failed, or there are no figures.
"""

import argparse
import os
import platform
import re
import shlex
import subprocess
import sys

import bench_results
from bench_results import BadResults, figure

ROOT = os.path.dirname(bench_results.HERE)
DEFAULT_FLAGS = ["--benchmark_repetitions=5", "--benchmark_min_time=0.1",
                 "--benchmark_enable_random_interleaving=true"]
# With these the program only says something; there is nothing to report.
PASSED_THROUGH = re.compile(r"^--benchmark_list_tests(=.*)?$")
HEADER = ["workload", "ours", "against", "its figure", "unit", "ratio", "goal", "verdict", "spread", "ranges compared",
          "rows examined"]


def run(program, json_path, flags):
    """Runs the program with its results in json_path. Raises BadResults when it does not end well."""
    os.makedirs(os.path.dirname(os.path.abspath(json_path)), exist_ok=True)
    if os.path.exists(json_path):
        os.remove(json_path)
    command = [program] + DEFAULT_FLAGS + flags
    command += ["--benchmark_out=" + json_path, "--benchmark_out_format=json"]
    print("running %s" % " ".join(shlex.quote(os.path.relpath(word) if word == program else word)
                                  for word in command), file=sys.stderr)
    print("(all of it takes about five minutes on a quiet machine)", file=sys.stderr)
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                              check=False)
    except OSError as error:
        raise BadResults("the benchmarks can't be run: %s" % error) from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-5:]
        how = "was ended by signal %d" % -done.returncode if done.returncode < 0 else "ended with %d" % done.returncode
        raise BadResults("the benchmarks failed: the program %s\n  %s" % (how, "\n  ".join(said)))


def goal_text(goal):
    if goal is None:
        return ""
    if goal.get("runs"):
        return "runs"
    return "<= " + goal.get("written", "%g" % goal["at_most"])


def row_of(ours, against_name, against, goal):
    ratio = ours.median / against.median if against and against.median else None
    verdict = ""
    if goal and goal.get("runs"):
        verdict = "met"
    elif goal and ratio is not None:
        verdict = "met" if ratio <= goal["at_most"] else "MISSED"
    elif goal:
        verdict = "not measured"
    return {"ours": ours, "against": against_name if against or goal else "", "other": against, "ratio": ratio,
            "goal": goal, "verdict": verdict}


def reading_order(name, goals):
    """Workloads in the order of the goals, whatever the order in which they were run; by parameter within one."""
    workloads = list(dict.fromkeys(goal["workload"].split("/")[0] for goal in goals))
    words = name.split("/")
    place = workloads.index(words[0]) if words[0] in workloads else len(workloads)
    return place, words[0], [int(word) if word.isdigit() else -1 for word in words[1:]], name


def rows_of(series, goals):
    """One row for each workload against its floor, where there is one, and one more for each other goal."""
    rows = []
    for name, ours in sorted(series.items(), key=lambda item: reading_order(item[0], goals)):
        if name.startswith("floor/"):
            continue
        mine = [goal for goal in goals if goal["workload"] == name]
        to_floor = [goal for goal in mine if goal.get("against") == "floor" or goal.get("runs")]
        others = [goal for goal in mine if goal not in to_floor]
        floor = series.get("floor/" + name)
        if floor or to_floor or not others:
            rows.append(row_of(ours, "floor" if floor or not to_floor or not to_floor[0].get("runs") else "", floor,
                               to_floor[0] if to_floor else None))
        for goal in others:
            rows.append(row_of(ours, goal["against"], series.get(goal["against"]), goal))
    return rows


def cells_of(row):
    ours, other = row["ours"], row["other"]
    spread = "" if ours.spread is None else "%.0f %%" % (100 * ours.spread)
    return [ours.name, figure(ours.median), row["against"], figure(other.median) if other else "", ours.unit,
            figure(row["ratio"]), goal_text(row["goal"]), row["verdict"], spread,
            figure(ours.counters.get("ranges_compared")), figure(ours.counters.get("rows_examined"))]


def missing_goals(series, goals):
    """Workloads that have a goal but were not run."""
    return sorted({goal["workload"] for goal in goals if goal["workload"] not in series})


def compiler():
    """The first line that the release build's compiler says of itself."""
    try:
        with open(os.path.join(ROOT, "build", "CMakeCache.txt"), encoding="utf-8") as file:
            path = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", file.read(), re.MULTILINE).group(1)
        return subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, AttributeError, IndexError, subprocess.SubprocessError):
        return "unknown compiler"


def machine(context):
    """Processor, cores and load when the run began."""
    processor = platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            found = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.MULTILINE)
        processor = found.group(1) if found else processor
    except OSError:
        pass
    load = ", ".join("%.1f" % number for number in context.get("load_avg", [])[:1]) or "unknown"
    return "%s, %s cores, %s %s; load when it began: %s" % (
        processor, context.get("num_cpus", os.cpu_count()), platform.system(), platform.release(), load)


def conditions(context, command):
    """Under which the figures hold: what BENCHMARKS.md must say above the table."""
    return ["- Machine: " + machine(context), "- Compiler: %s, preset `release`" % compiler(),
            "- Date: " + context.get("date", "unknown"), "- Command: `%s`" % command, ""]


def report(series, goals, markdown=False):
    """The lines to print."""
    rows = rows_of(series, goals)
    lines = bench_results.render(HEADER, [cells_of(row) for row in rows], markdown)
    scanned = [found for found in series.values() if "scans_per_second" in found.counters]
    for found in scanned:
        lines += ["", "Beside the writer of %s a reader made %s scans per second." % (
            found.name, figure(found.counters["scans_per_second"]))]
    verdicts = [row["verdict"] for row in rows if row["goal"]]
    lines += ["", "Goals: %d met, %d missed, %d not measured." % (
        verdicts.count("met"), verdicts.count("MISSED"), verdicts.count("not measured"))]
    missing = missing_goals(series, goals)
    if missing:
        lines.append("Not run, though they have goals: %s." % ", ".join(missing))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     allow_abbrev=False)
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "bin", "hyperdb_bench"))
    parser.add_argument("--json", default=os.path.join(ROOT, "build", "bench.json"))
    parser.add_argument("--from", dest="earlier", help="results of an earlier run")
    parser.add_argument("--markdown", action="store_true")
    options, flags = parser.parse_known_args()
    if any(PASSED_THROUGH.match(flag) for flag in flags):
        return subprocess.run([options.program] + flags, check=False).returncode
    described = bench_results.read_goals()
    try:
        if not options.earlier:
            run(options.program, options.json, flags)
        document, series = bench_results.load(options.earlier or options.json, described["units"])
    except BadResults as error:
        print("report: %s" % error, file=sys.stderr)
        return 1
    context = document.get("context", {})
    if options.markdown:
        command = "make bench" + (' ARGS="%s"' % " ".join(flags) if flags else "")
        print("\n".join(conditions(context, command)))
    print("\n".join(report(series, described["goals"], options.markdown)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
