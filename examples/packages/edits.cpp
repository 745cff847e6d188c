#include "edits.hpp"

#include <algorithm>
#include <utility>

#include <hyperdb/execute.hpp>

#include "actions.hpp"
#include "text.hpp"

namespace packages {

namespace {

std::string kib(std::int64_t size) { return grouped(size) + " KiB"; }

/// An edit that dispatches the action. The call is a value: it can be kept, copied and dispatched when it is time.
template <class Call>
Edit makeDispatch(std::string title, Call call) {
  return {std::move(title), [call = std::move(call)](const DB& db) { syncDispatch(db, call); }};
}

Edit makeUpgrade(const Package& package, const std::string& label) {
  const std::string version = package.version + "+" + label;
  const std::int64_t size = package.sizeKib + package.sizeKib / 10 + 1;
  return makeDispatch(
      "upgrade " + package.id + " to " + version + ", " + kib(package.sizeKib) + " -> " + kib(size),
      upgrade(package.id, version, size));
}

// The totals of its section stay: they are computed again, and no callback comes.
Edit makeRebuild(const Package& package, const std::string& label) {
  const std::string version = package.version + "+" + label;
  return makeDispatch("rebuild " + package.id + " as " + version + ", same size",
                      upgrade(package.id, version, package.sizeKib));
}

Edit makeBatch(const std::string& section) {
  return makeDispatch("a batch: the 5 largest packages of " + section + " grow by 1,024 KiB each",
                      growLargest(section, 5, 1024));
}

Edit makeInstall(const std::string& section, const Package& needed, const std::string& label) {
  Package package;
  package.name = "hyperdb-" + label;
  package.id = package.name + ":all";
  package.architecture = "all";
  package.version = "1.0";
  package.section = section;
  package.priority = Priority::optional;
  package.state = State::installed;
  package.sizeKib = 4096;
  package.summary = "shows what a new row wakes";
  const std::string title =
      "install " + package.id + " into " + section + ", which needs " + needed.name;
  return makeDispatch(title, install(std::move(package), {needed.name}));
}

Edit makeConstraint(const Dependency& dependency) {
  return makeDispatch("from now on " + dependency.from + " needs " + dependency.to + " (>= 99)",
                      setConstraint(dependency.id, ">= 99"));
}

Edit makeRemoval(const std::string& id) { return makeDispatch("remove " + id, remove(id)); }

}  // namespace

Edit makeEdit(const DB& db, const Overview& overview, std::size_t number) {
  constexpr std::size_t kindsCount = 7;
  const std::size_t round = number / kindsCount;
  const std::string label = "demo" + std::to_string(number + 1);
  const std::string& section = overview.sections[round % overview.sections.size()];
  const Rows<Package> largest = select(db, largestOf(section, 2));
  // The packages that others need stand first, the unneeded ones last.
  const std::string& neededId =
      overview.ids[round % std::max<std::size_t>(overview.neededCount, 1)];
  const std::string& lastId = overview.ids[overview.ids.size() - 1 - round % overview.ids.size()];
  const RowPtr<Package> needed = select(db, packageById(neededId));
  const Rows<Dependency> dependents =
      needed ? select(db, dependentsOf(needed->name)) : Rows<Dependency>();

  switch (number % kindsCount) {
    case 0:
      if (!largest.empty()) return makeUpgrade(largest.front(), label);
      break;
    case 1:
      if (!largest.empty()) return makeRebuild(largest.back(), label);
      break;
    case 2: return makeBatch(section);
    case 3:
      if (needed) return makeInstall(section, *needed, label);
      break;
    case 4:
      if (!dependents.empty()) return makeConstraint(dependents.back());
      break;
    case 5: return makeRemoval(neededId);  // refused
    default: return makeRemoval(lastId);
  }
  return makeRemoval(neededId);
}

}  // namespace packages
