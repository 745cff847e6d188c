"""Runs a debugger over a program and gives what it printed for each command."""

import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PRINTERS = os.path.join(ROOT, "debug")
SKIPPED = 77
SECONDS_MAX = 100
NOT_ALLOWED = re.compile(r"ptrace: Operation not permitted|Could not trace the inferior|personality set failed")


def skip(reason):
    print("skipped: " + reason)
    sys.exit(SKIPPED)


def find(*names):
    for name in names:
        if shutil.which(name):
            return name
    return skip("there is no " + names[0])


def output_of(*command):
    """What it prints. The tests see it in English, without the user's settings, and leave nothing behind."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, timeout=SECONDS_MAX,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"})
    if NOT_ALLOWED.search(done.stdout):
        skip("programs may not be debugged here: " + done.stdout.strip().splitlines()[-1])
    return done.stdout


def answers(output, mark):
    """{text behind a mark: what was printed after it, with single blanks}"""
    parts = re.split(r"^%s (.*)$" % mark, output, flags=re.MULTILINE)
    return {name.strip(): " ".join(text.split()) for name, text in zip(parts[1::2], parts[2::2])}


def guide_block(prompt):
    """What docs/debugging.md says that this command to the debugger prints, with single blanks."""
    with open(os.path.join(ROOT, "docs", "debugging.md"), encoding="utf-8") as file:
        text = file.read()
    block = re.search(r"^    %s.*\n((    .*\n)+)" % re.escape(prompt), text, re.MULTILINE).group(1)
    return " ".join(block.split())
