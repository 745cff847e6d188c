#!/usr/bin/env python3
"""debug/hyperdb_gdb.py shows rows and values as they are, in a running program and in a core dump.

    gdb_test.py SHOWN GUIDE        programs: tests/debug/shown.cpp and examples/guide_debugging.cpp
"""

import os
import re
import sys
import tempfile
import unittest

import debugger

MARK = "@@"
ROW = r'\{id = "(\w+)", title = "[\w ]+", rank = ([\d.]+)\}'
NOT_READABLE = "<not readable>"


def gdb(*arguments):
    return debugger.output_of("gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-iex", "set width 0",
                              "-iex", "source " + os.path.join(debugger.PRINTERS, "hyperdb_gdb.py"), *arguments)


def shown(arguments, commands):
    """{command: what gdb prints for it}"""
    for command in commands:
        arguments = [*arguments, "-ex", "echo \\n%s %s\\n" % (MARK, command), "-ex", command]
    return debugger.answers(gdb(*arguments), MARK)


def stopped(program, function="stopHere"):
    return [program, "-ex", "break " + function, "-ex", "run", "-ex", "up"]


class Running(unittest.TestCase):
    def check(self, wanted, *settings):
        """`wanted`: {expression: text}"""
        commands = {"output " + name: text for name, text in wanted.items()}
        found = shown([*stopped(PROGRAM), *settings], commands)
        self.assertEqual(commands, {name: found.get(name) for name in commands})

    def test_small_results_and_rows(self):
        self.check({
            "noRows": "Rows of 0 rows",
            "copied": 'Rows of 2 rows (copied) = {{id = "t0", title = "Task 0", rank = 0}, '
                      '{id = "t1", title = "Task 1", rank = 0.5}}',
            "objects": 'Rows of 2 rows (copied) = {{"id": "t0", "rank": 0, "title": "Task 0"}, '
                       '{"id": "t1", "rank": 0.5, "title": "Task 1"}}',
            "task": 'RowPtr = {row = {id = "t42", title = "Task 42", rank = 21}}',
            "noTask": "RowPtr (empty)",
            "object": 'RowPtr = {row = {"id": "t0", "rank": 0, "title": "Task 0"}}',
        })

    def test_values(self):
        self.check({
            "nested": '{"inner": {"data": <3 bytes: 01 00 ff>, "size": -9007199254740993n}, '
                      '"list": [1, 1.5, true, null, undefined, []], '
                      '"title": "a \\"quoted\\" title that is longer than a small string"}',
            "inner": '{"data": <3 bytes: 01 00 ff>, "size": -9007199254740993n}',
            "shifted": '{"a": 1, "b": 2, "c": 3}',
            "number": "0.1",
            "deep": "[" * 21 + "..." + "]" * 21,
            "large": "-123456789012345678901234567890n",
            "larger": "1234567890123456789012345678901234567890123456789n",
            "huge": "<an integer of about 3328 bits>",
            "unsigned64": "18446744073709551615n",
            "manyBytes": "<100 bytes:" + " 62" * 16 + "...>",
        })

    def test_print_elements_limits_rows_elements_and_characters(self):
        self.check({
            "copied": 'Rows of 2 rows (copied) = {{id = "t0", title = "Tas"..., rank = 0}, '
                      '{id = "t1", title = "Tas"..., rank = 0.5}}',
            "everything": 'Rows of 5000 rows (window) = {{id = "t0", title = "Tas"..., rank = 0}, '
                          '{id = "t1", title = "Tas"..., rank = 0.5}, {id = "t2", title = "Tas"..., rank = 1}...}',
            "longText": '"xxx"...',
            "longList": "[7, 7, 7, ...]",
        }, "-ex", "set print elements 3")

    def test_windows_into_trees_have_all_their_rows_in_order(self):
        found = shown([*stopped(PROGRAM), "-ex", "set print elements 0"],
                      ["output window", "output reversed", "output everything"])
        for name, ranks in (("window", range(2000, 2100)), ("reversed", range(4999, 3499, -1)),
                            ("everything", range(5000))):
            text = found["output " + name]
            self.assertTrue(text.startswith("Rows of %d rows (window) = {{" % len(ranks)), text[:100])
            self.assertEqual([("t%d" % rank, rank / 2) for rank in ranks],
                             [(row, float(rank)) for row, rank in re.findall(ROW, text)])

    def test_what_is_not_initialized_is_not_readable(self):
        self.check({
            "badRows": "Rows: " + NOT_READABLE,
            "badPtr": "RowPtr = {row = %s}" % NOT_READABLE,
            "badValue": NOT_READABLE,
            "badObject": NOT_READABLE,
        })

    def test_a_core_dump_shows_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            core = os.path.join(folder, "core")
            made = gdb(*stopped(PROGRAM), "-ex", "generate-core-file " + core)
            self.assertTrue(os.path.exists(core), made)
            found = shown([PROGRAM, core, "-ex", "frame function main", "-ex", "set print elements 3"],
                          ["output reversed", "output object"])
        self.assertRegex(found["output reversed"], r'^Rows of 1500 rows \(window\) = {{id = "t49"\.\.\., .*}\.\.\.}$')
        self.assertEqual('RowPtr = {row = {"id": "t0", "rank": 0, "title": "Tas"...}}', found["output object"])

    def test_the_guide_shows_what_gdb_prints(self):
        output = shown([GUIDE, "-ex", "break look", "-ex", "run"], ["info args"])["info args"]
        self.assertEqual(debugger.guide_block("(gdb) info args"), output)


if __name__ == "__main__":
    PROGRAM, GUIDE = sys.argv[1:]
    debugger.find("gdb")
    if debugger.output_of("gdb", "-nx", "-batch", "-ex", "python print(6 * 7)").strip() != "42":
        debugger.skip("this gdb has no Python")
    unittest.main(argv=sys.argv[:1])
