// The parts of the error for a row that a unique index refuses.
#pragma once

#include <string>
#include <string_view>

#include <hyperdb/engine/table_def.hpp>
#include <hyperdb/error.hpp>

namespace hyperdb::detail {

/// Returns the values of a key of the index: `("a")`, or, for several columns, `(team, name) = ("x", "a")`.
inline std::string describeUniqueValue(const IndexDef& index, std::string_view key) {
  const std::string values = describeKey(key, index.columns.size());
  if (index.columns.size() == 1) return values;
  std::string names;
  for (const RowType::Column& column : index.columns) names += (names.empty() ? "" : ", ") + column.name;
  return "(" + names + ") = " + values;
}

/// Returns the place of a row that the index refuses. Names the column if the index has one only.
inline ErrorPlace refusedPlace(const TableDef& table, const IndexDef& index, std::string_view rowId) {
  return {table.name(),
          index.name,
          index.columns.size() == 1 ? index.columns.front().name : std::string(),
          std::string(rowId),
          {}};
}

}  // namespace hyperdb::detail
