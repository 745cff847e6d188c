// QuerySpec: a query before it is checked; planQuery checks it and returns the ranges to read.
//
// Thread safety: values and functions without state; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/conditions.hpp>
#include <hyperdb/engine/row_sequence.hpp>
#include <hyperdb/engine/scan_plan.hpp>
#include <hyperdb/engine/table_def.hpp>

namespace hyperdb {

/// A query as data: built by `selectFrom` and its functions.
struct QuerySpec {
  std::shared_ptr<const TableDef> table;
  std::string indexName;
  std::optional<std::vector<Branch>> branches;  ///< nothing: no `where`, the whole index
  Order order = Order::ascending;
  std::optional<std::int64_t> limit;  ///< signed, so that a negative one is refused and not misread
  bool first = false;                 ///< one row at most; replaces the limit
  bool isCount = false;               ///< only the number of rows is needed; then a hash index may be read whole
  std::optional<KeyBytes> after{};    ///< only rows after this key of the index, in the order of the query
};

/// Differences of other implementations of the query language; for comparing with them.
struct PlanOptions {
  /// Of two conditions with the same operator on one column the later replaces the earlier, instead of both holding.
  bool lastBoundWins = false;
  /// An empty list of branches is Error(noConditions), instead of a query without rows.
  bool emptyOrIsError = false;
};

/// Checks the query against its index and returns its plan. The plan points to `query.table`, which must outlive it.
///
/// Throws Error naming table, index and column: unknownIndex; then for each branch in turn unknownColumn,
/// undefinedFilter, and for each column noConditions, nonPrefixColumn, multipleEquality, conflictingConditions,
/// rangeOnHash; last invalidLimit. Not errors: conditions that exclude each other, no branches, limit 0: no rows.
///
/// A `gte` and an `lte` of one value on one column count as `eq`. REQUIRES: the query has a table.
/// O(b log b) for b branches; about two allocations for a single branch.
ScanPlan planQuery(const QuerySpec& query, const PlanOptions& options = {});

/// Returns the ranges that the result of a scan depends on: a row outside of them, before and after a change, can't
/// change it. All ranges of the plan, or, if the limit was reached, their part up to the last row; none for limit 0.
/// `rows` is the result of the plan's scan. O(ranges + size of a key).
std::vector<KeyRange> dependencyRanges(const ScanPlan& plan, const RowSequence& rows);

}  // namespace hyperdb
