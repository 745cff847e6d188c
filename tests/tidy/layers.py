"""The folders of the engine and which of them may know which. The one place where this is written for the checks.

A folder of src/ may include its own headers, those of folders to its left, and public headers of the same folders.
"""

FOLDERS = ["base", "value", "key", "schema", "query", "async", "driver", "command", "runtime", "reactive", "trace",
           "web"]

# Every public header belongs to a folder: include/hyperdb/<name>.hpp. A new header must be entered here.
PUBLIC_HEADERS = {
    "base": ["detail/builtin", "detail/compiler"],
    "value": ["fwd", "error", "bigint", "safe_integer", "value", "json"],
    "key": ["engine/key"],
    # describe is for users of Boost.Describe; no other header includes it.
    "schema": ["validator", "row", "codec", "nullable", "describe", "table", "index",
               "engine/row_type", "engine/table_def", "detail/failure", "detail/reflect", "detail/visit_fields",
               "detail/field_ops",
               "detail/struct_shape", "detail/composite_codec", "detail/nullable_codec", "detail/struct_row_type"],
    "query": ["conditions", "typed_conditions", "query", "by_id", "rows", "changes",
              "engine/scan_plan", "engine/query_spec", "engine/row_sequence", "detail/query_rules"],
    "async": ["executor", "clock", "timer", "completion", "detail/coroutine"],
    "driver": ["op", "engine/driver", "memory_driver", "sql_options", "sql_driver", "async_sql_driver", "hybrid_db"],
    # trace is the seam that the runner reports to; what stores traces is further right.
    "command": ["traits", "command", "writes", "modify", "definition", "trace",
                "detail/command_call", "detail/command_scope", "detail/selector_source"],
    "runtime": ["db", "stats", "execute", "snapshot", "hooks", "commit_event", "subscription", "subscribable_db"],
    "reactive": ["cached_selector"],
    "trace": ["trace_store"],
    "web": ["web", "detail/web_result", "detail/web_command"],
}

# The drivers, each in a folder of its own in src/driver/, with the public headers that only it has. Only a driver
# itself includes what is its own; the rest of the engine knows storages by engine/driver.hpp.
DRIVERS = {
    "memory": ["memory_driver"],
    "sqlite": ["sql_options", "sql_driver", "async_sql_driver"],
    "hybrid": ["hybrid_db"],
}
# Which driver may include another one.
DRIVER_ON_DRIVER = {("hybrid", "memory")}

# Includes all others; nothing of ours may include it.
UMBRELLA = "hyperdb"

POSITION = {folder: position for position, folder in enumerate(FOLDERS)}
FOLDER_OF_HEADER = {name: folder for folder, names in PUBLIC_HEADERS.items() for name in names}
DRIVER_OF_HEADER = {name: driver for driver, names in DRIVERS.items() for name in names}


def check_public_headers(names):
    """Headers that nobody placed."""
    return ["include/hyperdb/%s.hpp: belongs to no folder; enter it in tests/tidy/layers.py" % name
            for name in sorted(names) if name != UMBRELLA and name not in FOLDER_OF_HEADER]


def folder_of_path(path):
    """The engine folder of a source or public header, or None for files that have none."""
    parts = path.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if path.startswith("include/hyperdb/") and path.endswith(".hpp"):
        return FOLDER_OF_HEADER.get(path[len("include/hyperdb/"):-len(".hpp")])
    return None


def folder_of_include(target, quoted):
    """The engine folder of what an #include names; None when it is not ours or is in the including folder."""
    if target.startswith("hyperdb/") and target.endswith(".hpp"):
        return FOLDER_OF_HEADER.get(target[len("hyperdb/"):-len(".hpp")])
    if quoted and "/" in target and target.split("/")[0] in POSITION:
        return target.split("/")[0]
    return None


def driver_of(path):
    """The driver that owns a path below the repository's root, or what an #include names; None for everything else."""
    parts = path.split("/")
    if parts[0] in ("src", "include"):
        parts = parts[1:]
    if parts[0] == "driver" and len(parts) > 2:
        return parts[1]
    if parts[0] == "hyperdb":
        return DRIVER_OF_HEADER.get("/".join(parts[1:])[:-len(".hpp")])
    return None


def check_drivers(path, target):
    """What is wrong with an include of a driver's own header; None if nothing is."""
    own, other = driver_of(path), driver_of(target)
    opens_databases = path.startswith("src/web/")
    if other is None or other == own or (own, other) in DRIVER_ON_DRIVER or opens_databases:
        return None
    return "only the %s driver may include its headers" % other


def check_include(path, line_number, target, quoted):
    """One message when the file may not include the target, else nothing."""
    own = folder_of_path(path)
    if own is None:
        return []
    if own not in POSITION:
        return ["%s: src/%s is not one of the engine's folders: %s" % (path, own, " ".join(FOLDERS))]
    where = "%s:%d" % (path, line_number)
    if target == "hyperdb/%s.hpp" % UMBRELLA:
        return ["%s: includes hyperdb.hpp; include only what is used" % where]
    if quoted and target.startswith("../"):
        return ["%s: includes %s; paths start at src/ or in the same folder" % (where, target)]
    other = folder_of_include(target, quoted)
    if other is not None and POSITION[other] > POSITION[own]:
        return ["%s: includes %s (%s may not include %s)" % (where, target, own, other)]
    wrong = check_drivers(path, target)
    return ["%s: includes %s (%s)" % (where, target, wrong)] if wrong else []
