#!/usr/bin/env python3
"""Runs the workloads for HyperDB for C++, its floor, and other reactive stores, side by side in one run.

    compare.py [--smoke] [--filter REGEX] [--peers NAME,NAME] [--seconds 120] [--markdown]
               [--json build/bench-peers.json]

Workload by workload, each peer in a process of its own, so that all of a row is measured within a short time. Needs
build/bin/hyperdb_bench and node_modules (`make bench-peers` sees to both). `--smoke` runs the peers over 1,000 rows and
says only whether their results are right.

Exit status 0: all ran. 1: something failed, gave a wrong result or did not start.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))

import bench_results  # noqa: E402
import report  # noqa: E402

PEERS = ["hyperdb-js", "tanstack", "tinybase", "mobx"]
WORKLOADS = ["bulk_insert/100000", "insert_tx/100000", "update_tx/100000", "point_get/100000", "range_scan/1000",
             "range_scan_limit/50", "fanout/10", "fanout/1000", "fanout/10000", "fanout/100000", "rerun/1000",
             "rerun/10000", "rerun/100000", "diff/1000", "diff/10000", "diff/100000", "memory/100000"]
SMOKE_WORKLOADS = ["bulk_insert/1000", "insert_tx/1000", "update_tx/1000", "point_get/1000", "range_scan/10",
                   "range_scan_limit/5", "fanout/10", "fanout/100", "rerun/1000", "diff/1000", "memory/1000"]
SMOKE_SETTINGS = {"rows": 1000, "warmUpMs": 5, "repetitionMs": 5, "repetitions": 2, "slowRepetitions": 1}
OURS_SECONDS_MAX = 300
# A series (fanout/10, fanout/1000, ...) ends where it has become useless.
OPERATION_NS_MAX = 1e9
SET_UP_SECONDS_MAX = 60


def run_ours(program, workload, units):
    """{"ours": ..., "floor": ...}: medians, where there is such a benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "ours.json")
        pattern = "^(floor/)?%s(/(iterations|min_time|real_time)[^/]*)*$" % re.escape(workload)
        command = [program, "--benchmark_filter=" + pattern, "--benchmark_repetitions=3", "--benchmark_min_time=0.2",
                   "--benchmark_enable_random_interleaving=true", "--benchmark_out=" + path,
                   "--benchmark_out_format=json"]
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
                                  timeout=OURS_SECONDS_MAX)
            if done.returncode != 0:
                return {"ours": {"failed": done.stderr.strip()[-300:] or "ended with %d" % done.returncode}}
            _, series = bench_results.load(path, units)
        except (OSError, subprocess.TimeoutExpired, bench_results.BadResults) as error:
            return {"ours": {"failed": str(error)}}
    found = {}
    for key, name in (("ours", workload), ("floor", "floor/" + workload)):
        if name in series:
            field = "bytesPerRow" if series[name].unit == "B/row" else "ns"
            found[key] = {field: series[name].median, "spread": series[name].spread,
                          "repetitions": len(series[name].samples)}
    return found


def run_peer(peer, workload, settings, seconds_max):
    """What the child says, or {"failed": why}, or {"stopped": why} when it took too long."""
    command = ["node", "--expose-gc", os.path.join(HERE, "src", "child.mjs"), peer, workload, json.dumps(settings)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                              timeout=seconds_max, cwd=HERE, env={**os.environ, "NODE_ENV": "production"})
    except subprocess.TimeoutExpired:
        return {"stopped": "%s took more than %g s" % (workload, seconds_max)}
    except OSError as error:
        return {"failed": str(error)}
    if done.returncode != 0:
        return {"failed": done.stderr.strip()[:400] or "ended with %d" % done.returncode}
    return json.loads(done.stdout)


def why_to_stop(workload, result):
    """Why the larger ones of its series are not to be run, or None."""
    if "stopped" in result:
        return result["stopped"]
    if result.get("ns", 0) > OPERATION_NS_MAX:
        return "one operation of %s takes %s" % (workload, time_text(result["ns"]))
    if result.get("setUpSeconds", 0) > SET_UP_SECONDS_MAX:
        return "the set-up of %s takes %.0f s" % (workload, result["setUpSeconds"])
    return None


