#include "options.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace hyperdb::conformance {

const std::string_view helpText =
    R"(usage: hyperdb-conformance [OPTION]... FILE

Runs the scenarios of FILE, a JSON file in the format of tests/conformance/README.md, each in a new database.
Prints one line of JSON per scenario: its name and what each step did. Whether that is right is not
judged here but by check.py:

  python3 tests/conformance/check.py --cmd 'hyperdb-conformance --driver=late' tests/conformance/public

options:
  --driver=memory      the synchronous functions over the memory driver (this is the default)
  --driver=late        the asynchronous functions over a driver that completes everything later, in random order
  --driver=sqlite      the synchronous functions over SQLite, in memory
  --driver=hybrid      the same over a HybridDB in front of that
  --driver=preloaded   the same over a PreloadedHybridDB
  --driver=async-sqlite
                       the asynchronous functions over SQLite on threads of its own, in a temporary file
  --driver=hybrid-async-sqlite
                       the same over a HybridDB in front of that
  --driver=preloaded-async-sqlite
                       the same over a PreloadedHybridDB
  --quirks=reference   where the reference is at fault and scenarios have recorded it, do as it does (the default)
  --quirks=none        do what the documentation of queries says
  --seed=N             another random order for --driver=late
  -h, --help           print this and exit

exit status: 0 when all scenarios were run, whatever happened in them; 2 when the command line or the file is wrong.
)";

namespace {

/// What follows "--name=", if the argument is that option.
std::optional<std::string> valueOf(const std::string& argument, std::string_view name) {
  if (argument == name) throw BadUsage(argument + " needs a value: " + argument + "=VALUE");
  if (argument.rfind(std::string(name) + "=", 0) != 0) return std::nullopt;
  return argument.substr(name.size() + 1);
}

DriverChoice driverOf(const std::string& value) {
  if (value == "memory") return DriverChoice::memory;
#ifdef HYPERDB_WITH_SQLITE
  if (value == "sqlite") return DriverChoice::sqlite;
  if (value == "async-sqlite") return DriverChoice::asyncSqlite;
  if (value == "hybrid-async-sqlite") return DriverChoice::hybridAsyncSqlite;
  if (value == "preloaded-async-sqlite") return DriverChoice::preloadedAsyncSqlite;
#endif
  if (value == "late") return DriverChoice::late;
  if (value == "hybrid") return DriverChoice::hybrid;
  if (value == "preloaded") return DriverChoice::preloaded;
  throw BadUsage(
      "--driver is memory, late, sqlite, async-sqlite, hybrid, preloaded, hybrid-async-sqlite or "
      "preloaded-async-sqlite, not \"" +
      value + "\"");
}

bool quirksOf(const std::string& value) {
  if (value == "reference") return true;
  if (value == "none") return false;
  throw BadUsage("--quirks is reference or none, not \"" + value + "\"");
}

std::uint64_t seedOf(const std::string& value) {
  const bool isNumber = !value.empty() && value.size() <= 19 &&
                        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!isNumber) throw BadUsage("--seed is a whole number, not \"" + value + "\"");
  return std::strtoull(value.c_str(), nullptr, 10);
}

}  // namespace

Options parseOptions(const std::vector<std::string>& arguments) {
  Options options;
  for (const std::string& argument : arguments) {
    if (argument == "-h" || argument == "--help") {
      options.isHelpWanted = true;
      return options;
    }
    if (const auto driver = valueOf(argument, "--driver")) {
      options.session.driver = driverOf(*driver);
    } else if (const auto quirks = valueOf(argument, "--quirks")) {
      options.session.followsReferenceQuirks = quirksOf(*quirks);
    } else if (const auto seed = valueOf(argument, "--seed")) {
      options.session.seed = seedOf(*seed);
    } else if (argument.size() > 1 && argument.front() == '-') {
      throw BadUsage("there is no option " + argument);
    } else if (!options.file.empty()) {
      throw BadUsage("one file at a time: \"" + options.file + "\" or \"" + argument + "\"");
    } else {
      options.file = argument;
    }
  }
  if (options.file.empty()) throw BadUsage("the file with the scenarios is missing");
  return options;
}

}  // namespace hyperdb::conformance
