#!/usr/bin/env python3
"""Shows that the check of the site's links can fail."""

import os
import tempfile
import unittest

import site_test

WHOLE = {"index.html": '<h1 id="top">a</h1>', "api/index.html": "", "api/files.html": "", "architecture.html": "",
         "readme.html": ""}


class Links(unittest.TestCase):
    def check(self, **pages):
        with tempfile.TemporaryDirectory() as site:
            os.mkdir(os.path.join(site, "api"))
            for name, text in {**WHOLE, **{page + ".html": text for page, text in pages.items()}}.items():
                with open(os.path.join(site, name), "w", encoding="utf-8") as file:
                    file.write(text)
            return site_test.check(site)

    def test_links_that_hold(self):
        self.assertEqual([], self.check(a='<a href="index.html#top">x</a> <a href="#b">y</a> <p id="b">'
                                          '<a href="https://example.org/">z</a>'))

    def test_a_link_to_nothing(self):
        self.assertEqual(["a.html: none.html leads nowhere"], self.check(a='<a href="none.html">x</a>'))

    def test_a_place_that_is_not_there(self):
        self.assertIn("no such place", self.check(a='<a href="index.html#bottom">x</a>')[0])

    def test_something_from_another_server(self):
        self.assertEqual(["a.html: loads https://example.org/x.js"],
                         self.check(a='<script src="https://example.org/x.js"></script>'))


if __name__ == "__main__":
    unittest.main()
