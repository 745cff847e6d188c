#!/usr/bin/env python3
"""Draws the curves of docs/performance.md from the results of `make bench`: plot.py [--from build/bench.json]

Writes docs/images/cost_live_selectors.svg (a commit that concerns one of L live selectors) and cost_result_size.svg
(bringing a live result of n rows up to date). Both axes are logarithmic: a line that rises by a decade for each decade
is a cost that grows with L or n.
"""

import argparse
import math
import os
import sys

import bench_results

ROOT = os.path.dirname(bench_results.HERE)
WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 74, 190, 44, 54
STYLE = """
  .page { fill: #fafafa; stroke: #d0d7de } .grid { stroke: #d0d7de } text { fill: #1f2328;
    font: 13px system-ui, "DejaVu Sans", Arial, sans-serif } .title { font-weight: 600; font-size: 14px }
  polyline { fill: none; stroke-width: 2 } .c0 { stroke: #1a7f37; fill: #1a7f37 } .c1 { stroke: #0969da; fill: #0969da }
  .c2 { stroke: #8c959f; fill: #8c959f } polyline.c0, polyline.c1, polyline.c2 { fill: none }
  @media (prefers-color-scheme: dark) { .page { fill: #1c2128; stroke: #444c56 } .grid { stroke: #444c56 }
    text { fill: #e6edf3 } .c0 { stroke: #57ab5a; fill: #57ab5a } .c1 { stroke: #6cb6ff; fill: #6cb6ff } }
"""
PICTURES = [
    ("cost_live_selectors.svg", "One commit, one of L live selectors concerned", "live selectors (L)",
     [("HyperDB", "fanout/"), ("floor: a hash map", "floor/fanout/")]),
    ("cost_result_size.svg", "A live result of n rows after one of them changed", "rows of the result (n)",
     [("HyperDB, new result", "rerun/"), ("HyperDB, change set", "diff/"), ("floor: scan again", "floor/rerun/")]),
]


def points_of(series, prefix):
    """[(parameter, nanoseconds)] of a workload, by parameter."""
    found = [(int(name[len(prefix):]), each.median) for name, each in series.items()
             if name.startswith(prefix) and name[len(prefix):].isdigit()]
    if not found:
        raise bench_results.BadResults("there are no figures of %s* in the results" % prefix)
    return sorted(found)


def time_text(nanoseconds):
    for unit, size in (("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return "%g %s" % (nanoseconds / size, unit)
    return "%g ns" % nanoseconds


def draw(title, axis, curves):
    """The picture of [(label, points)]."""
    x_max = math.ceil(max(math.log10(x) for _, points in curves for x, _ in points))
    x_min = math.floor(min(math.log10(x) for _, points in curves for x, _ in points))
    y_max = math.ceil(max(math.log10(y) for _, points in curves for _, y in points))
    y_min = math.floor(min(math.log10(y) for _, points in curves for _, y in points))

    def place(x, y):
        return (LEFT + (math.log10(x) - x_min) / (x_max - x_min) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - (math.log10(y) - y_min) / (y_max - y_min) * (HEIGHT - TOP - BOTTOM))

    shapes = ['<text class="title" x="%d" y="26">%s</text>' % (LEFT, title),
              '<text x="%d" y="%d" text-anchor="middle">%s</text>' % ((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, axis)]
    for power in range(x_min, x_max + 1):
        x, _ = place(10 ** power, 10 ** y_min)
        shapes.append('<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>' % (x, TOP, x, HEIGHT - BOTTOM))
        shapes.append('<text x="%.1f" y="%d" text-anchor="middle">%s</text>' % (
            x, HEIGHT - BOTTOM + 18, "{:,}".format(10 ** power)))
    for power in range(y_min, y_max + 1):
        _, y = place(10 ** x_min, 10 ** power)
        shapes.append('<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>' % (LEFT, y, WIDTH - RIGHT, y))
        shapes.append('<text x="%d" y="%.1f" text-anchor="end">%s</text>' % (LEFT - 8, y + 4, time_text(10 ** power)))
    labels = []
    for number, (label, points) in enumerate(curves):
        colour = "c2" if label.startswith("floor") else "c%d" % number
        places = [place(x, y) for x, y in points]
        shapes.append('<polyline class="%s" points="%s"/>' % (colour, " ".join("%.1f,%.1f" % each for each in places)))
        shapes += ['<circle class="%s" cx="%.1f" cy="%.1f" r="3"/>' % (colour, x, y) for x, y in places]
        labels.append((places[-1][1] + 4, label))
    y_before = 0
    for y, label in sorted(labels):
        y_before = max(y, y_before + 16)
        shapes.append('<text x="%d" y="%.1f">%s</text>' % (WIDTH - RIGHT + 8, y_before, label))
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">\n'
            "<title>%s</title>\n<style>%s</style>\n"
            '<rect class="page" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>\n%s\n</svg>\n'
            % (WIDTH, HEIGHT, WIDTH, HEIGHT, title, STYLE, WIDTH - 1, HEIGHT - 1, "\n".join(shapes)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", default=os.path.join(ROOT, "build", "bench.json"))
    options = parser.parse_args()
    try:
        _, series = bench_results.load(options.source, bench_results.read_goals()["units"])
        for file_name, title, axis, curves in PICTURES:
            picture = draw(title, axis, [(label, points_of(series, prefix)) for label, prefix in curves])
            with open(os.path.join(ROOT, "docs", "images", file_name), "w", encoding="utf-8") as file:
                file.write(picture)
            print("docs/images/" + file_name)
    except bench_results.BadResults as error:
        print("plot.py: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
