#!/usr/bin/env python3
"""Draws the pictures of docs/inside.md and docs/index.md: draw_docs.py [--check]

Writes docs/images/*.svg; with --check says which of them differ from what would be written, and ends with 1 then. The
pictures have a background of their own, and colours for light and for dark pages.
"""

import os
import sys

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "docs", "images")
STYLE = """
  .page { fill: #fafafa; stroke: #d0d7de }
  .box { fill: #ffffff; stroke: #57606a } .new { fill: #dafbe1; stroke: #1a7f37 }
  .old { fill: #f3f4f6; stroke: #8c959f } .mark { fill: #fff1c2; stroke: #9a6700 }
  .group { fill: none; stroke: #8c959f; stroke-dasharray: 5 4 }
  .line { stroke: #57606a; fill: none } .newline { stroke: #1a7f37; fill: none }
  .oldline { stroke: #8c959f; fill: none } .back { stroke: #9a6700; fill: none; stroke-dasharray: 5 4 }
  .head { fill: #57606a } text { fill: #1f2328; font: 14px system-ui, "DejaVu Sans", Arial, sans-serif }
  .small { font-size: 12px; fill: #57606a } .bold { font-weight: 600 }
  .code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 12.5px }
  @media (prefers-color-scheme: dark) {
    .page { fill: #1c2128; stroke: #444c56 } .box { fill: #2d333b; stroke: #adbac7 }
    .new { fill: #1b4721; stroke: #57ab5a } .old { fill: #22272e; stroke: #768390 }
    .mark { fill: #4b3a0b; stroke: #daaa3f } .line { stroke: #adbac7 } .newline { stroke: #57ab5a }
    .oldline { stroke: #768390 } .back { stroke: #daaa3f } .head { fill: #adbac7 } .group { stroke: #768390 }
    text { fill: #e6edf3 } .small { fill: #adbac7 }
  }
"""


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Drawing:
    """Collects shapes; all coordinates are those of the picture."""

    def __init__(self, width, height, title):
        self.head = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">\n'
                     "<title>%s</title>\n<style>%s</style>\n"
                     '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
                     'orient="auto"><path d="M0 1 L10 5 L0 9 z" class="head"/></marker></defs>\n'
                     '<rect class="page" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>\n'
                     % (width, height, width, height, escaped(title), STYLE, width - 1, height - 1))
        self.shapes = []

    def text(self, x, y, words, style="", anchor="middle"):
        self.shapes.append('<text x="%g" y="%g" text-anchor="%s" class="%s">%s</text>' % (
            x, y, anchor, style, escaped(words)))

    def box(self, x, y, width, height, lines=(), style="box", text_style=""):
        """A box with lines of text in its middle. A line may be (text, style)."""
        self.shapes.append('<rect x="%g" y="%g" width="%g" height="%g" rx="5" class="%s"/>' % (
            x, y, width, height, style))
        first = y + height / 2 + 5 - 9 * (len(lines) - 1)
        for number, line in enumerate(lines):
            words, own = line if isinstance(line, tuple) else (line, text_style)
            self.text(x + width / 2, first + 18 * number, words, own)

    def line(self, points, style="line", arrow=True):
        self.shapes.append('<polyline points="%s" class="%s"%s/>' % (
            " ".join("%g,%g" % point for point in points), style, ' marker-end="url(#arrow)"' if arrow else ""))

    def write(self):
        return self.head + "\n".join(self.shapes) + "\n</svg>\n"


def layers():
    d = Drawing(760, 330, "Three layers: tables, commands, runtime; below them a driver")
    rows = [
        (20, "Tables", "the shape of rows, named indexes", ["Task", "tasksTable", "byProjectOrder"]),
        (100, "Commands", "coroutines that describe work", ["selectFrom(...)", "projectTasks(id)", "createTask(...)"]),
        (180, "Runtime", "executes, keeps results live", ["DB", "SubscribableDB", "cachedSelector"]),
        (260, "Driver", "all that knows storage", ["BptreeInmemDriver", "SqlDriver", "HybridDB"]),
    ]
    for y, name, what, things in rows:
        d.box(20, y, 720, 52, style="old" if name == "Driver" else "box")
        d.text(36, y + 23, name, "bold", "start")
        d.text(36, y + 41, what, "small", "start")
        for number, thing in enumerate(things):
            d.box(270 + 155 * number, y + 11, 145, 30, [thing], "mark" if name == "Driver" else "new", "code")
    for y, words in ((72, "know"), (152, "runs"), (232, "asks for ranges of keys")):
        up = y != 232
        ends = [(380, y + 28), (380, y)] if up else [(380, y), (380, y + 28)]
        d.line(ends)
        d.text(392, y + 19, words, "small", "start")
    return d


