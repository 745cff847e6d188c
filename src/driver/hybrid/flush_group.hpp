// The writes of one flush, and the search for the row in it that the primary refuses.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include <hyperdb/coroutine.hpp>
#include <hyperdb/driver.hpp>

#include "value/text_hash.hpp"

namespace hyperdb::detail::hybrid {

/// What a group of commits does to one table: the state after the last of them.
struct TableGroup {
  const TableDef* table;
  boost::unordered_flat_set<std::string_view, TextHash> ids;  ///< views of the rows in the queue
  std::vector<RowRef> upserted;
  std::vector<std::string> removed;
};

/// A row of a flush.
struct GroupRow {
  const TableDef* table;
  std::string id;
};

/// Whether the primary will give the same answer however often it is asked.
bool isPermanent(const Error& error) noexcept;

/// Finds the first row of the groups that the primary refuses permanently. Returns nothing if it refuses none of them
/// when they are written. Writes in transactions that are rolled back. Fails with any other error of the primary.
/// O(log rows) transactions of O(rows).
Step<std::optional<GroupRow>> findRefused(Driver& primary, const std::vector<TableGroup>& tables);

/// What the primary has in the place of a row.
struct StoredRow {
  RowRef row;           ///< null if it has none, or one that does not fit its table
  bool isUnfit = false;
};
Step<StoredRow> readStored(Driver& primary, const TableDef& table, std::string id);

}  // namespace hyperdb::detail::hybrid
