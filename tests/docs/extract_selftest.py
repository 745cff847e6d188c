#!/usr/bin/env python3
"""Shows that the check of the documentation's code can fail, and that --fix repairs what it finds."""

import os
import tempfile
import unittest

import extract

PROGRAM = """int a;
int main() {
  // [body]
  a = 1;
    // [inner]
  a += 1;
    // [/inner]
  // [/body]
}
"""


class Snippets(unittest.TestCase):
    def check(self, page, fix=False, program=PROGRAM):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "examples"))
            for path, text in (("examples/a.cpp", program), ("README.md", page)):
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            count, messages = extract.check(root, fix)
            with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
                return count, messages, file.read()

    def assert_message(self, part, page, **more):
        _, messages, _ = self.check(page, **more)
        self.assertEqual(len(messages), 1, messages)
        self.assertIn(part, messages[0])

    def block(self, body, options="file=examples/a.cpp region=body"):
        return "# T\n\n```cpp %s\n%s\n```\n" % (options, body)

    def test_a_block_that_equals_its_region(self):
        self.assertEqual((1, []), self.check(self.block("a = 1;\na += 1;"))[:2])

    def test_a_block_that_differs_is_found_and_repaired(self):
        self.assert_message("differs from", self.block("a = 2;"))
        count, messages, page = self.check(self.block("a = 2;"), fix=True)
        self.assertEqual((1, []), (count, messages))
        self.assertEqual(self.block("a = 1;\na += 1;"), page)

    def test_a_block_without_a_source(self):
        self.assert_message("without file=", "```cpp\nint a;\n```\n")
        self.assertEqual((0, []), self.check("```sh\nmake test\n```\n")[:2])

    def test_sources_that_are_not_there(self):
        self.assert_message("is there 0 times", self.block("", "file=examples/a.cpp region=none"))
        self.assert_message("does not exist", self.block("", "file=examples/b.cpp region=body"))
        self.assert_message("is not in examples/", self.block("", "file=src/a.cpp"))
        self.assert_message("must be once and closed", self.block(""), program="// [body]\nint a;\n")
        self.assert_message("unknown option", self.block("", "line=3"))
        self.assert_message("has no end", "```cpp file=examples/a.cpp region=body\n")

    def test_a_whole_file(self):
        whole = "int a;\nint main() {\n  a = 1;\n  a += 1;\n}"
        self.assertEqual((1, []), self.check(self.block(whole, "file=examples/a.cpp"))[:2])


if __name__ == "__main__":
    unittest.main()
