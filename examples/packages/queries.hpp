// The questions: selectors over the two tables. Each can be asked once (`select`) or kept live (`cachedSelector`).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <hyperdb/definition.hpp>

#include "schema.hpp"

namespace packages {

// This program never comes back to a selector that it has let go, so nothing is kept for later.
inline constexpr SelectorOptions dropAtOnce{.gcTimeMs = 0};

// One index range, read from its end: a re-run costs the same for a section of ten packages and of ten thousand.
inline const auto largestOf = selector(
    "largestOf", {"section", "count"},
    [](std::string section, std::int32_t count) -> Selector<Rows<Package>> {
      co_return co_await selectFrom(packagesTable, bySectionSize)
          .where(eq<&Package::section>(section))
          .order(desc)
          .limit(count);
    },
    dropAtOnce);

inline const auto ofPriority = selector(
    "ofPriority", {"priority"},
    [](Priority priority) -> Selector<Rows<Package>> {
      co_return co_await selectFrom(packagesTable, byPriorityName)
          .where(eq<&Package::priority>(priority));
    },
    dropAtOnce);

inline const auto firstByName = selector(
    "firstByName", {"count"},
    [](std::int32_t count) -> Selector<Rows<Package>> {
      co_return co_await selectFrom(packagesTable, byName).limit(count);
    },
    dropAtOnce);

inline const auto packageById = selector(
    "packageById", {"id"},
    [](std::string id) -> Selector<RowPtr<Package>> {
      co_return co_await selectFrom(packagesTable, byId).where(eq<&Package::id>(id)).first();
    },
    dropAtOnce);

// Two ranges of one index: what may stop working when this package goes. (Alternatives count, a "recommends" does not.)
inline const auto dependentsOf = selector(
    "dependentsOf", {"name"},
    [](std::string name) -> Selector<Rows<Dependency>> {
      const auto target = eq<&Dependency::to>(name);
      co_return co_await selectFrom(dependenciesTable, byTarget)
          .where(anyOf(allOf(target, eq<&Dependency::kind>(Kind::depends)),
                       allOf(target, eq<&Dependency::kind>(Kind::preDepends))));
    },
    dropAtOnce);

inline const auto dependenciesOf = selector(
    "dependenciesOf", {"id"},
    [](std::string id) -> Selector<Rows<Dependency>> {
      co_return co_await selectFrom(dependenciesTable, bySource).where(eq<&Dependency::from>(id));
    },
    dropAtOnce);

// A result need not be rows. It has ==, so a run that comes to the same totals calls no subscriber.
struct SectionTotal {
  std::int64_t packagesCount = 0;
  std::int64_t sizeKib = 0;
  bool operator==(const SectionTotal&) const = default;
};

inline const auto totalOf = selector(
    "totalOf", {"section"},
    [](std::string section) -> Selector<SectionTotal> {
      const Rows<Package> found =
          co_await selectFrom(packagesTable, bySectionSize).where(eq<&Package::section>(section));
      SectionTotal total;
      for (const Package& package : found) {
        ++total.packagesCount;
        total.sizeKib += package.sizeKib;
      }
      co_return total;
    },
    dropAtOnce);

// Which sections there are: hops from one to the next and reads one row of each.
inline const auto sectionNames = selector(
    "sectionNames", {},
    []() -> Selector<std::vector<std::string>> {
      std::vector<std::string> names;
      RowPtr<Package> found = co_await selectFrom(packagesTable, bySectionSize).first();
      while (found) {
        names.push_back(found->section);
        found = co_await selectFrom(packagesTable, bySectionSize)
                    .where(gt<&Package::section>(names.back()))
                    .first();
      }
      co_return names;
    },
    dropAtOnce);

// Composed: a selector awaits others. What they read counts as read by it.
struct SectionReport {
  SectionTotal total;
  Rows<Package> largest;
  bool operator==(const SectionReport&) const = default;
};

inline const auto reportOf = selector(
    "reportOf", {"section"},
    [](std::string section) -> Selector<SectionReport> {
      SectionReport report;
      report.total = co_await totalOf(section);
      report.largest = co_await largestOf(section, 3);
      co_return report;
    },
    dropAtOnce);

// Composed, and one read decides what the next one reads: the packages behind `dependentsOf`.
inline const auto neededBy = selector(
    "neededBy", {"name"},
    [](std::string name) -> Selector<Rows<Package>> {
      const Rows<Dependency> dependents = co_await dependentsOf(name);
      std::vector<decltype(eq<&Package::id>(""))> anyOfThese;
      for (const Dependency& each : dependents) anyOfThese.push_back(eq<&Package::id>(each.from));
      co_return co_await selectFrom(packagesTable, byId).where(anyOf(anyOfThese));
    },
    dropAtOnce);

}  // namespace packages
