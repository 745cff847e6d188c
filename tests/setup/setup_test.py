#!/usr/bin/env python3
"""scripts/setup on machines that we pretend: what is missing, who the user is, and what it then does."""

import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Setup(unittest.TestCase):
    def run_setup(self, *arguments, installed="", user=1000, sudo=False, debian=True, node=True,
                  release='ID=debian\nVERSION_ID="13"\n'):
        """Runs scripts/setup with a PATH of pretended commands; gives exit code, output and the apt-get calls."""
        with tempfile.TemporaryDirectory() as folder:
            def command(name, text):
                path = os.path.join(folder, name)
                with open(path, "w", encoding="utf-8") as file:
                    file.write("#!/bin/bash\n" + text + "\n")
                os.chmod(path, 0o755)

            for tool in ("bash", "env", "sed"):
                os.symlink(shutil.which(tool), os.path.join(folder, tool))
            with open(os.path.join(folder, "os-release"), "w", encoding="utf-8") as file:
                file.write(release)
            command("id", "echo %d" % user)
            if debian:
                # installed: names, or name=version
                command("dpkg-query", 'for each in %s; do [ "${each%%%%=*}" = "${@: -1}" ] && '
                        'echo -n "installed ${each#*=}" && exit 0; done; exit 1' % installed)
                os.symlink(shutil.which("dpkg"), os.path.join(folder, "dpkg"))
                command("apt-get", 'echo "$@" >> %s/calls' % folder)
            if sudo:
                command("sudo", '[ "$1" = -n ] && exit 0; exec "$@"')
            if node:
                command("node", "exit 0")
            done = subprocess.run([shutil.which("bash"), os.path.join(ROOT, "scripts", "setup"), *arguments],
                                  env={"PATH": folder, "HYPERDB_OS_RELEASE": os.path.join(folder, "os-release")},
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            calls = os.path.join(folder, "calls")
            if not os.path.exists(calls):
                return done.returncode, done.stdout, []
            with open(calls, encoding="utf-8") as file:
                return done.returncode, done.stdout, file.read().splitlines()

    def all_packages(self, group):
        """The first choice for each package."""
        return [wish.split("|")[0] for wish in self.run_setup("--missing", group)[1].split()]

    def test_nothing_is_done_when_all_is_there(self):
        everything = " ".join(self.all_packages("matrix"))
        self.assertEqual((0, "", []), self.run_setup("matrix", installed=everything))

    def test_root_installs_what_is_missing_and_only_that(self):
        but_one = [name for name in self.all_packages("base") if name != "ccache"]
        code, _, calls = self.run_setup(installed=" ".join(but_one), user=0)
        self.assertEqual(0, code)
        self.assertEqual(["update -q", "satisfy -y -q --no-install-recommends ccache"], calls)

    def test_a_user_with_sudo_installs(self):
        code, _, calls = self.run_setup(sudo=True)
        self.assertEqual(0, code)
        self.assertIn("clang-19", calls[1])

    def test_a_user_without_sudo_is_told_the_packages(self):
        but_two = [name for name in self.all_packages("base") if name not in ("ccache", "clang-19")]
        code, output, calls = self.run_setup(installed=" ".join(but_two))
        self.assertEqual((1, []), (code, calls))
        self.assertIn("apt-get satisfy --no-install-recommends 'clang-19, ccache'\n", output)

    def test_a_package_of_another_name_will_do_if_it_is_new_enough(self):
        others = [name for name in self.all_packages("base") if name != "libboost1.81-dev"]
        self.assertEqual((0, "", []), self.run_setup(installed=" ".join(others + ["libboost-dev=1.83.0.2"])))
        code, _, calls = self.run_setup(installed=" ".join(others + ["libboost-dev=1.74.0.3"]), user=0)
        self.assertEqual(0, code)
        self.assertEqual("satisfy -y -q --no-install-recommends libboost1.81-dev | libboost-dev (>= 1.81)", calls[1])

    def test_a_release_that_is_not_known_is_told_what_is_done_in_one_line(self):
        ubuntu = 'PRETTY_NAME="Ubuntu 24.04 LTS"\nVERSION_ID="24.04"\nID=ubuntu\n'
        code, output, calls = self.run_setup(user=0, release=ubuntu)
        self.assertEqual((0, 2), (code, len(calls)))
        self.assertIn("is tested on Debian 13 and 12; on Ubuntu 24.04 LTS the same packages are tried.\n", output)
        self.assertNotIn("tested on", self.run_setup(user=0)[1])

    def test_gcc_needs_its_compiler(self):
        self.assertEqual({"g++-14"}, set(self.all_packages("gcc")) - set(self.all_packages("base")))

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
