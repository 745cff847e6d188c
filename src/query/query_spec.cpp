// From a query to the ranges to read.
#include <algorithm>
#include <cassert>

#include "query/branch_range.hpp"

namespace hyperdb {
namespace {

using detail::appendBranchRanges;
using detail::failQuery;

/// Sorts the ranges and joins those that overlap or touch. REQUIRES: none is empty.
void normalizeRanges(std::vector<KeyRange>& ranges) {
  if (ranges.size() < 2) return;
  const auto startsBefore = [](const KeyRange& a, const KeyRange& b) { return a.lower < b.lower; };
  if (!std::is_sorted(ranges.begin(), ranges.end(), startsBefore)) {
    std::sort(ranges.begin(), ranges.end(), startsBefore);
  }
  std::size_t last = 0;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    KeyRange& current = ranges[last];
    KeyRange& next = ranges[i];
    if (current.unbounded) break;
    if (next.lower > current.upper) {
      if (++last != i) ranges[last] = std::move(next);
    } else if (next.unbounded || next.upper > current.upper) {
      current.unbounded = next.unbounded;
      current.upper = std::move(next.upper);
    }
  }
  ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(last) + 1, ranges.end());
}

std::vector<KeyRange> planRanges(const QuerySpec& query, const IndexDef& index, const PlanOptions& options) {
  std::vector<KeyRange> ranges;
  if (!query.branches) {
    if (index.isHash() && !query.isCount) {
      failQuery(ErrorCode::noConditions, "a hash index can't be read without an equality", *query.table, index);
    }
    ranges.push_back(KeyRange::all());
    return ranges;
  }
  if (query.branches->empty() && options.emptyOrIsError) {
    failQuery(ErrorCode::noConditions, "an empty list of branches", *query.table, index);
  }
  ranges.reserve(query.branches->size());
  for (const Branch& branch : *query.branches) {
    appendBranchRanges(*query.table, index, branch, options, ranges);
  }
  normalizeRanges(ranges);
  return ranges;
}

/// Restricts the ranges to what follows the key in the order of the query.
void clipBehind(std::vector<KeyRange>& ranges, const KeyBytes& key, Order order) {
  const KeyRange rest = order == Order::descending ? KeyRange::between({}, key) : KeyRange{key + '\0', {}, true};
  for (KeyRange& range : ranges) range = range.intersect(rest);
  ranges.erase(std::remove_if(ranges.begin(), ranges.end(), [](const KeyRange& range) { return range.empty(); }),
               ranges.end());
}

std::size_t planLimit(const QuerySpec& query, const IndexDef& index) {
  if (query.limit && *query.limit < 0) {
    failQuery(ErrorCode::invalidLimit, "a limit of " + std::to_string(*query.limit), *query.table, index);
  }
  if (query.first) return 1;
  if (!query.limit) return ScanPlan::noLimit;
  const auto limit = static_cast<std::uint64_t>(*query.limit);
  return limit < ScanPlan::noLimit ? static_cast<std::size_t>(limit) : ScanPlan::noLimit;
}

}  // namespace

ScanPlan planQuery(const QuerySpec& query, const PlanOptions& options) {
  assert(query.table);
  ScanPlan plan;
  plan.table = query.table.get();
  plan.indexNumber = plan.table->indexNumber(query.indexName);
  plan.order = query.order;
  plan.ranges = planRanges(query, plan.index(), options);
  if (query.after) clipBehind(plan.ranges, *query.after, plan.order);
  plan.limit = planLimit(query, plan.index());
  plan.onlyCounts = query.isCount;
  if (plan.limit == 0) plan.ranges.clear();
  return plan;
}

std::vector<KeyRange> dependencyRanges(const ScanPlan& plan, const RowSequence& rows) {
  if (plan.limit == 0) return {};
  if (rows.size() < plan.limit || plan.onlyCounts) return plan.ranges;
  KeyBytes lastKey;
  if (!plan.table->appendIndexKey(plan.indexNumber, *rows[rows.size() - 1], lastKey)) return plan.ranges;

  // The first range that ends behind the key. (Ranges are disjoint and ascending, so their ends ascend, too.)
  const auto found = std::partition_point(plan.ranges.begin(), plan.ranges.end(), [&](const KeyRange& range) {
    return !range.unbounded && range.upper <= lastKey;
  });
  // If a storage wrongly returns a row outside of the ranges, all ranges are recorded rather than too few.
  if (found == plan.ranges.end() || !found->contains(lastKey)) return plan.ranges;

  if (plan.order == Order::descending) {
    std::vector<KeyRange> ranges(found, plan.ranges.end());
    ranges.front().lower = std::move(lastKey);
    return ranges;
  }
  std::vector<KeyRange> ranges(plan.ranges.begin(), found + 1);
  lastKey.push_back('\0');  // the first key after it
  ranges.back().upper = std::move(lastKey);
  ranges.back().unbounded = false;
  return ranges;
}

}  // namespace hyperdb
