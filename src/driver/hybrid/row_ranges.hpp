// Helpers of both fillers for ranges, rows and batches.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include <hyperdb/engine/row_sequence.hpp>

#include "driver/hybrid/coverage.hpp"
#include "driver/hybrid/filler.hpp"
#include "driver/memory/tree.hpp"

namespace hyperdb::detail::hybrid {

/// Calls `take(row)` for each row.
template <class Take>
void forEachRow(const RowSequence& rows, Take take) {
  for (std::size_t position = 0; position < rows.size();) {
    const RowRun run = rows.runAt(position);
    for (std::size_t i = 0; i < run.count; ++i) take(run.rows[static_cast<std::ptrdiff_t>(i) * run.step]);
    position += run.count;
  }
}

/// Calls `take(id)` for each id of a batch.
template <class Take>
void forEachId(const TableDef& table, const WriteBatch& batch, Take take) {
  for (const RowRef& row : batch.rows) take(table.rowType().id(*row));
  for (const std::string& id : batch.ids) take(std::string_view(id));
}

/// Sorts points of a unique index and removes duplicates, as a plan requires of its ranges.
inline void sortPoints(std::vector<KeyRange>& points) {
  std::sort(points.begin(), points.end(), [](const KeyRange& a, const KeyRange& b) { return a.lower < b.lower; });
  points.erase(std::unique(points.begin(), points.end()), points.end());
}

/// Returns the number of rows in the range. O(log n).
inline std::size_t countRows(const memory::Tree& tree, const Coverage::Front& range, DriverCounters& work) noexcept {
  if (tree.empty() || (!range.unbounded && range.upper <= range.lower)) return 0;
  const std::size_t end = range.unbounded ? tree.size() : tree.lowerBound(range.upper, work).rank;
  return end - tree.lowerBound(range.lower, work).rank;
}

/// Adds to `coverage` what a scan has covered: the ranges, or, if its limit ended it, their parts up to the last row.
/// REQUIRES: rows is the result of the plan.
inline void coverScanned(Coverage& coverage, const ScanPlan& plan, const RowSequence& rows) {
  if (rows.size() < plan.limit) {
    for (const KeyRange& range : plan.ranges) coverage.add(range);
    return;
  }
  KeyBytes last;
  plan.table->appendIndexKey(plan.indexNumber, *rows[rows.size() - 1], last);
  const KeyRange done = plan.order == Order::descending ? KeyRange{last, {}, true} : KeyRange::between({}, last + '\0');
  for (const KeyRange& range : plan.ranges) coverage.add(range.intersect(done));
}

}  // namespace hyperdb::detail::hybrid
