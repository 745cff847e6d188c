#!/usr/bin/env python3
"""The documentation is whole: every page can be found, every public header is listed, pictures are as drawn."""

import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAV_PAGE = re.compile(r"^ +- [^:]+: (\w+\.md)$", re.MULTILINE)
PAGE_LINK = re.compile(r"\]\((\w+\.md)\)")


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def names(*folder, ending):
    return sorted(name for name in os.listdir(os.path.join(ROOT, *folder)) if name.endswith(ending))


class Pages(unittest.TestCase):
    def test_every_page_is_in_the_navigation_once(self):
        nav = NAV_PAGE.findall(read("mkdocs.yml").split("\nnav:")[1])
        self.assertEqual(len(nav), len(set(nav)), nav)
        self.assertEqual([], sorted(set(names("docs", ending=".md")) - set(nav)))

    def test_the_introduction_lists_the_pages_in_the_order_of_the_navigation(self):
        nav = NAV_PAGE.findall(read("mkdocs.yml").split("\nnav:")[1])
        there = set(names("docs", ending=".md"))
        wanted = [page for page in nav if page in there and page != "index.md"]
        listed = list(dict.fromkeys(PAGE_LINK.findall(read("docs", "index.md"))))
        self.assertEqual(wanted, listed)

    def test_the_page_of_headers_lists_every_public_header(self):
        guide = read("docs", "headers.md")
        listed = re.findall(r"`([\w]+\.hpp)`", guide)
        public = names("include", "hyperdb", ending=".hpp") + names("include", "hyperdb", "engine", ending=".hpp")
        self.assertEqual(sorted(public), sorted(set(listed)))

    def test_pictures_are_as_the_script_draws_them(self):
        done = subprocess.run([sys.executable, "-B", os.path.join(ROOT, "scripts", "draw_docs.py"), "--check"],
                              stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stdout))

    def test_every_page_has_one_title(self):
        for page in names("docs", ending=".md"):
            text = re.sub(r"^```.*?^```$", "", read("docs", page), flags=re.MULTILINE | re.DOTALL)
            self.assertEqual(1, len(re.findall(r"^# ", text, re.MULTILINE)), page)
            self.assertTrue(text.startswith("# "), page)


if __name__ == "__main__":
    unittest.main()
