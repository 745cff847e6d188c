#!/usr/bin/env python3
"""debug/hyperdb_lldb.py shows rows and values as they are.

    lldb_test.py SHOWN GUIDE        programs: tests/debug/shown.cpp and examples/guide_debugging.cpp
"""

import os
import re
import sys
import unittest

import debugger

MARK = "@@"
ROW = r'\(id = "(\w+)", title = "[\w ]+", rank = ([\d.]+)\)'


def lldb(*commands):
    arguments = [word for command in commands for word in ("-o", command)]
    return debugger.output_of(LLDB, "--no-lldbinit", "--batch", *arguments)


def shown(program, function, commands):
    """{command: what lldb prints for it}"""
    marked = [line for command in commands
              for line in ("script print('\\n%s %s')" % (MARK, command), command)]
    output = lldb("target create " + program, "command script import " + os.path.join(debugger.PRINTERS,
                  "hyperdb_lldb.py"), "breakpoint set --name " + function, "run", *marked)
    return debugger.answers(re.sub(r"^\(lldb\).*\n", "", output, flags=re.MULTILINE), MARK)


def variables(*names, options=""):
    """{name: what lldb shows for it} in the function that called stopHere"""
    found = shown(PROGRAM, "stopHere", ["up"] + ["frame variable %s%s" % (options, name) for name in names])
    return {name: re.sub(r"^\(.*?\) %s = " % name, "", found["frame variable %s%s" % (options, name)])
            for name in names}


class Running(unittest.TestCase):
    def check(self, wanted):
        self.assertEqual(wanted, variables(*wanted))

    def test_small_results_and_rows(self):
        self.check({
            "noRows": "Rows of 0 rows",
            "copied": 'Rows of 2 rows (copied) { [0] = (id = "t0", title = "Task 0", rank = 0) '
                      '[1] = (id = "t1", title = "Task 1", rank = 0.5) }',
            "objects": 'Rows of 2 rows (copied) { [0] = {"id": "t0", "rank": 0, "title": "Task 0"} '
                       '[1] = {"id": "t1", "rank": 0.5, "title": "Task 1"} }',
            "task": 'RowPtr { row = (id = "t42", title = "Task 42", rank = 21) }',
            "noTask": "RowPtr (empty)",
            "object": 'RowPtr { row = {"id": "t0", "rank": 0, "title": "Task 0"} }',
        })

    def test_values(self):
        self.check({
            "nested": '{"inner": {"data": <3 bytes: 01 00 ff>, "size": -9007199254740993n}, '
                      '"list": [1, 1.5, true, null, undefined, []], '
                      '"title": "a \\"quoted\\" title that is longer than a small string"}',
            "shifted": '{"a": 1, "b": 2, "c": 3}',
            "larger": "1234567890123456789012345678901234567890123456789n",
            "longText": '"%s"...' % ("x" * 200),
            "manyBytes": "<100 bytes:" + " 62" * 16 + "...>",
        })

    def test_windows_into_trees_have_all_their_rows_in_order(self):
        found = variables("window", "reversed", options="--show-all-children ")
        for name, ranks in (("window", range(2000, 2100)), ("reversed", range(4999, 3499, -1))):
            self.assertTrue(found[name].startswith("Rows of %d rows (window) {" % len(ranks)), found[name][:100])
            self.assertEqual([("t%d" % rank, rank / 2) for rank in ranks],
                             [(row, float(rank)) for row, rank in re.findall(ROW, found[name])])

    def test_the_guide_shows_what_lldb_prints(self):
        command = "frame variable tasks first"
        self.assertEqual(debugger.guide_block("(lldb) " + command), shown(GUIDE, "look", [command])[command])

    def test_what_is_not_initialized_is_not_readable(self):
        for name, text in variables("badRows", "badValue", "badObject").items():
            self.assertRegex(text, r"^0x[0-9a-f]+ (Rows: )?<not readable>$", name)


if __name__ == "__main__":
    PROGRAM, GUIDE = sys.argv[1:]
    LLDB = debugger.find("lldb", *("lldb-%d" % version for version in range(21, 15, -1)))
    if "\n42" not in lldb("script print(6 * 7)"):
        debugger.skip("this lldb has no Python")
    unittest.main(argv=sys.argv[:1])
