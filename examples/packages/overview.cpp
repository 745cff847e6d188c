#include "overview.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <hyperdb/execute.hpp>

#include "queries.hpp"

namespace packages {

namespace {

std::vector<std::string> sectionsBySize(const DB& db) {
  std::vector<std::string> sections = select(db, sectionNames());
  std::unordered_map<std::string, std::int64_t> sizes;
  for (const std::string& each : sections) sizes[each] = select(db, totalOf(each)).sizeKib;
  std::sort(sections.begin(), sections.end(), [&](const std::string& a, const std::string& b) {
    return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b;
  });
  return sections;
}

}  // namespace

Overview makeOverview(const DB& db) {
  Overview overview;
  overview.sections = sectionsBySize(db);

  // Queries can be run by themselves too. `dependencies` keeps the rows, and with them the texts, alive.
  const Rows<Dependency> dependencies = execSync(db, selectFrom(dependenciesTable, byTarget));
  std::unordered_map<std::string_view, std::size_t> needs;
  for (const Dependency& each : dependencies) {
    if (each.kind == Kind::depends || each.kind == Kind::preDepends) ++needs[each.to];
  }

  struct Candidate {
    const Package* package;
    std::size_t needsCount;
  };
  std::vector<Candidate> candidates;
  const Rows<Package> packages = execSync(db, selectFrom(packagesTable, byName));
  for (const Package& each : packages) {
    const auto found = needs.find(each.name);
    candidates.push_back({&each, found == needs.end() ? 0 : found->second});
    if (found != needs.end()) ++overview.neededCount;
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.needsCount != b.needsCount ? a.needsCount > b.needsCount
                                        : a.package->id < b.package->id;
  });
  for (const Candidate& each : candidates) overview.ids.push_back(each.package->id);
  return overview;
}

}  // namespace packages
