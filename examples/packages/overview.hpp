// What is worth watching and editing: asked once, after loading.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <hyperdb/db.hpp>

#include "schema.hpp"

namespace packages {

struct Overview {
  std::vector<std::string> sections;  ///< the largest first
  std::vector<std::string> ids;       ///< of all packages, those first that most others need
  std::size_t neededCount = 0;        ///< how many of them others need
};

Overview makeOverview(const DB& db);

}  // namespace packages
