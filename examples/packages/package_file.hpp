// From a file in dpkg's or apt's format to the rows of the two tables.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "control_file.hpp"
#include "schema.hpp"

namespace packages {

/// One paragraph of the file, understood.
struct Entry {
  Package package;
  std::vector<Dependency> dependencies;
  std::size_t line = 0;  ///< where it begins
};

struct PackageFile {
  std::string path;
  std::size_t bytesCount = 0;
  std::vector<Entry> entries;
  std::size_t olderVersionsCount =
      0;  ///< left out: apt's lists may hold several versions of a package
};

/// Called now and then with the fraction that is done, from 0 to 1.
using ReportProgress = std::function<void(double)>;

/// Reads all of it. Throws FileError with the line: what ControlFile refuses, a paragraph without a
/// package, a size that is no number, the same version of a package twice, a file without packages.
PackageFile readPackageFile(const std::string& path, const ReportProgress& progress);

/// Whether version `a` comes before version `b` by Debian's rules.
bool isOlder(std::string_view a, std::string_view b);

}  // namespace packages
