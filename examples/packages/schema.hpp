// The two tables: what a package is, what a dependency is, and the indexes that the questions in queries.hpp need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <hyperdb/table.hpp>

namespace packages {

using namespace hyperdb;

enum class Priority { required, important, standard, optional, extra, unknown };

enum class State {
  installed,
  removed,
  unfinished,
  available
};  // available: in a list, not on this machine

struct Package {
  std::string id;  // "bash:amd64"
  std::string name;
  std::string architecture;
  std::string version;
  std::string section;
  Priority priority = Priority::unknown;
  State state = State::available;
  std::int64_t sizeKib = 0;  // installed; 0 when the file does not say
  std::string summary;

  bool operator==(const Package&) const = default;  // for load.cpp; HyperDB does not need it
};

enum class Kind {
  depends,
  preDepends,
  recommends,
  suggests,
  enhances,
  breaks,
  conflicts,
  replaces
};

// One package name in one dependency field. "Depends: a, b | c" makes three: two groups, the second with two
// alternatives.
struct Dependency {
  std::string id;    // "bash:amd64/depends/1.1": the package, the field, group, alternative
  std::string from;  // a package's id
  std::string to;    // a package's name; the file need not hold such a package
  Kind kind = Kind::depends;
  std::optional<std::string> constraint{};  // ">= 2.36"
  std::int32_t group = 1;
  std::int32_t alternative = 1;

  bool operator==(const Dependency&) const = default;
};

inline constexpr auto byName = btree<&Package::name>("byName");
inline constexpr auto bySectionSize = btree<&Package::section, &Package::sizeKib>("bySectionSize");
inline constexpr auto byPriorityName = btree<&Package::priority, &Package::name>("byPriorityName");

inline const auto packagesTable =
    defineTable<Package>("packages").index(byName).index(bySectionSize).index(byPriorityName);

inline constexpr auto bySource = hash<&Dependency::from>("bySource");
inline constexpr auto byTarget = btree<&Dependency::to, &Dependency::kind>("byTarget");

inline const auto dependenciesTable =
    defineTable<Dependency>("dependencies").index(bySource).index(byTarget);

}  // namespace packages
