#include "options.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace packages {

const char* const usage =
    "Usage: packages [OPTION...]\n"
    "\n"
    "Reads a package database into HyperDB, opens live selectors over it, edits it "
    "and\n"
    "shows which selectors each commit woke, and why. The rows are kept in a file: the "
    "next\n"
    "run starts from it and writes only what is different.\n"
    "\n"
    "  --from PATH      what to read: dpkg's status file or one of apt's Packages "
    "lists\n"
    "                   (default /var/lib/dpkg/status); - is standard input\n"
    "  --driver NAME    sqlite: in a file (the default); hybrid: in memory and in a "
    "file;\n"
    "                   memory: nothing is kept\n"
    "  --file PATH      the file of sqlite and hybrid (default hyperdb/packages.sqlite "
    "in\n"
    "                   $XDG_CACHE_HOME or ~/.cache); any SQLite tool can read it\n"
    "  --fresh          first deletes the rows that the file has\n"
    "  --selectors N    how many live selectors to open (default 1200)\n"
    "  --edits N        how many edits to apply (default 7: one of each kind)\n"
    "  --quiet          counts only: does not name the selectors that woke\n"
    "  --progress       shows progress on long loads even if standard error is no "
    "terminal\n"
    "  --help           this text\n"
    "\n"
    "A compressed list is unpacked by apt itself:\n"
    "  /usr/lib/apt/apt-helper cat-file LIST | packages --from -\n"
    "\n"
    "Ends with 1 when a file can't be used, with 2 when an option is wrong.\n";

namespace {

std::size_t parseCount(std::string_view option, std::string_view text, std::size_t max) {
  std::size_t count = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || stop != text.data() + text.size() || count > max) {
    throw UsageError(std::string(option) + " takes a whole number from 0 to " +
                     std::to_string(max) + ", not \"" + std::string(text) + "\"");
  }
  return count;
}

DriverKind parseDriver(std::string_view text) {
  if (text == "memory") return DriverKind::memory;
  if (text == "sqlite") return DriverKind::sqlite;
  if (text == "hybrid") return DriverKind::hybrid;
  throw UsageError("--driver takes memory, sqlite or hybrid, not \"" + std::string(text) + "\"");
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string defaultFile() {
  std::string folder = variable("XDG_CACHE_HOME");
  if (folder.empty() && !variable("HOME").empty()) folder = variable("HOME") + "/.cache";
  if (folder.empty()) {
    throw UsageError(
        "neither $XDG_CACHE_HOME nor $HOME says where to keep the rows: give a --file");
  }
  return folder + "/hyperdb/packages.sqlite";
}

/// What only the whole command line tells.
void complete(Options& options) {
  if (options.help) return;
  if (options.driver != DriverKind::memory) {
    options.isDefaultFile = options.file.empty();
    if (options.isDefaultFile) options.file = defaultFile();
  } else if (!options.file.empty() || options.fresh) {
    throw UsageError(std::string("--driver memory keeps nothing: ") +
                     (options.fresh ? "--fresh" : "--file") + " is for sqlite and hybrid");
  }
}

}  // namespace

Options parseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    // "--option value" and "--option=value" are the same.
    const std::string_view given = argv[i];
    const std::size_t equals = given.find('=');
    const std::string_view name = given.substr(0, equals);
    const auto value = [&]() -> std::string_view {
      if (equals != std::string_view::npos) return given.substr(equals + 1);
      if (i + 1 == argc) throw UsageError(std::string(name) + " needs a value");
      return argv[++i];
    };
    const auto flag = [&](bool& option) {
      if (equals != std::string_view::npos) throw UsageError(std::string(name) + " takes no value");
      option = true;
    };
    const auto path = [&] {
      const std::string_view text = value();
      if (text.empty()) throw UsageError(std::string(name) + " needs a path");
      return std::string(text);
    };

    if (name == "--from") {
      options.from = path();
    } else if (name == "--driver") {
      options.driver = parseDriver(value());
    } else if (name == "--file") {
      options.file = path();
    } else if (name == "--fresh") {
      flag(options.fresh);
    } else if (name == "--selectors") {
      options.selectorsCount = parseCount(name, value(), 1'000'000);
    } else if (name == "--edits") {
      options.editsCount = parseCount(name, value(), 100'000);
    } else if (name == "--quiet") {
      flag(options.quiet);
    } else if (name == "--progress") {
      flag(options.progress);
    } else if (name == "--help") {
      flag(options.help);
    } else {
      throw UsageError("there is no option \"" + std::string(given) + "\"");
    }
  }
  complete(options);
  return options;
}

}  // namespace packages