NODES = {"a": 90, "b": 230, "c": 370, "d": 510}


def leaf(d, x, y, keys, style):
    d.box(x - 62, y, 124, 34, style=style)
    for number, key in enumerate(keys):
        d.text(x - 40 + 40 * number, y + 22, key, "code")


def tree():
    d = Drawing(760, 400,
                "A commit copies the path to what it writes; a result is a root, a first position and a count")
    d.text(20, 30, "upsert of row 5: new nodes green, shared ones grey", "bold", "start")
    d.box(175, 55, 150, 40, ["root", ("10 rows", "small")], "old")
    d.box(430, 55, 150, 40, ["root'", ("10 rows", "small")], "new")
    keys = {"a": ["1", "2", "3"], "b": ["4", "5", "6"], "c": ["7", "8"], "d": ["9", "10"]}
    for name, x in NODES.items():
        leaf(d, x, 190, keys[name], "old")
        d.line([(250, 95), (x, 190)], "oldline", False)
    leaf(d, 672, 190, ["4", "5'", "6"], "new")
    for name in ("a", "c", "d"):
        d.line([(505, 95), (NODES[name], 190)], "newline", False)
    d.line([(505, 95), (672, 190)], "newline", False)
    d.box(20, 270, 350, 110, style="group")
    d.text(36, 294, "a result that was made before", "bold", "start")
    d.text(36, 318, "root, first 3, count 4", "code", "start")
    d.text(36, 342, "rows 4 5 6 7: the same for as long", "small", "start")
    d.text(36, 360, "as it is kept", "small", "start")
    d.box(390, 270, 350, 110, style="group")
    d.text(406, 294, "the same query after the commit", "bold", "start")
    d.text(406, 318, "root', first 3, count 4", "code", "start")
    d.text(406, 342, "rows 4 5' 6 7: found in O(log n),", "small", "start")
    d.text(406, 360, "no row was looked at", "small", "start")
    return d


def commit():
    d = Drawing(760, 486, "The life of a commit: keys, range index, entries, callbacks")
    d.box(20, 20, 220, 56, [("the action ends", "bold"), "the driver swaps roots"])
    d.line([(240, 48), (290, 48)])
    d.box(290, 20, 200, 56, [("ops", "bold"), "old row, new row"])
    d.line([(490, 48), (540, 48)])
    d.box(540, 20, 200, 56, [("keys in each index", "bold"), ("(\"p1\", 7)   (\"p1\", 9)", "code")])
    d.line([(640, 76), (640, 120)])
    d.text(630, 103, "O(log n + hits) for each key", "small", "end")
    d.box(290, 120, 450, 110, style="box")
    d.text(306, 142, "range index: what live results have read", "bold", "start")
    for number, (words, style) in enumerate((("(\"p1\") .. (\"p1\")", "mark"), ("(\"p2\") .. (\"p2\")", "old"),
                                             ("(\"p3\") .. (\"p3\")", "old"))):
        d.box(302 + 144 * number, 160, 138, 34, [words], style, "code")
    d.text(306, 218, "yellow: holds a key of this commit", "small", "start")
    d.line([(373, 230), (373, 270)])
    d.box(290, 270, 216, 76, [("entry projectTasks(\"p1\")", "bold"), "subscribers: run again now",
                              "none: stale, runs when read"], "mark")
    d.box(524, 270, 216, 76, [("all other entries", "bold"), "not asked, not listed;", "known to be current"], "old")
    d.line([(290, 308), (240, 308)])
    d.box(20, 270, 220, 76, [("same result as before?", "bold"), "yes: nobody is called", "no: put into the queue"])
    d.line([(130, 346), (130, 386)])
    d.box(20, 386, 720, 80, [("queue of callbacks, one after the other, never nested", "bold"),
                             "first subscribers to commits, then those of changed results;",
                             "what a callback commits is announced behind those that wait"], "new")
    return d


