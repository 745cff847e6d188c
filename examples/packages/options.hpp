// The command line.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace packages {

struct Options {
  std::string file = "/var/lib/dpkg/status";
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

/// Throws UsageError.
Options parseOptions(int argc, char** argv);

}  // namespace packages
