#!/usr/bin/env python3
"""Shows that each house rule can fail: a small tree that breaks it gets the message; one that does not gets none."""

import json
import os
import re
import shutil
import tempfile
import unittest

import format
import tidy

HEADER = "// What it is for.\n#pragma once\n"


class HouseRules(unittest.TestCase):
    def messages(self, files, compiled=None, allowed=frozenset(), has_headers=True):
        if has_headers:  # each source has its header
            files = {path[:-len("cpp")] + "hpp": "" for path in files if re.match(r"src/.*\.cpp$", path)} | files
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            commands = None
            if compiled is not None:
                commands = os.path.join(root, "compile_commands.json.data")
                with open(commands, "w", encoding="utf-8") as file:
                    json.dump([{"directory": root, "file": path} for path in compiled], file)
            return tidy.check(root, commands, set(allowed))

    def assert_one(self, part, files, **more):
        messages = self.messages(files, **more)
        self.assertEqual(len(messages), 1, messages)
        self.assertIn(part, messages[0])

    def test_a_good_tree_has_no_messages(self):
        self.assertEqual([], self.messages({
            "include/hyperdb/engine/key.hpp": HEADER + "#include <hyperdb/value.hpp>\n",
            "src/query/plan.cpp": '#include "key/key_format.hpp"\n#include "plan.hpp"\n',
            "tests/key/a_test.cpp": "int a;\n"}, compiled=["tests/key/a_test.cpp"]))

    def test_long_lines_and_files(self):
        self.assert_one("121 columns", {"src/key/a.cpp": "/" * 121 + "\n"})
        self.assert_one("401 lines", {"src/key/a.cpp": "int a;\n" * 401})

    def test_long_functions(self):
        body = "  step();\n" * 69
        self.assert_one("a function of 71 lines", {"src/key/a.cpp": "void run() {\n" + body + "}\n"})

    def test_a_constructor_with_initializers_ends_where_it_began(self):
        constructor = "Key::Key(int a)\n    : a_(a) {\n" + "  step();\n" * 40 + "}\n"
        next_one = "void run() {\n" + "  step();\n" * 40 + "  if (a) {\n    {\n    }\n  }\n}\n"
        self.assertEqual([], self.messages({"src/key/a.cpp": constructor + next_one}))

    def test_white_space(self):
        self.assert_one("end of the line", {"src/key/a.cpp": "int a; \n"})
        self.assert_one("a tab", {"src/key/a.cpp": "\tint a;\n"})
        self.assert_one("line break", {"src/key/a.cpp": "int a;"})

    def test_folder_order(self):
        self.assert_one("query may not include reactive",
                        {"src/query/plan.cpp": '#include "reactive/selector_cache.hpp"\n'})
        self.assert_one("key may not include async", {"src/key/a.cpp": "#include <hyperdb/executor.hpp>\n"})
        self.assert_one("key may not include async",
                        {"include/hyperdb/engine/key.hpp": HEADER + "#include <hyperdb/executor.hpp>\n"})
        self.assert_one("include only what is used", {"src/trace/a.cpp": "#include <hyperdb/hyperdb.hpp>\n"})
        self.assert_one("not one of the engine's folders", {"src/misc/a.cpp": "#include <string>\n"})

    def test_drivers_do_not_know_each_other(self):
        self.assert_one("only the memory driver", {"src/driver/sqlite/a.cpp": '#include "driver/memory/tree.hpp"\n'})
        self.assert_one("only the memory driver", {"src/driver/sqlite/a.cpp": "#include <hyperdb/memory_driver.hpp>\n"})
        self.assert_one("only the hybrid driver", {"src/driver/memory/a.cpp": '#include "driver/hybrid/a.hpp"\n'})
        self.assert_one("only the sqlite driver", {"src/driver/a.cpp": '#include "driver/sqlite/a.hpp"\n'})
        self.assert_one("only the memory driver", {"src/runtime/a.cpp": "#include <hyperdb/memory_driver.hpp>\n"})
        self.assertEqual([], self.messages({
            "src/driver/hybrid/a.cpp": '#include "driver/catalog.hpp"\n#include "driver/memory/tree.hpp"\n'
                                       "#include <hyperdb/memory_driver.hpp>\n",
            "include/hyperdb/hybrid_db.hpp": HEADER + "#include <hyperdb/engine/driver.hpp>\n"}))

    def test_sources_have_the_names_of_headers(self):
        self.assert_one("no header has this name", {"src/key/a.cpp": "int a;\n"}, has_headers=False)
        self.assert_one("no header has this name", {"src/key/a.cpp": "int a;\n", "src/value/a.hpp": "int a();\n"},
                        has_headers=False)
        self.assertEqual([], self.messages({
            "src/key/a.cpp": "int a;\n", "src/key/a_part.cpp": "int b;\n", "src/key/a.hpp": "int a();\n",
            "src/key/key_reader.cpp": "int c;\n", "include/hyperdb/engine/key.hpp": HEADER}, has_headers=False))

    def test_a_public_header_without_a_folder(self):
        self.assert_one("belongs to no folder", {"include/hyperdb/surprise.hpp": HEADER})

    def test_public_names_have_comments(self):
        def header(body):
            text = "%s\nnamespace hyperdb {\n\n%s\n}  // namespace hyperdb\n" % (HEADER, body)
            return {"include/hyperdb/engine/key.hpp": text}

        self.assert_one("a public name without a comment", header("int f();\n"))
        self.assert_one("a public name without a comment", header("template <class T>\nclass A {};\n"))
        for fine in ("/// One.\nint f();\nint f(int);\n", "class A;\n", "template <class T>\nclass A;\n",
                     "namespace detail {\n\nint f();\n\n}  // namespace detail\n"):
            self.assertEqual([], self.messages(header(fine)), fine)

    def test_public_header_form(self):
        self.assert_one("must start with a comment", {"include/hyperdb/engine/key.hpp": "#pragma once\n"})
        self.assert_one("no #pragma once", {"include/hyperdb/engine/key.hpp": "// What it is for.\n"})
        self.assert_one("too costly", {"include/hyperdb/engine/key.hpp": HEADER + "#include <boost/json.hpp>\n"})
        self.assert_one("SQLite's headers", {"include/hyperdb/engine/key.hpp": HEADER + "#include <sqlite3.h>\n"})

    def test_banned_words(self):
        self.assert_one("is banned", {"tests/key/a.cpp": "// TO" "DO later\n"})
        self.assert_one("is banned", {"examples/a.cpp": "using namespace std;\n"})
        self.assert_one("prints nothing", {"src/key/a.cpp": "void f() { std::cout << 1; }\n"})
        self.assert_one("prints nothing", {"src/key/a.cpp": 'void f() { std::printf("a"); }\n'})
        self.assertEqual([], self.messages({"examples/a.cpp": "void f() { std::cout << 1; }\n"}))

    def test_coroutine_lambdas_that_capture(self):
        self.assert_one("captures die", {"examples/a.cpp": "auto a = [&](int b) -> Action<> {\n  co_return;\n};\n"})
        self.assert_one("captures die", {"README.md": "auto a = [=] { co_await b(); };\n"})
        self.assertEqual([], self.messages({
            "examples/a.cpp": "auto a = [&] {\n  auto b = [](int) -> Action<> { co_return; };\n};\n"}))

    def test_a_test_that_is_not_built(self):
        self.assert_one("is not in the build", {"tests/key/a_test.cpp": "int a;\n"}, compiled=[])

    def test_the_list_of_exceptions_may_only_shrink(self):
        long_line = {"src/key/a.cpp": "/" * 121 + "\n"}
        entry = {("line_lengths", "src/key/a.cpp")}
        self.assertEqual([], self.messages(long_line, allowed=entry))
        self.assert_one("take it off the list", {"src/key/a.cpp": "int a;\n"}, allowed=entry)


class Format(unittest.TestCase):
    @unittest.skipUnless(shutil.which("clang-format-19"), "clang-format-19 is missing")
    def test_a_file_that_is_not_formatted_is_named_and_rewritten(self):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "src"))
            for name, text in {"good.cpp": "int a = 1;\n", "bad.cpp": "int  a=1 ;\n"}.items():
                with open(os.path.join(root, "src", name), "w", encoding="utf-8") as file:
                    file.write(text)
            self.assertEqual(["src/bad.cpp"], format.differing(root, "clang-format-19", fix=True))
            self.assertEqual([], format.differing(root, "clang-format-19"))


if __name__ == "__main__":
    unittest.main()
