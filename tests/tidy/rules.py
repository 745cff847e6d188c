"""The rules for one file. Each takes a path from the repository's root and the file's lines, and yields messages."""

import re

import layers

LINE_LENGTH_MAX = 120
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70

# word, where (regular expression for the path), what to do instead
CODE = r"\.(hpp|cpp|h|js|ts|tsx|py|cmake|sh|txt|yml)$|(^|/)(Makefile|run|setup|coroutine)$"
ENGINE = r"^(src|include)/.*\.(hpp|cpp)$"
BANNED = [
    (r"\b(FIX" r"ME|TO" r"DO|X" r"XX|HA" r"CK)\b", CODE, "finish it, or write an issue"),
    (r"\busing namespace std;", r"\.(hpp|cpp|md)$", "name what is used"),
    (r"\bstd::(cout|cerr|clog)\b", ENGINE, "the library prints nothing; throw hyperdb::Error or trace"),
    (r"\bv?printf\s*\(|\bfprintf\s*\(\s*stdout|\bputs\s*\(", ENGINE,
     "the library prints nothing; throw hyperdb::Error or trace"),
    (r"#include <(iostream|ranges|format|memory_resource|source_location)>", ENGINE,
     "costly to include, or missing in Emscripten 3.1.6"),
    (r"\bstd::(ranges|views|pmr)::", ENGINE, "missing in Emscripten 3.1.6; use <algorithm>"),
    (r"\bstd::(bit_cast|jthread|format|source_location)\b", ENGINE, "missing in Emscripten 3.1.6"),
    (r"#include <(chrono|mutex|regex|thread|condition_variable|boost/[^>]*)>",
     r"^include/(?!hyperdb/describe\.hpp$)",
     "too costly for a public header; use it in a .cpp file"),
    (r"#include <sqlite3\.h>", r"^include/", "users of HyperDB don't need SQLite's headers"),
    (r"\b(symmetric_transfer|experimental/coroutine)\b", ENGINE, "see detail/coroutine.hpp"),
    (r"-mar" r"ch=|-ffast" r"-math", CODE, "the library runs on every machine"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
FUNCTION_HEAD = re.compile(r"^( {0,4})\S.*\)\s*(const|noexcept|override|final|->\s*[\w:<>*&, ]+|\s)*\{$")
PUBLIC_NAME = re.compile(r"^(template|class|struct|enum|inline|constexpr|using|concept|[\w:]+[\w:<>*& ]* [\w&*]+\()")
FORWARD = re.compile(r"^(class|struct) \w+;$")
DEFINED_ELSEWHERE = re.compile(r"^template <>|\w>::\w+|^struct \w+::\w+")  # a specialisation, a member's body
NOT_A_FUNCTION = re.compile(r"^\s*(namespace|class|struct|union|enum|extern)\b|=\s*\{$")


def line_lengths(path, lines):
    if path.endswith((".md", ".json")):
        return
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LENGTH_MAX:
            yield "%s:%d: %d columns, %d are allowed" % (path, number, len(line), LINE_LENGTH_MAX)


def file_length(path, lines):
    if not path.endswith((".json", "LICENSE")) and len(lines) > FILE_LINES_MAX:
        yield "%s: %d lines, %d are allowed: two concepts in one file?" % (path, len(lines), FILE_LINES_MAX)


def white_space(path, lines):
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield "%s:%d: white space at the end of the line" % (path, number)
        if "\t" in line and not path.endswith("Makefile"):
            yield "%s:%d: a tab" % (path, number)


def function_lengths(path, lines):
    """Finds functions by our layout: a head that ends with '{' and the next '}' in the head's column."""
    if not re.match(r"^(src|include|examples|benchmarks)/.*\.(hpp|cpp)$", path):
        return
    for number, line in enumerate(lines):
        head = FUNCTION_HEAD.match(line)
        if not head or NOT_A_FUNCTION.search(line):
            continue
        indent = head.group(1)
        if line.lstrip().startswith(":"):  # a constructor's initializers stand four columns in
            indent = indent[4:]
        for end in range(number + 1, len(lines)):
            if lines[end].startswith(indent + "}"):
                if end - number + 1 > FUNCTION_LINES_MAX:
                    yield "%s:%d: a function of %d lines, %d are allowed" % (
                        path, number + 1, end - number + 1, FUNCTION_LINES_MAX)
                break


def banned_words(path, lines):
    for number, line in enumerate(lines, 1):
        for word, where, instead in BANNED:
            if re.search(where, path):
                found = re.search(word, line)
                if found:
                    yield "%s:%d: '%s' is banned: %s" % (path, number, found.group(0), instead)


def include_order(path, lines):
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if found:
            yield from layers.check_include(path, number, found.group(2), found.group(1) == '"')


def public_header_form(path, lines):
    if not re.match(r"^include/.*\.hpp$", path):
        return
    if not lines or not lines[0].startswith("// "):
        yield "%s: must start with a comment that says what it is for" % path
    if "#pragma once" not in lines:
        yield "%s: has no #pragma once" % path


def public_names_without_comment(path, lines):
    """In public headers what stands in the namespace itself has a comment, or directly follows what has one."""
    if not re.match(r"^include/hyperdb/(engine/)?[^/]+\.hpp$", path) or path.endswith("/fwd.hpp"):
        return
    in_detail = False
    for number, line in enumerate(lines):
        if line.startswith("namespace"):
            in_detail = "detail" in line
        elif line.startswith("}  // namespace") and "detail" in line:
            in_detail = False
        if in_detail or number == 0 or lines[number - 1] != "" or not PUBLIC_NAME.match(line):
            continue
        head = " ".join(lines[number:number + 4]).split("{")[0]
        is_forward = any(FORWARD.match(each) for each in lines[number:number + 2])
        if not is_forward and not DEFINED_ELSEWHERE.search(head):
            yield "%s:%d: a public name without a comment" % (path, number + 1)


def capturing_coroutines(path, lines):
    """A lambda with [&] or [=] that is a coroutine: its captures die before it does."""
    if not re.match(r"^(include|examples|docs)/|^README\.md$", path):
        return
    text = "\n".join(lines)
    for capture in re.finditer(r"\[[&=][^\]\n]*\]\s*(\([^(){}]*\))?[^(){};]*\{", text):
        body = own_body(text, capture.end())
        if re.search(r"\bco_(await|return|yield)\b", body):
            number = text.count("\n", 0, capture.start()) + 1
            yield "%s:%d: a capturing lambda that is a coroutine: captures die before it ends; pass parameters" % (
                path, number)


def own_body(text, start):
    """The text from after '{' to its '}', without the bodies of lambdas inside it."""
    depth, position = 1, start
    while position < len(text) and depth > 0:
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        position += 1
    body = text[start:position]
    inner = re.search(r"\[[^\]\n]*\]\s*\([^(){}]*\)[^(){};]*\{", body)
    while inner:
        nested = own_body(body, inner.end())
        body = body[:inner.start()] + body[inner.end() + len(nested):]
        if not nested:
            break
        inner = re.search(r"\[[^\]\n]*\]\s*\([^(){}]*\)[^(){};]*\{", body)
    return body


ALL = [line_lengths, file_length, white_space, function_lengths, banned_words, include_order, public_header_form,
       public_names_without_comment, capturing_coroutines]
