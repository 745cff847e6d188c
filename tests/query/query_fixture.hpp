// A table with an index of each type, and short ways to ask for plans.
#pragma once

#include <gtest/gtest.h>

#include <hyperdb/engine/query_spec.hpp>
#include <hyperdb/error.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hyperdb::test {

inline std::shared_ptr<const TableDef> makeQueryTable() {
  const Validator indexable = v::union_(v::string(), v::number(), v::bigint(), v::boolean(), v::null(), v::bytes());
  const Validator schema = v::object({{"id", v::string()},
                                      {"x", v::optional(indexable)},
                                      {"y", v::optional(indexable)},
                                      {"z", v::optional(indexable)},
                                      {"other", v::optional(v::number())}});
  return TableDef::make("things", objectRowType(schema))
      ->withIndex("byXYZ", IndexType::btree, {"x", "y", "z"})
      ->withIndex("byYX", IndexType::btree, {"y", "x"})
      ->withIndex("hashX", IndexType::hash, {"x"})
      ->withIndex("uniqueY", IndexType::uniqhash, {"y"})
      ->withIndex("uniqueZX", IndexType::uniqhash, {"z", "x"});
}

/// A query on one index of that table, changed as in a builder.
struct TestQuery {
  QuerySpec spec;

  explicit TestQuery(std::string indexName) {
    static const std::shared_ptr<const TableDef> table = makeQueryTable();
    spec.table = table;
    spec.indexName = std::move(indexName);
  }
  TestQuery&& where(std::vector<Branch> branches) && {
    spec.branches = std::move(branches);
    return std::move(*this);
  }
  TestQuery&& where(Branches branches) && { return std::move(*this).where(std::move(branches.list)); }
  template <class... Conditions>
  TestQuery&& where(Condition first, Conditions... others) && {
    return std::move(*this).where(std::vector<Branch>{allOf(std::move(first), std::move(others)...)});
  }
  TestQuery&& limit(std::int64_t limit) && {
    spec.limit = limit;
    return std::move(*this);
  }
  TestQuery&& first() && {
    spec.first = true;
    return std::move(*this);
  }
  TestQuery&& descending() && {
    spec.order = Order::descending;
    return std::move(*this);
  }

  ScanPlan plan(PlanOptions options = {}) const { return planQuery(spec, options); }
  std::vector<KeyRange> ranges(PlanOptions options = {}) const { return plan(options).ranges; }
  /// The code and column of the error that planning throws, as "unknown_column things.byXYZ.w"; "" if it throws none.
  std::string failure(PlanOptions options = {}) const {
    try {
      (void)plan(options);
      return "";
    } catch (const Error& error) {
      const ErrorPlace& place = error.place();
      std::string text(errorCodeName(error.code()));
      text += " " + place.table + "." + place.index;
      return place.column.empty() ? text : text + "." + place.column;
    }
  }
};

inline KeyBytes keyOf(std::initializer_list<Value> columns) {
  KeyBytes key;
  for (const Value& column : columns) EXPECT_TRUE(KeyWriter(key).appendValue(column));
  return key;
}

}  // namespace hyperdb::test
