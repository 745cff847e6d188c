#include "load.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <hyperdb/command.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/execute.hpp>

namespace packages {

namespace {

// Large enough to be quick, small enough that progress moves.
constexpr std::size_t batchSize = 2000;

/// Sorts the wanted rows of a table: new, changed, the same. What is never wanted is gone.
template <class Row>
class Comparison {
 public:
  explicit Comparison(const Rows<Row>& stored) {
    left_.reserve(stored.size());
    for (const Row& row : stored) left_.emplace(row.id, &row);
  }

  void add(Row row) {
    const auto found = left_.find(row.id);
    if (found == left_.end()) {
      ++counts_.added;
      added_.push_back(std::move(row));
      return;
    }
    const bool isSame = *found->second == row;
    left_.erase(found);
    ++(isSame ? counts_.same : counts_.changed);
    if (!isSame) changed_.push_back(std::move(row));
  }

  std::vector<Row> takeAdded() { return std::exchange(added_, {}); }
  std::vector<Row> takeChanged() { return std::exchange(changed_, {}); }
  std::vector<std::string> takeGone() {
    std::vector<std::string> ids;
    for (const auto& [id, row] : left_) ids.emplace_back(id);
    counts_.gone = ids.size();
    return ids;
  }
  const Differences& counts() const { return counts_; }

 private:
  std::unordered_map<std::string_view, const Row*> left_;  // points into the stored rows
  std::vector<Row> added_;
  std::vector<Row> changed_;
  Differences counts_;
};

// A raw command: an action without a name, for what is done once. The parameters outlive it, so references are fine.
Action<LoadedCounts> storeDifferences(const StoredRows& stored, std::vector<Entry>& entries,
                                      const ReportProgress& progress) {
  Comparison<Package> packages(stored.packages);
  Comparison<Dependency> dependencies(stored.dependencies);
  for (std::size_t start = 0; start < entries.size(); start += batchSize) {
    const std::size_t end = std::min(start + batchSize, entries.size());
    for (std::size_t i = start; i < end; ++i) {
      packages.add(std::move(entries[i].package));
      for (Dependency& each : entries[i].dependencies) dependencies.add(std::move(each));
    }
    co_await insert(packagesTable, packages.takeAdded());
    co_await upsert(packagesTable, packages.takeChanged());
    co_await insert(dependenciesTable, dependencies.takeAdded());
    co_await upsert(dependenciesTable, dependencies.takeChanged());
    progress(static_cast<double>(end) / static_cast<double>(entries.size()));
  }
  co_await deleteRows(packagesTable, packages.takeGone());
  co_await deleteRows(dependenciesTable, dependencies.takeGone());
  const LoadedCounts counts{packages.counts(), dependencies.counts()};
  co_return counts;
}

template <class Row>
std::vector<std::string> idsOf(const Rows<Row>& rows) {
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.push_back(row.id);
  return ids;
}

Action<> deleteAll() {
  const Rows<Package> packages = co_await selectFrom(packagesTable, byName);
  const Rows<Dependency> dependencies = co_await selectFrom(dependenciesTable, byTarget);
  co_await deleteRows(packagesTable, idsOf(packages));
  co_await deleteRows(dependenciesTable, idsOf(dependencies));
}

}  // namespace

StoredRows readStored(const DB& db) {
  return {execSync(db, selectFrom(packagesTable, byName)),
          execSync(db, selectFrom(dependenciesTable, byTarget))};
}

LoadedCounts load(const DB& db, const StoredRows& stored, PackageFile file,
                  const ReportProgress& progress) {
  try {
    return execSync(db, storeDifferences(stored, file.entries, progress));
  } catch (const Error& error) {
    throw FileError(file.path, 0, error.what());
  }
}

void clear(const DB& db) { execSync(db, deleteAll()); }

}  // namespace packages
