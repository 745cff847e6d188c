// The command line of hyperdb-conformance.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "session.hpp"

namespace hyperdb::conformance {

extern const std::string_view helpText;

struct Options {
  SessionOptions session;
  std::string file;
  bool isHelpWanted = false;
};

/// What was typed makes no sense; the message says why.
class BadUsage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws BadUsage. `arguments` is without the program's name.
Options parseOptions(const std::vector<std::string>& arguments);

}  // namespace hyperdb::conformance
