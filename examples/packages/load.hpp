// From the rows of a file to the rows of the database: only what is different is written.
#pragma once

#include <cstddef>

#include <hyperdb/db.hpp>
#include <hyperdb/rows.hpp>

#include "package_file.hpp"

namespace packages {

/// What the database has.
struct StoredRows {
  Rows<Package> packages;
  Rows<Dependency> dependencies;

  std::size_t size() const { return packages.size() + dependencies.size(); }
};
StoredRows readStored(const DB& db);

/// How the rows of one table differ from those that were stored.
struct Differences {
  std::size_t added = 0;
  std::size_t changed = 0;
  std::size_t gone = 0;
  std::size_t same = 0;

  std::size_t written() const { return added + changed + gone; }
};
struct LoadedCounts {
  Differences packages;
  Differences dependencies;
};

/// Makes the tables equal to the file, in one transaction. Throws FileError when the database refuses a
/// row (a text that is not UTF-8, for example), with its message, which names table, row and column;
/// the tables are then what they were.
LoadedCounts load(const DB& db, const StoredRows& stored, PackageFile file,
                  const ReportProgress& progress);

/// Deletes all rows.
void clear(const DB& db);

}  // namespace packages
