#!/usr/bin/env python3
"""Runs the example on a small file, on broken ones, over each driver, again over what it has kept, and with wrong
options.

    run_test.py PROGRAM
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
STATUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "testdata", "status")

TIMES = re.compile(r"[\d.,]+ (us|ms|s)\b|[\d,]+ rows/s")

FIRST = b"Package: one\nVersion: 1\nArchitecture: all\n"


def run(*arguments, stdin=b"", **variables):
    done = subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, check=False,
                          env={**os.environ, **variables})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Demo(unittest.TestCase):
    maxDiff = None

    def succeed(self, *arguments, **more):
        status, out, err = run("--driver", "memory", *arguments, **more)
        self.assertEqual((0, ""), (status, err), out + err)
        return out

    def test_shows_what_was_loaded_and_opened(self):
        out = self.succeed("--from", STATUS)
        self.assertRegex(out, r"read +12 packages from 3\.\d KiB")
        self.assertRegex(out, r"stored +12 rows in packages and 24 in dependencies, in one transaction of .*, "
                              r"[\d,]+ rows/s")
        self.assertRegex(out, r"Opened 1,200 live selectors in .* \(.* each\), which read [\d,]+ ranges")

    def test_names_the_selectors_that_a_commit_woke_and_why(self):
        out = self.succeed("--from", STATUS, "--selectors", "60", "--edits", "1")
        self.assertIn("Edit 1: upgrade libc6:amd64 to 2.36-9+deb12u4+demo1, 12,988 KiB -> 14,287 KiB\n", out)
        self.assertRegex(out, r"commit 2: (\d+) woke, (\d+) left alone; \d+ ranges compared\n +\d+ told .* changed\)")
        self.assertIn('    totalOf("libs")\n'
                      '        wrote packages/bySectionSize("libs", 12988n, id "libc6:amd64")', out)
        self.assertIn('    largestOf("libs", 5)', out)
        self.assertNotIn('totalOf("shells")', out)
        woke, left = map(int, re.search(r"(\d+) woke, (\d+) left alone", out).groups())
        self.assertEqual(60, woke + left)
        self.assertLess(woke, left)

    def test_who_has_the_same_result_is_not_told(self):
        out = self.succeed("--from", STATUS, "--selectors", "60", "--edits", "2")
        rebuild = out.split("Edit 2: rebuild libc6:i386")[1]
        self.assertIn("1 had the same result", rebuild)  # the section's total

    def test_an_edit_that_throws_is_rolled_back_and_wakes_nobody(self):
        out = self.succeed("--from", STATUS, "--selectors", "60")
        refused = out.split("Edit 6: ")[1].split("Edit 7: ")[0]
        self.assertIn("rolled back: libc6:amd64 is needed by bash:amd64 and 7 more\n  0 told;", refused)
        self.assertNotIn("commit", refused)
        self.assertIn("commit 6:", out.split("Edit 5: ")[1].split("Edit 6: ")[0])
        self.assertIn("commit 7:", out.split("Edit 7: ")[1])

    def test_many_edits_keep_to_the_rules(self):
        out = self.succeed("--from", STATUS, "--selectors", "100", "--edits", "70", "--quiet")
        self.assertIn("Edit 70: ", out)
        for woke, left in re.findall(r": (\d+) woke, (\d+) left alone", out):
            self.assertEqual(100, int(woke) + int(left))

    def test_nothing_is_left_behind(self):
        out = self.succeed("--from", STATUS)
        table = out[out.index("What is alive"):]
        self.assertRegex(table, r"live selectors +1,200 +0 +0\n")
        self.assertRegex(table, r"subscriptions +1,200 +0 +0\n")
        self.assertRegex(table, r"ranges +[1-9][\d,]* +0 +0\n")
        self.assertRegex(table, r"coroutine frames +0 +0 +0\n")
        self.assertRegex(table, r"rows +[1-9]\d* +[1-9]\d* +0\n")
        self.assertRegex(table, r"tree nodes +[1-9]\d* +[1-9]\d* +0\n")

    def test_prints_the_same_every_time_but_for_the_times(self):
        first, second = (TIMES.sub("...", self.succeed("--from", STATUS)) for _ in range(2))
        self.assertEqual(first, second)

    def test_works_with_no_selectors_no_edits_and_standard_input(self):
        self.assertIn("Opened 0 live selectors", self.succeed("--from", STATUS, "--selectors=0"))
        self.assertNotIn("Edit", self.succeed("--from", STATUS, "--edits", "0"))
        out = self.succeed("--from", "-", stdin=FIRST)
        self.assertRegex(out, r"Loaded standard input\n.*\nOpened .*\n"
                              r" +stored +1 rows in packages and 0 in dependencies")

    def test_keeps_the_newest_of_several_versions(self):
        for versions in ((b"1.9", b"1.10~rc1"), (b"1.10~rc1", b"1.9"), (b"9", b"1:1"), (b"1.10-1", b"1.10-1+b1")):
            text = b"".join(b"Package: a\nVersion: %s\n\n" % version for version in versions)
            out = self.succeed("--from", "-", "--edits", "1", stdin=text)
            self.assertIn("1 older of several versions", out)
            newest = versions[0] if versions[0] == b"1.10~rc1" else versions[1]
            self.assertIn("upgrade a to %s+demo1" % newest.decode(), out)

    def test_help_names_all_options(self):
        out = self.succeed("--help")
        for option in ("--from", "--driver", "--file", "--fresh", "--selectors", "--edits", "--quiet", "--progress",
                       "--help"):
            self.assertIn(option, out)


class Kept(unittest.TestCase):
    """Runs that begin with what an earlier one has left in a file."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(folder.name, "kept.sqlite")

    def succeed(self, *arguments, **variables):
        status, out, err = run("--from", STATUS, "--selectors", "60", *arguments, **variables)
        self.assertEqual((0, ""), (status, err), out + err)
        return out

    def test_the_second_run_starts_from_the_first_and_writes_what_is_different(self):
        for driver in ("sqlite", "hybrid"):
            file = os.path.join(self.folder, driver)
            options = ("--driver", driver, "--file", file)
            first = self.succeed(*options)
            self.assertIn("Opened %s (driver %s) in " % (file, driver), first)
            self.assertRegex(first, r"stored +12 rows in packages and 24 in dependencies")
            self.assertNotIn("there ", first)
            self.assertIn("The next run starts from " + file, first)

            # What the edits did is there, and is taken back: the package list says otherwise.
            second = self.succeed(*options, "--edits", "0")
            self.assertRegex(second, r"there +12 rows in packages and \d+ in dependencies, read in .*rows/s")
            self.assertRegex(second, r"since then +1 new, [1-9]\d* changed, 1 gone in packages\n")
            self.assertRegex(second, r"since then +\d+ new, 1 changed, \d+ gone in dependencies\n")
            self.assertRegex(second, r"compared +\d+ rows and wrote [1-9]\d*, in one transaction of ")

            third = self.succeed(*options, "--edits", "0")
            self.assertRegex(third, r"since then +0 new, 0 changed, 0 gone in packages\n")
            self.assertRegex(third, r"compared +36 rows and wrote 0,")

    def test_all_drivers_show_the_same_edits(self):
        def edits(out):
            shown = re.sub(r"  flushed .*\n", "", out[out.index("Edit 1"):out.index("\nWhat is alive")])
            return TIMES.sub("...", shown)

        memory = edits(self.succeed("--driver", "memory"))
        for driver in ("sqlite", "hybrid"):
            self.assertEqual(memory, edits(self.succeed("--driver", driver, "--file", self.file + driver)))

    def test_a_file_serves_either_driver(self):
        self.succeed("--driver", "hybrid", "--file", self.file, "--edits", "0")
        self.assertRegex(self.succeed("--file", self.file, "--edits", "0"), r"compared +36 rows and wrote 0,")

    def test_fresh_starts_anew(self):
        self.succeed("--file", self.file)
        again = self.succeed("--file", self.file, "--fresh")
        self.assertRegex(again, r"stored +12 rows in packages and 24 in dependencies")

    def test_without_a_file_the_cache_folder_of_the_user_has_it(self):
        wanted = os.path.join(self.folder, "hyperdb", "packages.sqlite")
        self.assertIn("Opened " + wanted, self.succeed(XDG_CACHE_HOME=self.folder))
        self.assertTrue(os.path.exists(wanted))
        home = os.path.join(self.folder, "home")
        self.succeed(XDG_CACHE_HOME="", HOME=home)
        self.assertTrue(os.path.exists(os.path.join(home, ".cache", "hyperdb", "packages.sqlite")))
        status, _, err = run("--from", STATUS, XDG_CACHE_HOME="", HOME="")
        self.assertEqual(2, status)
        self.assertIn("give a --file", err)

    def test_nothing_is_left_behind(self):
        for driver in ("sqlite", "hybrid"):
            out = self.succeed("--driver", driver, "--file", os.path.join(self.folder, driver))
            table = out[out.index("What is alive"):]
            for name in ("live selectors", "subscriptions", "ranges", "coroutine frames", "rows", "tree nodes"):
                self.assertRegex(table, name + r" +[\d,]+ +[\d,]+ +0\n")
            self.assertRegex(table, r"rows +[1-9]")
            self.assertEqual([driver], [name for name in os.listdir(self.folder) if name.startswith(driver)])

    def refuse(self, path, *parts):
        for driver in ("sqlite", "hybrid"):
            status, out, err = run("--from", STATUS, "--driver", driver, "--file", path)
            self.assertEqual((1, ""), (status, re.sub(r"(?s)^Loaded.*", "", out)))
            self.assertTrue(err.startswith('packages: the rows can\'t be kept in "%s": ' % path), err)
            self.assertEqual(1, err.count("\n"), err)
            for part in parts:
                self.assertIn(part, err)

    def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(self):
        with open(self.file, "wb") as file:
            file.write(FIRST * 100)
        self.refuse(self.file, "no SQLite database")
        status, _, err = run("--from", STATUS, "--file", self.file, "--fresh")
        self.assertEqual(1, status, err)
        with open(self.file, "rb") as file:
            self.assertEqual(FIRST * 100, file.read())

    def test_places_that_can_not_have_a_file_are_refused(self):
        self.refuse(self.folder, "it is a folder")
        self.refuse(os.path.join(self.folder, "none", "file"), "No such file or directory")
        status, _, err = run("--from", STATUS, XDG_CACHE_HOME=STATUS)
        self.assertEqual(1, status)
        self.assertIn("the folder of %s/hyperdb/packages.sqlite can't be made: " % STATUS, err)


