// The command line.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace packages {

/// Where the rows are kept.
enum class DriverKind { memory, sqlite, hybrid };

struct Options {
  std::string from = "/var/lib/dpkg/status";
  DriverKind driver = DriverKind::sqlite;
  std::string file;  ///< empty: nothing is kept
  bool isDefaultFile = false;
  bool fresh = false;
  std::size_t selectorsCount = 1200;
  std::size_t editsCount = 7;
  bool quiet = false;     ///< no selectors by name, only the counts
  bool progress = false;  ///< also when standard error is no terminal
  bool help = false;
};

/// What is wrong with the command line.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

extern const char* const usage;

/// Throws UsageError. Without --file, drivers that store get a file in the user's cache folder.
Options parseOptions(int argc, char** argv);

}  // namespace packages
