// The edits: actions. Each runs in one transaction and commits whole, or throws and leaves nothing behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "queries.hpp"
#include "text.hpp"

namespace packages {

// What an action throws when it will not do what it was asked. Any exception would do.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline std::string andMore(std::size_t count) {
  return count == 0 ? "" : " and " + grouped(static_cast<std::int64_t>(count)) + " more";
}

inline const auto upgrade =
    action("upgrade", {"id", "version", "sizeKib"},
           [](std::string id, std::string version, std::int64_t sizeKib) -> Action<> {
             const RowPtr<Package> found = co_await packageById(id);
             if (!found) throw Refused("there is no package " + id);
             Package package = *found;  // rows never change: a copy is edited and replaces the row
             package.version = version;
             package.sizeKib = sizeKib;
             co_await upsert(packagesTable, std::move(package));
           });

inline const auto install =
    action("install", {"package", "needs"},
           [](Package package, std::vector<std::string> needs) -> Action<> {
             std::vector<Dependency> dependencies;
             for (const std::string& name : needs) {
               Dependency dependency;
               dependency.from = package.id;
               dependency.to = name;
               dependency.group = static_cast<std::int32_t>(dependencies.size() + 1);
               dependency.id = package.id + "/depends/" + std::to_string(dependency.group) + ".1";
               dependencies.push_back(std::move(dependency));
             }
             co_await insert(packagesTable, std::move(package));
             co_await insert(dependenciesTable, std::move(dependencies));
           });

inline const auto setConstraint =
    action("setConstraint", {"dependencyId", "constraint"},
           [](std::string dependencyId, std::string constraint) -> Action<> {
             const RowPtr<Dependency> found = co_await selectFrom(dependenciesTable, byId)
                                                  .where(eq<&Dependency::id>(dependencyId))
                                                  .first();
             if (!found) throw Refused("there is no dependency " + dependencyId);
             Dependency dependency = *found;
             dependency.constraint = constraint;
             co_await upsert(dependenciesTable, std::move(dependency));
           });

// A batch: any number of rows in one commit, so that every live selector sees all of it or nothing.
inline const auto growLargest =
    action("growLargest", {"section", "count", "addedKib"},
           [](std::string section, std::int32_t count, std::int64_t addedKib) -> Action<> {
             const Rows<Package> largest = co_await largestOf(section, count);
             std::vector<Package> grown = largest.toVector();
             for (Package& package : grown) package.sizeKib += addedKib;
             co_await upsert(packagesTable, std::move(grown));
           });

// Removes the package first and asks afterwards whether it may, as a careless program does: reads
// inside an action see its writes, and the throw takes them back.
inline const auto remove = action("remove", {"id"}, [](std::string id) -> Action<> {
  const RowPtr<Package> package = co_await packageById(id);
  if (!package) throw Refused("there is no package " + id);
  const Rows<Dependency> own = co_await dependenciesOf(id);
  std::vector<std::string> ownIds;
  for (const Dependency& each : own) ownIds.push_back(each.id);
  co_await deleteRows(dependenciesTable, std::move(ownIds));
  co_await deleteRows(packagesTable, id);

  const Rows<Package> left = co_await neededBy(package->name);
  if (left.empty()) co_return;
  throw Refused(id + " is needed by " + left.front().id + andMore(left.size() - 1));
});

}  // namespace packages