def time_text(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return "%s %s" % (bench_results.figure(nanoseconds / size), unit)
    return "%s ns" % bench_results.figure(nanoseconds)


def cell(result):
    if result is None or "cannot" in result:
        return "–"
    if "failed" in result:
        return "failed"
    if "stopped" in result:
        return "stopped"
    if "bytesPerRow" in result:
        return "%s B" % bench_results.figure(result["bytesPerRow"])
    return time_text(result["ns"])


def unit_text(workload, units):
    return "row" if workload.startswith("memory/") else bench_results.unit_of(workload, units)


def write(path, records, load_at_start):
    """After each workload: a run that is stopped leaves what it has."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"context": context_of(records, load_at_start), "workloads": records}, file, indent=1)


def run_all(options, workloads, units):
    """(records, context): for each workload its name, its unit, and the results of all."""
    records, stopped, load_at_start = [], {}, os.getloadavg()[0]
    for workload in workloads:
        record = {"workload": workload, "unit": unit_text(workload, units), "results": {}}
        if not options.smoke:
            record["results"].update(run_ours(options.program, workload, units))
        for peer in options.peers:
            series = (peer, workload.split("/")[0])
            if series in stopped:
                result = {"stopped": stopped[series]}
            else:
                result = run_peer(peer, workload, SMOKE_SETTINGS if options.smoke else {}, options.seconds)
                why = why_to_stop(workload, result)
                if why:
                    stopped[series] = why
            record["results"][peer] = result
        records.append(record)
        if not options.smoke:
            write(options.json, records, load_at_start)
        print("%-20s %s" % (workload, "  ".join("%s %s" % (name, cell(result))
                                                for name, result in record["results"].items())), file=sys.stderr)
    return records, context_of(records, load_at_start)


def notes(records):
    """What the dashes and other words in the table stand for, each said once."""
    said = {}
    for record in records:
        for name, result in record["results"].items():
            for kind in ("cannot", "stopped", "failed"):
                if kind in result:
                    said.setdefault((name, kind, result[kind]), []).append(record["workload"])
    return ["%s, %s: %s%s" % (name, ", ".join(workloads), "failed: " if kind == "failed" else "", text)
            for (name, kind, text), workloads in said.items()]


def versions(records):
    found = {}
    for record in records:
        for name, result in record["results"].items():
            if "version" in result:
                found[name] = result["version"]
    return found


def smoke_lines(records, peers):
    rows = [[record["workload"]] + [
        next((kind for kind in ("failed", "stopped", "cannot") if kind in record["results"][peer]), "right")
        for peer in peers] for record in records]
    return bench_results.render(["workload"] + peers, rows)


def context_of(records, load_at_start):
    node = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    return {"date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"), "node": node,
            "load_at_start": load_at_start, "load_at_end": os.getloadavg()[0], "versions": versions(records)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "bin", "hyperdb_bench"))
    parser.add_argument("--json", default=os.path.join(ROOT, "build", "bench-peers.json"))
    parser.add_argument("--filter", default="", help="only workloads that this regular expression finds")
    parser.add_argument("--peers", type=lambda text: text.split(","), default=PEERS)
    parser.add_argument("--seconds", type=float, default=120, help="the most that one workload of a peer may take")
    parser.add_argument("--smoke", action="store_true", help="only check that the results are right")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    units = bench_results.read_goals()["units"]
    workloads = [name for name in (SMOKE_WORKLOADS if options.smoke else WORKLOADS) if re.search(options.filter, name)]
    if not workloads or set(options.peers) - set(PEERS):
        parser.error("no such workload or peer; peers are %s" % ", ".join(PEERS))
    records, context = run_all(options, workloads, units)
    if options.smoke:
        lines = smoke_lines(records, options.peers)
    else:
        columns = ["ours", "floor"] + options.peers
        rows = [[record["workload"], record["unit"]] + [cell(record["results"].get(name)) for name in columns]
                for record in records]
        lines = bench_results.render(["workload", "for one"] + columns, rows, options.markdown)
    head = ["%s; %s" % (report.compiler(), report.machine({"load_avg": [context["load_at_start"]]})),
            "%s, Node %s, %s" % (context["date"], context["node"], ", ".join(
                "%s %s" % pair for pair in context["versions"].items())), ""]
    print("\n".join(head + lines + [""] + ["- " + line for line in notes(records)]))
    return 1 if any("failed" in result for record in records for result in record["results"].values()) else 0


if __name__ == "__main__":
    sys.exit(main())
