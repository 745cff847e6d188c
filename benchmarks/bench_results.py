"""Reads what Google Benchmark writes as JSON: one Series for each benchmark, in the units of goals.json."""

import json
import os
import re
import statistics

HERE = os.path.dirname(os.path.abspath(__file__))
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
# What Google Benchmark appends to a name for how a benchmark was run; the name of the workload is what is before.
SUFFIX = re.compile(r"/(?:(?:iterations|repeats|threads|min_time|min_warmup_time):[^/]*"
                    r"|real_time|process_time|manual_time)")


class BadResults(Exception):
    """The figures are missing, incomplete, or of a run that failed."""


class Series:
    """One benchmark's repetitions: `samples` in `unit`, and its user counters (medians)."""

    def __init__(self, name, unit):
        self.name = name
        self.unit = unit
        self.samples = []
        self.counters = {}

    @property
    def median(self):
        return statistics.median(self.samples)

    @property
    def spread(self):
        """(max - min) / median, or None for one sample."""
        if len(self.samples) < 2 or self.median == 0:
            return None
        return (max(self.samples) - min(self.samples)) / self.median


def read_goals(path=os.path.join(HERE, "goals.json")):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def plain_name(name):
    return SUFFIX.sub("", name)


def unit_of(name, units):
    return units.get(re.sub(r"^floor/", "", name).split("/")[0], "operation")


def sample_of(entry, name, unit):
    """The figure of one repetition: memory is a counter, all else is time, for one row where the unit is a row."""
    if "bytes_per_row" in entry:
        return float(entry["bytes_per_row"])
    nanoseconds = entry["real_time"] * NANOSECONDS[entry.get("time_unit", "ns")]
    return nanoseconds / int(name.rsplit("/", 1)[1]) if unit == "row" else nanoseconds


STANDARD_FIELDS = {
    "name", "run_name", "run_type", "family_index", "per_family_instance_index", "repetitions", "repetition_index",
    "threads", "iterations", "real_time", "cpu_time", "time_unit", "label", "items_per_second", "bytes_per_second",
    "error_occurred", "error_message",
}


def parse(document, units):
    """{name: Series} in the order of the document. Raises BadResults for benchmarks that said they failed."""
    series, counters, failed = {}, {}, []
    for entry in document.get("benchmarks", []):
        name = plain_name(entry.get("run_name", entry["name"]))
        if entry.get("error_occurred"):
            failed.append("%s: %s" % (name, entry.get("error_message", "no reason given")))
            continue
        if entry.get("run_type", "iteration") != "iteration":
            continue
        unit = unit_of(name, units)
        is_memory = "bytes_per_row" in entry
        found = series.setdefault(name, Series(name, "B/row" if is_memory else "ns/" + unit))
        found.samples.append(sample_of(entry, name, unit))
        for key in entry.keys() - STANDARD_FIELDS:
            if isinstance(entry[key], (int, float)):
                counters.setdefault((name, key), []).append(entry[key])
    if failed:
        raise BadResults("benchmarks that failed:\n  " + "\n  ".join(failed))
    if not series:
        raise BadResults("there are no figures in the results: does the filter match a benchmark?")
    for (name, key), values in counters.items():
        series[name].counters[key] = statistics.median(values)
    return series


def load(path, units):
    """(document, {name: Series}) of a file. Raises BadResults."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        # Google Benchmark leaves the file empty where its filter matched nothing.
        document = json.loads(text) if text else {}
    except OSError as error:
        raise BadResults("there are no results: %s" % error) from None
    except json.JSONDecodeError as error:
        raise BadResults("%s is not whole (%s): was the run stopped?" % (path, error)) from None
    return document, parse(document, units)


def figure(number):
    """Three significant digits, with thousands separated."""
    if number is None:
        return ""
    if abs(number) >= 100:
        return "{:,.0f}".format(number)
    return "%.3g" % number


def render(header, rows, markdown=False):
    """Lines of a table; the first column is to the left, all others to the right."""
    if markdown:
        lines = ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
        return lines + ["| " + " | ".join(row) + " |" for row in rows]
    widths = [max(len(row[column]) for row in [header] + rows) for column in range(len(header))]

    def line(cells):
        padded = [cells[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        return "  ".join(padded).rstrip()

    return [line(header), line(["-" * width for width in widths])] + [line(row) for row in rows]
