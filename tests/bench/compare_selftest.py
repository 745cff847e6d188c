#!/usr/bin/env python3
"""benchmarks/peers/compare.py with a pretended Node and benchmark program: the table, stopped series, failures."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# What the pretended Node says: its arguments are --expose-gc, child.mjs, peer, workload, settings.
NODE = """#!/bin/sh
[ "$1" = --version ] && { echo v18.0.0; exit 0; }
[ "$NODE_ENV" = production ] || exit 9
case "$3 $4" in
%s
*) echo '{"ns": 2500, "version": "1.0"}';;
esac
"""
OURS = """#!/bin/sh
for flag; do case $flag in --benchmark_out=*) out=${flag#*=};; esac; done
echo '%s' > $out
"""


def benchmark(name, time):
    return {"name": name, "run_name": name, "run_type": "iteration", "real_time": time, "time_unit": "ns"}


class Compare(unittest.TestCase):
    def compare(self, *arguments, node="", ours=()):
        """Runs compare.py; gives exit code, output and the records that it wrote."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("node", NODE % node), ("bench", OURS % json.dumps({"benchmarks": list(ours)}))):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text)
                os.chmod(os.path.join(folder, name), 0o755)
            path = os.path.join(folder, "out.json")
            done = subprocess.run(
                [sys.executable, "-B", os.path.join(ROOT, "benchmarks", "peers", "compare.py"), "--json", path,
                 "--program", os.path.join(folder, "bench"), *arguments],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                env={**os.environ, "PATH": folder + os.pathsep + os.environ["PATH"]})
            if not os.path.exists(path):
                return done.returncode, done.stdout + done.stderr, None
            with open(path, encoding="utf-8") as file:
                return done.returncode, done.stdout, json.load(file)["workloads"]

    def test_ours_floor_and_peers_stand_in_one_row(self):
        ours = [benchmark("point_get/100000", 500), benchmark("floor/point_get/100000", 200)]
        code, output, _ = self.compare("--filter=point_get", "--peers=mobx,tinybase", "--markdown", ours=ours)
        self.assertEqual(0, code, output)
        self.assertIn("| point_get/100000 | run | 500 ns | 200 ns | 2.5 µs | 2.5 µs |", output)

    def test_what_a_store_cannot_do_is_a_dash_with_its_reason(self):
        code, output, _ = self.compare("--filter=diff/1000$", "--peers=mobx", "--markdown",
                                       node="*diff*) echo '{\"cannot\": \"no change sets\"}';;",
                                       ours=[benchmark("diff/1000", 1)])
        self.assertEqual(0, code, output)
        self.assertIn("| – |", output)
        self.assertIn("- mobx, diff/1000: no change sets", output)

    def test_a_series_stops_after_an_operation_that_is_too_slow(self):
        code, output, records = self.compare(
            "--filter=fanout", "--peers=mobx,tinybase", ours=[benchmark("fanout/10", 1)],
            node="*mobx*fanout/1000) echo '{\"ns\": 2e9}';; *mobx*fanout/10000) exit 7;;")
        self.assertEqual(0, code, output)
        stopped = [record["workload"] for record in records if "stopped" in record["results"]["mobx"]]
        self.assertEqual(["fanout/10000", "fanout/100000"], stopped)
        self.assertFalse(any("stopped" in record["results"]["tinybase"] for record in records))
        self.assertIn("- mobx, fanout/10000, fanout/100000: one operation of fanout/1000 takes 2 s", output)

    def test_a_process_that_takes_too_long_is_stopped(self):
        code, output, _ = self.compare("--filter=memory", "--peers=mobx", "--seconds=0.5", node="*) exec sleep 20;;",
                                       ours=[benchmark("memory/100000", 1)])
        self.assertEqual(0, code, output)
        self.assertIn("memory/100000 took more than 0.5 s", output)

    def test_a_wrong_result_fails_the_run(self):
        for arguments in (["--smoke"], []):
            code, output, _ = self.compare("--filter=update_tx", "--peers=mobx", *arguments,
                                           node="*) echo 'Error: wrong result: project-0' >&2; exit 1;;",
                                           ours=[benchmark("update_tx/100000", 1)])
            self.assertEqual(1, code)
            self.assertIn("failed: Error: wrong result: project-0", output)

    def test_the_smoke_test_says_which_results_are_right(self):
        code, output, records = self.compare("--smoke", "--filter=insert", "--peers=mobx")
        self.assertEqual((0, None), (code, records), output)
        self.assertRegex(output, r"insert_tx/1000 +right")

    def test_unknown_peers_are_an_error(self):
        self.assertEqual(2, self.compare("--peers=nobody")[0])


if __name__ == "__main__":
    unittest.main()
