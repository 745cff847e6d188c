// From rows in memory to rows in the database.
#pragma once

#include <cstddef>

#include <hyperdb/db.hpp>

#include "package_file.hpp"

namespace packages {

struct LoadedCounts {
  std::size_t packages = 0;
  std::size_t dependencies = 0;
};

/// Writes everything in one transaction. Throws FileError when the database refuses a row (a text
/// that is not UTF-8, for example), with its message, which names table, row and column; nothing is
/// in the tables then.
LoadedCounts load(const DB& db, PackageFile file, const ReportProgress& progress);

}  // namespace packages
