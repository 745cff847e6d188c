#!/usr/bin/env python3
"""The code in README.md and docs/ is code that runs: each C++ block must equal a marked region of a program.

    extract.py [--root FOLDER] [--fix]

A block says where it comes from in its first line:

    ```cpp file=examples/quickstart/main.cpp region=tables

and must equal the lines between `// [tables]` and `// [/tables]` in that file, less the indentation they share and
the marks of other regions. Without `region=` it must equal the whole file; blocks of other languages may have a
`file=` too (an example's expected.txt). A block of code without `file=` is an error. The files are in examples/ or
tests/, where the build compiles and runs them. `--fix` rewrites the blocks.

Exit status 0: all equal. 1: differences. 2: nothing to check.
"""

import argparse
import os
import re
import sys
import textwrap

FENCE = re.compile(r"^```(\w+)?(.*)$")
MARK = re.compile(r"^\s*// \[(/?)([\w-]+)\]\s*$")
CODE_LANGUAGES = {"cpp", "c++", "cc", "cxx", "ts", "tsx", "js", "jsx"}


class Problem(Exception):
    """What is wrong with a block, without its place."""


def region_of(text, name):
    """The lines of a marked region. Raises Problem when it is not there exactly once."""
    lines, inside, found = [], False, 0
    for line in text.splitlines():
        mark = MARK.match(line)
        if mark:
            if mark.group(2) == name:
                if inside == (mark.group(1) == ""):
                    raise Problem("region %s is not opened and closed in turn" % name)
                inside = not inside
                found += inside
            continue
        if inside:
            lines.append(line)
    if found != 1 or inside:
        raise Problem("region %s is there %d times, must be once and closed" % (name, found))
    return textwrap.dedent("\n".join(lines)).strip("\n").split("\n")


def source_of(root, options):
    """What a block with these options must be."""
    path = options["file"]
    if not re.match(r"^(examples|tests|bindings/web/(demo|examples|test))/", path) or ".." in path:
        raise Problem("file=%s is not in examples/, tests/ or the programs of bindings/web" % path)
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
    except OSError:
        raise Problem("file=%s does not exist" % path) from None
    if "region" in options:
        return region_of(text, options["region"])
    return [line for line in text.rstrip("\n").split("\n") if not MARK.match(line)]


def options_of(language, rest):
    """The options of a block, or None for a block that is not checked."""
    options = {}
    for word in rest.split():
        name, equals, value = word.partition("=")
        if not equals or name not in ("file", "region"):
            raise Problem("unknown option %s; known are file= and region=" % word)
        options[name] = value
    if "file" in options:
        return options
    if options:
        raise Problem("region= without file=")
    if language in CODE_LANGUAGES:
        raise Problem("a block of code without file=: it must be a region of a program that runs")
    return None


def check_page(root, page, fix):
    """(number of checked blocks, messages) of one page; with fix the page is rewritten."""
    with open(os.path.join(root, page), encoding="utf-8") as file:
        lines = file.read().split("\n")
    out, messages, count, position = [], [], 0, 0
    while position < len(lines):
        fence = FENCE.match(lines[position])
        out.append(lines[position])
        position += 1
        if not fence:
            continue
        start = position
        while position < len(lines) and lines[position].strip() != "```":
            position += 1
        body = lines[start:position]
        try:
            if position == len(lines):
                raise Problem("the block has no end")
            options = options_of(fence.group(1), fence.group(2))
            if options:
                count += 1
                wanted = source_of(root, options)
                if body != wanted and fix:
                    body = wanted
                elif body != wanted:
                    raise Problem("differs from %s %s; run tests/docs/extract.py --fix" % (
                        options["file"], options.get("region", "")))
        except Problem as problem:
            messages.append("%s:%d: %s" % (page, start, problem))
        out += body + lines[position:position + 1]
        position += 1
    if fix and out != lines:
        with open(os.path.join(root, page), "w", encoding="utf-8") as file:
            file.write("\n".join(out))
    return count, messages


def pages_of(root):
    pages = ["README.md"] if os.path.exists(os.path.join(root, "README.md")) else []
    for folder, folders, names in os.walk(os.path.join(root, "docs")):
        folders.sort()
        pages += sorted(os.path.relpath(os.path.join(folder, name), root) for name in names if name.endswith(".md"))
    return pages


def check(root, fix=False):
    """(number of checked blocks, messages) of all pages."""
    results = [check_page(root, page, fix) for page in pages_of(root)]
    return sum(count for count, _ in results), [message for _, messages in results for message in messages]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    parser.add_argument("--fix", action="store_true", help="rewrite the blocks from the programs")
    options = parser.parse_args()
    count, messages = check(options.root, options.fix)
    for message in messages:
        print(message)
    print("docs: %d blocks checked, %d messages" % (count, len(messages)))
    if messages:
        return 1
    if not pages_of(options.root):
        print("docs: there is no README.md and no page in docs/")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
