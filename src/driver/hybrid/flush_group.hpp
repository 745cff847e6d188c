// The writes of one flush, and the search for the row in it that the primary refuses.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include <hyperdb/detail/coroutine.hpp>
#include <hyperdb/engine/driver.hpp>

#include "base/text_hash.hpp"

namespace hyperdb::detail::hybrid {

/// The effect of a group of commits on one table: the state after the last of them.
struct TableGroup {
  const TableDef* table;
  boost::unordered_flat_set<std::string_view, TextHash> ids;  ///< views of the rows in the queue
  std::vector<RowRef> upserted;
  std::vector<std::string> deleted;
};

/// A row of a flush.
struct GroupRow {
  const TableDef* table;
  std::string id;
};

/// Returns whether the primary will return the same error on every try.
bool isPermanent(const Error& error) noexcept;

/// Finds the first row of the groups that the primary refuses permanently. Returns nothing if the primary refuses
/// none of them. Writes in transactions that are rolled back. Fails with any other error of the primary. O(log rows)
/// transactions of O(rows).
Step<std::optional<GroupRow>> findRefused(Driver& primary, const std::vector<TableGroup>& tables);

/// The primary's version of a row.
struct StoredRow {
  RowRef row;  ///< null if it has none, or one that does not fit its table
  bool isUnfit = false;
};
Step<StoredRow> readStored(Driver& primary, const TableDef& table, std::string id);

}  // namespace hyperdb::detail::hybrid
