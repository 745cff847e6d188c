#!/usr/bin/env python3
"""scripts/setup on machines that we pretend: what is missing, who the user is, and what it then does."""

import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Setup(unittest.TestCase):
    def run_setup(self, *arguments, installed="", user=1000, sudo=False, debian=True, node=True):
        """Runs scripts/setup with a PATH of pretended commands; gives exit code, output and the apt-get calls."""
        with tempfile.TemporaryDirectory() as folder:
            def command(name, text):
                path = os.path.join(folder, name)
                with open(path, "w", encoding="utf-8") as file:
                    file.write("#!/bin/bash\n" + text + "\n")
                os.chmod(path, 0o755)

            os.symlink(shutil.which("bash"), os.path.join(folder, "bash"))
            os.symlink(shutil.which("env"), os.path.join(folder, "env"))
            command("id", "echo %d" % user)
            if debian:
                command("dpkg-query", 'case " %s " in *" ${@: -1} "*) echo -n installed;; *) exit 1;; esac' % installed)
                command("apt-get", 'echo "$@" >> %s/calls' % folder)
            if sudo:
                command("sudo", '[ "$1" = -n ] && exit 0; exec "$@"')
            if node:
                command("node", "exit 0")
            done = subprocess.run([shutil.which("bash"), os.path.join(ROOT, "scripts", "setup"), *arguments],
                                  env={"PATH": folder}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            calls = os.path.join(folder, "calls")
            if not os.path.exists(calls):
                return done.returncode, done.stdout, []
            with open(calls, encoding="utf-8") as file:
                return done.returncode, done.stdout, file.read().splitlines()

    def all_packages(self, group):
        return self.run_setup("--missing", group)[1].split()

    def test_nothing_is_done_when_all_is_there(self):
        everything = " ".join(self.all_packages("matrix"))
        self.assertEqual((0, "", []), self.run_setup("matrix", installed=everything))

    def test_root_installs_what_is_missing_and_only_that(self):
        but_one = [name for name in self.all_packages("base") if name != "ccache"]
        code, _, calls = self.run_setup(installed=" ".join(but_one), user=0)
        self.assertEqual(0, code)
        self.assertEqual(["update -q", "install -y -q --no-install-recommends ccache"], calls)

    def test_a_user_with_sudo_installs(self):
        code, _, calls = self.run_setup(sudo=True)
        self.assertEqual(0, code)
        self.assertIn("clang-19", calls[1])

    def test_a_user_without_sudo_is_told_the_packages(self):
        but_two = [name for name in self.all_packages("base") if name not in ("ccache", "clang-19")]
        code, output, calls = self.run_setup(installed=" ".join(but_two))
        self.assertEqual((1, []), (code, calls))
        self.assertIn("apt-get install --no-install-recommends clang-19 ccache\n", output)

    def test_node_is_a_package_only_where_there_is_none(self):
        self.assertNotIn("nodejs", self.all_packages("matrix"))
        self.assertIn("nodejs", self.run_setup("--missing", "matrix", node=False)[1].split())

    def test_the_site_needs_its_tools_and_the_suite_does_not(self):
        self.assertEqual({"mkdocs", "mkdocs-material", "doxygen"},
                         set(self.all_packages("docs")) - set(self.all_packages("base")))

    def test_peers_need_node_and_npm_where_one_is_missing(self):
        self.assertEqual(["nodejs", "npm"], self.run_setup("--missing", "peers")[1].split()[-2:])
        self.assertEqual(["nodejs", "npm"], self.run_setup("--missing", "peers", node=False)[1].split()[-2:])

    def test_other_systems_are_told_what_is_needed(self):
        code, output, _ = self.run_setup(debian=False)
        self.assertEqual(0, code)
        self.assertIn("libboost1.81-dev", output)
        self.assertIn("libsqlite3-dev", output)

    def test_an_unknown_group_is_an_error(self):
        self.assertEqual(2, self.run_setup("everything")[0])


if __name__ == "__main__":
    unittest.main()