class WrongOptions(unittest.TestCase):
    def refuse(self, message, *arguments):
        status, out, err = run(*arguments)
        self.assertEqual((2, ""), (status, out))
        self.assertEqual("packages: %s\nTry packages --help.\n" % message, err)

    def test_are_refused(self):
        self.refuse('there is no option "--fiel"', "--fiel", STATUS)
        self.refuse('there is no option "status"', "status")
        self.refuse("--from needs a value", "--from")
        self.refuse("--from needs a path", "--from=")
        self.refuse("--file needs a value", "--file")
        self.refuse("--file needs a path", "--file=")
        self.refuse("--quiet takes no value", "--quiet=yes")
        self.refuse("--fresh takes no value", "--fresh=1")
        self.refuse('--driver takes memory, sqlite or hybrid, not "redis"', "--driver", "redis")
        self.refuse("--driver memory keeps nothing: --file is for sqlite and hybrid", "--driver=memory", "--file=x")
        self.refuse("--driver memory keeps nothing: --fresh is for sqlite and hybrid", "--fresh", "--driver=memory")
        for text in ("", "many", "-1", "10x", "1.5", "99999999999999999999999", "1000001"):
            self.refuse('--selectors takes a whole number from 0 to 1000000, not "%s"' % text, "--selectors", text)
        self.refuse('--edits takes a whole number from 0 to 100000, not "x"', "--edits=x")


