#include "load.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <hyperdb/command.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/execute.hpp>

namespace packages {

namespace {

// Large enough to be quick, small enough that progress moves.
constexpr std::size_t batchSize = 2000;

// A raw command: an action without a name, for what is done once. The parameters outlive it, so references are fine.
Action<LoadedCounts> insertAll(std::vector<Entry>& entries, const ReportProgress& progress) {
  LoadedCounts counts;
  std::vector<Package> packages;
  std::vector<Dependency> dependencies;
  for (std::size_t start = 0; start < entries.size(); start += batchSize) {
    const std::size_t end = std::min(start + batchSize, entries.size());
    for (std::size_t i = start; i < end; ++i) {
      packages.push_back(std::move(entries[i].package));
      std::move(entries[i].dependencies.begin(), entries[i].dependencies.end(),
                std::back_inserter(dependencies));
    }
    counts.packages += packages.size();
    counts.dependencies += dependencies.size();
    co_await insert(packagesTable, std::exchange(packages, {}));
    co_await insert(dependenciesTable, std::exchange(dependencies, {}));
    progress(static_cast<double>(end) / static_cast<double>(entries.size()));
  }
  co_return counts;
}

}  // namespace

LoadedCounts load(const DB& db, PackageFile file, const ReportProgress& progress) {
  execSync(db.loadTables({packagesTable, dependenciesTable}));
  try {
    return execSync(db, insertAll(file.entries, progress));
  } catch (const Error& error) {
    throw FileError(file.path, 0, error.what());
  }
}

}  // namespace packages
