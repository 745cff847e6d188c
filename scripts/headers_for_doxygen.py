#!/usr/bin/env python3
"""Writes the public headers as Doxygen would like to read them: headers_for_doxygen.py TO

TO/hyperdb/ gets a copy of every header in include/hyperdb/ (not of those in detail/).

The comment at the head of a file becomes the file's description. A declaration that directly follows another one, with
no empty line between them, shares its comment: Doxygen is told so. Every line keeps its number.
"""

import os
import re
import sys

HEADERS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "include", "hyperdb")

TYPE = re.compile(r"^(class|struct|enum|concept)\b")
DECLARATION = re.compile(r"^(template|inline|constexpr|std::|\w+(<.*>)? &?operator|void |bool )")


def filtered(lines):
    lines = [re.sub(r"HYPERDB_SQLITE_(CLASS|CONSTRUCTOR) ", "", line) for line in lines]
    in_head = True
    previous = ""
    for number, line in enumerate(lines):
        is_type = any(TYPE.match(each) for each in lines[number:number + 2])
        if in_head and line.startswith("//"):
            yield "/" + line
        elif in_head and line.startswith("#pragma once"):
            yield "/// \\file"
            in_head = False
        elif DECLARATION.match(line) and not is_type and re.match(r"^(\}|[^/ #].*[;}]$)", previous) \
                and not previous.startswith("}  //"):
            yield "/** As the one before. */ " + line
        else:
            yield line
        previous = line


def main():
    folder = os.path.join(sys.argv[1], "hyperdb")
    os.makedirs(folder)
    for name in sorted(os.listdir(HEADERS)):
        if name.endswith(".hpp"):
            with open(os.path.join(HEADERS, name), encoding="utf-8") as file:
                lines = file.read().split("\n")
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write("\n".join(filtered(lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