class BrokenFiles(unittest.TestCase):
    def refuse(self, content, place, *parts):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "status")
            with open(path, "wb") as file:
                file.write(content)
            self.refuse_path(path, place, *parts)

    def refuse_path(self, path, place, *parts):
        status, out, err = run("--driver", "memory", "--from", path)
        self.assertEqual((1, ""), (status, re.sub(r"(?s)^Loaded.*", "", out)))
        self.assertTrue(err.startswith("packages: %s%s: " % (path, place)), err)
        self.assertEqual(1, err.count("\n"), err)
        for part in parts:
            self.assertIn(part, err)

    def test_that_can_not_be_read(self):
        with tempfile.TemporaryDirectory() as folder:
            self.refuse_path(os.path.join(folder, "none"), "", "can't be opened: No such file")
            self.refuse_path(folder, "", "can't be read: Is a directory")
            path = os.path.join(folder, "secret")
            with open(path, "wb") as file:
                file.write(FIRST)
            os.chmod(path, 0)
            if not os.access(path, os.R_OK):  # root may read everything
                self.refuse_path(path, "", "can't be opened: Permission denied")

    def test_without_packages(self):
        self.refuse(b"", "", "no package")
        self.refuse(b"\n  \n\n", "", "no package")

    def test_that_are_no_text(self):
        self.refuse(FIRST + b"\n\x1f\x8b\x08\x00\x01", ":5", "no text", "unpack")
        self.refuse(FIRST + b"Description: \xff\xfe\n", "", "packages", "one:all", "summary")

    def test_with_lines_of_another_kind(self):
        self.refuse(FIRST + b"Hello\n", ":4", 'neither "Field: value" nor the continuation', '"Hello"')
        self.refuse(FIRST + b"No field: x\n", ":4", "neither")
        self.refuse(b": x\n", ":1", "neither")
        self.refuse(FIRST + b"\n continued\n", ":5", "without a field to continue")
        self.refuse(FIRST + b"Version: 2\n", ":4", "the field Version comes twice")
        self.refuse(b"x" * 100000, ":1", "xxx...")

    def test_with_paragraphs_that_make_no_package(self):
        self.refuse(FIRST + b"\n\nVersion: 2\nSection: x\n", ":6", "no field Package")
        self.refuse(FIRST + b"\nVersion: 2\nPackage:\n", ":6", "Package is empty")
        for size in (b"12k", b"-1", b"", b"99999999999999999999", b"1.5"):
            self.refuse(FIRST + b"Installed-Size: %s\n" % size, ":4", "Installed-Size is not a number", size.decode())
        self.refuse(FIRST + b"\nPackage: two\n\n" + FIRST, ":7", "one:all is there already, at line 1")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
