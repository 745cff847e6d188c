#include "driver/memory/window.hpp"

#include <algorithm>
#include <cassert>

#include "query/row_array.hpp"

namespace hyperdb::detail::memory {
namespace {

/// A stretch of a tree: `count` rows from `place` on.
struct Stretch {
  TreePlace place;
  std::size_t count = 0;
};

Stretch locate(const Tree& tree, const KeyRange& range, DriverCounters& work) noexcept {
  Stretch stretch;
  if (tree.empty() || range.empty()) return stretch;
  stretch.place = tree.lowerBound(range.lower, work);
  std::size_t end;
  if (range.unbounded) {
    end = tree.size();
  } else {
    // Most ranges of a few rows end in the leaf in which they start.
    const TreePlace& place = stretch.place;
    const unsigned position = place.leaf->search(range.upper).position;
    end = position < place.leaf->count() ? place.rank + position - place.position
                                         : tree.lowerBound(range.upper, work).rank;
  }
  stretch.count = end - stretch.place.rank;
  return stretch;
}

/// Passes the `count` rows from `first` on as runs, in the requested order.
template <class Take>
void forEachRun(const Tree& tree, std::size_t first, std::size_t count, bool reversed, Take take) {
  for (std::size_t done = 0; done < count;) {
    const TreePlace place = tree.at(reversed ? first + count - 1 - done : first + done);
    const std::size_t inLeaf = reversed ? place.position + 1U : place.leaf->count() - place.position;
    const std::size_t taken = std::min(inLeaf, count - done);
    take(RowRun{place.leaf->rows() + place.position, reversed ? -1 : 1, taken});
    done += taken;
  }
}

}  // namespace

RowRun TreeWindow::runAt(std::size_t position) const noexcept {
  assert(position < count_);
  const TreePlace place = tree_.at(reversed_ ? first_ + count_ - 1 - position : first_ + position);
  const std::size_t inLeaf = reversed_ ? place.position + 1U : place.leaf->count() - place.position;
  return {place.leaf->rows() + place.position, reversed_ ? -1 : 1, std::min(inLeaf, count_ - position)};
}

ScanResult scanRange(const Tree& tree, std::uint64_t lineage, const KeyRange& range, Order order, std::size_t limit,
                     DriverCounters& work) {
  if (limit == 0) return {};
  const Stretch stretch = locate(tree, range, work);
  if (stretch.count == 0) return {};
  const bool reversed = order == Order::descending;
  const std::size_t count = std::min(stretch.count, limit);
  const std::size_t first = stretch.place.rank + (reversed ? stretch.count - count : 0);
  if (count > copiedRowsMax) {
    return {RowSequence(new TreeWindow(tree, first, count, reversed, lineage)), 0};
  }
  RowArrayBuilder rows(count);
  if (first == stretch.place.rank && stretch.place.position + count <= stretch.place.leaf->count()) {
    const RowRef* begin = stretch.place.leaf->rows() + stretch.place.position;
    rows.add(reversed ? RowRun{begin + (count - 1), -1, count} : RowRun{begin, 1, count});
  } else {
    forEachRun(tree, first, count, reversed, [&rows](RowRun run) { rows.add(run); });
  }
  work.rowsExamined += count;
  return {rows.finish(), count};
}

std::size_t countRows(const Tree& tree, const ScanPlan& plan, DriverCounters& work) noexcept {
  std::size_t total = 0;
  for (const KeyRange& range : plan.ranges) total += locate(tree, range, work).count;
  return std::min(total, plan.limit);
}

ScanResult scanRanges(const Tree& tree, const ScanPlan& plan, DriverCounters& work) {
  const bool reversed = plan.order == Order::descending;
  std::vector<Stretch> stretches;
  stretches.reserve(plan.ranges.size());
  std::size_t total = 0;
  for (std::size_t i = 0; i < plan.ranges.size() && total < plan.limit; ++i) {
    Stretch stretch = locate(tree, plan.ranges[reversed ? plan.ranges.size() - 1 - i : i], work);
    const std::size_t count = std::min(stretch.count, plan.limit - total);
    if (reversed) stretch.place.rank += stretch.count - count;
    stretch.count = count;
    total += count;
    if (count > 0) stretches.push_back(stretch);
  }
  RowArrayBuilder rows(total);
  for (const Stretch& stretch : stretches) {
    forEachRun(tree, stretch.place.rank, stretch.count, reversed, [&rows](RowRun run) { rows.add(run); });
  }
  work.rowsExamined += total;
  return {rows.finish(), total};
}

}  // namespace hyperdb::detail::memory
