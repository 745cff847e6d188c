#!/usr/bin/env python3
"""Reads the repository and says what is against the house rules (rules.py, layers.py).

    tidy.py [--root FOLDER] [--compile-commands build/dev/compile_commands.json]

Exit status 0: nothing to say. 1: at least one message.
"""

import argparse
import json
import os
import re
import sys

import layers
import rules

SKIPPED_FOLDERS = {".module", ".git", "build", "node_modules", "__pycache__", ".cache", "dist", "site"}
# Recorded or copied data: not written by hand, not read as code.
DATA = re.compile(r"^tests/conformance/(public/|check\.py$|README\.md$)|(^|/)data/|package-lock\.json$")
TEXT = re.compile(r"\.(hpp|cpp|h|js|mjs|ts|tsx|py|cmake|in|txt|md|json|sh|yml|args)$"
                  r"|(^|/)(Makefile|run|setup|coroutine|LICENSE|\.clang-format|\.clang-tidy|\.gitignore)$")

# Files that break a rule today: (rule, path). May only shrink: an entry that is no longer needed is an error too.
ALLOWED = {
    ("function_lengths", "include/hyperdb/detail/visit_fields.hpp"),  # one case per number of fields, 0 to 32
}



def files_of(root):
    """Paths from the root, in a fixed order, of all text that we wrote."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
            if TEXT.search(path) and not DATA.search(path):
                found.append(path)
    return sorted(found)


def check_tests_are_built(root, paths, compile_commands):
    """Every *_test.cpp must be in the build; a test that nobody compiles says nothing."""
    with open(compile_commands, encoding="utf-8") as file:
        built = {os.path.realpath(os.path.join(entry["directory"], entry["file"])) for entry in json.load(file)}
    return ["%s: is not in the build" % path for path in paths
            if path.endswith("_test.cpp") and os.path.realpath(os.path.join(root, path)) not in built]


PUBLIC_FOLDERS = ("include/hyperdb", "include/hyperdb/engine", "include/hyperdb/detail")


def check_source_names(paths):
    """Every src/**/x.cpp has the bodies of an x.hpp beside it or in include/, or is a part of them: x_<part>.cpp."""
    headers = {path[:-len(".hpp")] for path in paths if path.endswith(".hpp")}
    for path in paths:
        if not re.match(r"^src/.*\.cpp$", path):
            continue
        folder, name = os.path.split(path[:-len(".cpp")])
        parts = name.split("_")
        stems = ["_".join(parts[:count]) for count in range(1, len(parts) + 1)]
        if not any(place + "/" + stem in headers
                   for stem in stems for place in (folder, *PUBLIC_FOLDERS)):
            yield "%s: no header has this name or is the first part of it" % path


def check(root, compile_commands=None, allowed=ALLOWED):
    """All messages for the tree below root."""
    paths = files_of(root)
    messages = []
    used = set()
    for path in paths:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            lines = file.read().split("\n")
        if lines and lines[-1] == "":
            lines.pop()
        elif lines:
            messages.append("%s: does not end with a line break" % path)
        for rule in rules.ALL:
            said = list(rule(path, lines))
            if said and (rule.__name__, path) in allowed:
                used.add((rule.__name__, path))
            else:
                messages += said
    messages += ["%s: no longer breaks %s; take it off the list in tidy.py" % (path, rule)
                 for rule, path in sorted(allowed - used)]
    prefix, suffix = "include/hyperdb/", ".hpp"
    messages += check_source_names(paths)
    messages += layers.check_public_headers(
        path[len(prefix):-len(suffix)] for path in paths if path.startswith(prefix) and path.endswith(suffix))
    if compile_commands:
        messages += check_tests_are_built(root, paths, compile_commands)
    return messages


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    parser.add_argument("--compile-commands", help="to check that every test is built")
    options = parser.parse_args()
    messages = check(options.root, options.compile_commands)
    for message in messages:
        print(message)
    print("tidy: %s" % ("%d messages" % len(messages) if messages else "nothing to say"))
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