def diff():
    d = Drawing(760, 370, "The difference of two results skips what both trees share")
    d.text(20, 30, "before: root", "bold", "start")
    d.text(400, 30, "after: root'", "bold", "start")
    for offset, root_style in ((0, "old"), (380, "new")):
        d.box(130 + offset, 48, 120, 34, ["root" if offset == 0 else "root'"], root_style)
        for number in range(2):
            x = 50 + 170 * number + offset
            changed = number == 1 and offset > 0
            d.box(x, 128, 110, 34, ["inner"], "new" if changed else "old")
            d.line([(190 + offset, 82), (x + 55, 128)], "newline" if offset else "oldline", False)
            for leaf_number in range(2):
                is_new = changed and leaf_number == 0
                left = x - 22 + 80 * leaf_number
                keys = "5' 6" if is_new else ("1 2", "3 4", "5 6", "7 8")[2 * number + leaf_number]
                d.box(left, 208, 72, 34, [keys], "new" if is_new else "old", "code")
                d.line([(x + 55, 162), (left + 36, 208)], "newline" if changed else "oldline", False)
    for x, y, words in ((105, 180, "same node"), (485, 180, "same node")):
        d.shapes.append('<rect x="%g" y="%g" width="172" height="140" rx="8" class="group"/>' % (x - 86, 118))
        d.text(x, y + 94, words, "small")
    d.box(20, 300, 720, 52, [("walk both trees at once; where they hold the same node, skip it", "bold"),
                             "looked into: 2 roots, 2 inner nodes, 2 leaves; found: row 5 updated, position 4 in both"])
    return d


def coroutine():
    d = Drawing(760, 480, "A coroutine starts inline; only one that has not finished suspends who awaits it")
    for left, title in ((20, "a driver that answers at once"), (390, "a driver that answers later")):
        d.text(left, 32, title, "bold", "start")
        for number, name in enumerate(("action", "query", "driver")):
            x = left + 60 + 112 * number
            d.box(x - 48, 48, 96, 30, [name], "box")
            d.line([(x, 78), (x, 400)], "oldline", False)

    def step(left, row, start, end, words, style="line"):
        y = 108 + 34 * row
        xs = left + 60 + 112 * start, left + 60 + 112 * end
        d.line([(xs[0], y), (xs[1], y)], style)
        d.text((xs[0] + xs[1]) / 2, y - 6, words, "small")

    step(20, 0, 0, 1, "co_await: start")
    step(20, 1, 1, 2, "scan")
    step(20, 2, 2, 1, "is there")
    step(20, 3, 1, 0, "finished")
    d.box(36, 268, 300, 54, ["nothing was suspended;", "all on one stack, as function calls"], "new")
    step(390, 0, 0, 1, "co_await: start")
    step(390, 1, 1, 2, "scan")
    step(390, 2, 2, 1, "pending", "back")
    step(390, 3, 1, 0, "not finished", "back")
    d.box(406, 230, 300, 32, ["action and query are suspended"], "mark")
    d.box(406, 274, 300, 30, ["the executor goes on with other things"], "old")
    step(390, 6.6, 2, 1, "completion")
    step(390, 7.6, 1, 0, "resumed")
    d.box(20, 416, 720, 46, ["the same coroutine in both cases; the left one costs a frame from a free list"], "box")
    return d


PICTURES = {"layers": layers, "tree": tree, "commit": commit, "diff": diff, "coroutine": coroutine}


def main():
    differing = []
    for name, draw in sorted(PICTURES.items()):
        path = os.path.join(FOLDER, name + ".svg")
        wanted = draw().write()
        there = ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                there = file.read()
        if there == wanted:
            continue
        differing.append(name)
        if "--check" not in sys.argv:
            os.makedirs(FOLDER, exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(wanted)
    if differing and "--check" in sys.argv:
        print("docs/images: %s: not as scripts/draw_docs.py draws them" % ", ".join(differing))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
