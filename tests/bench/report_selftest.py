#!/usr/bin/env python3
"""benchmarks/report.py over made-up figures: names, units, ratios, goals, and runs that failed."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "benchmarks"))

import bench_results  # noqa: E402
import report  # noqa: E402

UNITS = {"bulk_insert": "row", "fanout": "action"}


def entry(name, time, **more):
    return {"name": name, "run_name": name, "run_type": "iteration", "real_time": time, "cpu_time": time,
            "time_unit": "ns", "iterations": 10, **more}


def parse(*entries):
    return bench_results.parse({"benchmarks": list(entries)}, UNITS)


def rows(series, *goals):
    return [(row["ours"].name, row["against"], row["ratio"], row["verdict"])
            for row in report.rows_of(series, list(goals))]


class Reading(unittest.TestCase):
    def test_a_workload_is_named_without_how_it_was_run(self):
        names = ["memory/100000/iterations:1", "snapshot_read/alone/100000/real_time",
                 "a/5/min_time:0.100/repeats:3/threads:2", "range_scan/1000"]
        self.assertEqual(["memory/100000", "snapshot_read/alone/100000", "a/5", "range_scan/1000"],
                         [bench_results.plain_name(name) for name in names])

    def test_the_figure_is_the_median_and_the_spread_is_relative_to_it(self):
        found = parse(entry("fanout/10", 10), entry("fanout/10", 40), entry("fanout/10", 20))["fanout/10"]
        self.assertEqual((20, 1.5, "ns/action"), (found.median, found.spread, found.unit))
        self.assertIsNone(parse(entry("fanout/10", 10))["fanout/10"].spread)

    def test_aggregates_are_not_counted_as_repetitions(self):
        mean = entry("fanout/10_mean", 99, run_name="fanout/10", run_type="aggregate")
        self.assertEqual([10], parse(entry("fanout/10", 10), mean)["fanout/10"].samples)

    def test_bulk_workloads_are_told_for_one_row_in_nanoseconds(self):
        for name in ("bulk_insert/1000", "floor/bulk_insert/1000"):
            found = parse(entry(name, 2, time_unit="ms"))[name]
            self.assertEqual((2000, "ns/row"), (found.median, found.unit))

    def test_memory_is_a_counter_in_bytes(self):
        found = parse(entry("memory/100/iterations:1", 7, bytes_per_row=400.5))["memory/100"]
        self.assertEqual((400.5, "B/row"), (found.median, found.unit))

    def test_user_counters_are_kept(self):
        found = parse(entry("fanout/10", 10, ranges_compared=1.5, label="x"))["fanout/10"]
        self.assertEqual({"ranges_compared": 1.5}, found.counters)

    def test_a_workload_without_a_known_unit_is_listed(self):
        self.assertEqual("ns/operation", parse(entry("big_table/7", 10))["big_table/7"].unit)

    def test_failed_or_missing_benchmarks_are_an_error(self):
        with self.assertRaisesRegex(bench_results.BadResults, "fanout/10: too slow"):
            parse(entry("fanout/10", 0, error_occurred=True, error_message="too slow"))
        with self.assertRaisesRegex(bench_results.BadResults, "no figures"):
            parse()


class Goals(unittest.TestCase):
    def setUp(self):
        self.series = parse(entry("fanout/10", 10), entry("fanout/1000", 30), entry("floor/fanout/1000", 20),
                            entry("other", 5))

    def test_a_goal_is_met_up_to_its_ratio_and_missed_above(self):
        for at_most, verdict in ((1.5, "met"), (1.49, "MISSED")):
            goal = {"workload": "fanout/1000", "against": "floor", "at_most": at_most}
            self.assertIn(("fanout/1000", "floor", 1.5, verdict), rows(self.series, goal))

    def test_a_goal_against_another_workload_has_a_row_of_its_own(self):
        found = rows(self.series, {"workload": "fanout/1000", "against": "fanout/10", "at_most": 2})
        self.assertEqual([("fanout/10", "", None, ""), ("fanout/1000", "floor", 1.5, ""),
                          ("fanout/1000", "fanout/10", 3.0, "MISSED"), ("other", "", None, "")], found)

    def test_a_goal_whose_other_side_was_not_run_is_not_met(self):
        goal = {"workload": "other", "against": "floor", "at_most": 9}
        self.assertIn(("other", "floor", None, "not measured"), rows(self.series, goal))

    def test_a_workload_that_only_has_to_run_has_met_its_goal(self):
        self.assertIn(("other", "", None, "met"), rows(self.series, {"workload": "other", "runs": True}))

    def test_the_report_counts_goals_and_names_those_not_run(self):
        goals = [{"workload": "fanout/1000", "against": "floor", "at_most": 2}, {"workload": "gone/1", "runs": True}]
        text = "\n".join(report.report(self.series, goals))
        self.assertIn("Goals: 1 met, 0 missed, 0 not measured.", text)
        self.assertIn("Not run, though they have goals: gone/1.", text)
        self.assertIn("| fanout/1000 | 30 | floor | 20 | ns/action | 1.5 | <= 2 | met |",
                      "\n".join(report.report(self.series, goals, markdown=True)))

    def test_the_reader_beside_a_writer_is_told(self):
        series = parse(entry("snapshot_read/9/real_time", 5, scans_per_second=1234.5))
        self.assertIn("Beside the writer of snapshot_read/9 a reader made 1,234 scans per second.",
                      report.report(series, []))

    def test_the_goals_of_the_project_can_be_read(self):
        described = bench_results.read_goals()
        for goal in described["goals"]:
            self.assertTrue(goal.get("runs") or goal["at_most"] > 0 and goal["against"], goal)
            self.assertIn(goal["workload"].split("/")[0], list(described["units"]) + ["memory"])


class Running(unittest.TestCase):
    def run_report(self, program, *arguments):
        """Runs report.py with a pretended benchmark program; gives exit code and all output."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bench")
            with open(path, "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\nfor flag; do case $flag in --benchmark_out=*) out=${flag#*=};; esac; done\n"
                           + program + "\n")
            os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
            done = subprocess.run([sys.executable, "-B", os.path.join(ROOT, "benchmarks", "report.py"),
                                   "--program", path, "--json", os.path.join(folder, "b.json"), *arguments],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            return done.returncode, done.stdout

    def test_flags_go_to_the_program_and_its_results_are_printed(self):
        results = json.dumps({"benchmarks": [entry("fanout/10", 10)]})
        code, output = self.run_report("echo '%s' > $out; case \"$*\" in *--benchmark_filter=f*) exit 0;; esac; exit 1"
                                       % results, "--benchmark_filter=f")
        self.assertEqual(0, code, output)
        self.assertIn("fanout/10", output)

    def test_a_program_that_fails_is_an_error_with_what_it_said(self):
        code, output = self.run_report("echo 'wrong result: update_tx' >&2; exit 1")
        self.assertEqual(1, code)
        self.assertIn("ended with 1\n  wrong result: update_tx", output)
        self.assertIn("ended by signal 9", self.run_report("kill -9 $$")[1])

    def test_results_that_are_not_whole_are_an_error(self):
        code, output = self.run_report("echo '{\"benchmarks\": [' > $out")
        self.assertEqual(1, code)
        self.assertIn("is not whole", output)
        self.assertIn("there are no results", self.run_report("exit 0")[1])
        self.assertIn("does the filter match", self.run_report(": > $out")[1])


if __name__ == "__main__":
    unittest.main()
