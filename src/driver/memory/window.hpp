// TreeWindow: a result that is a stretch of a tree. Made in O(log n), whatever its size.
#pragma once

#include <cstddef>
#include <cstdint>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/engine/row_sequence.hpp>

#include "driver/memory/tree.hpp"

namespace hyperdb::detail::memory {

/// The rows of ranks [first, first + count) of a tree, or the same from the last to the first. Keeps the tree alive.
/// Thread safety: immutable.
class TreeWindow final : public RowSequenceBody {
 public:
  /// `lineage` names the index: windows of one lineage order rows by the same keys. REQUIRES: count > 0.
  TreeWindow(Tree tree, std::size_t first, std::size_t count, bool reversed, std::uint64_t lineage) noexcept
      : tree_(std::move(tree)), first_(first), count_(count), lineage_(lineage), reversed_(reversed) {}

  std::size_t size() const noexcept override { return count_; }
  RowRun runAt(std::size_t position) const noexcept override;
  /// Computes the difference in O(changes * log n): skips what both trees share.
  bool diffFrom(const RowSequenceBody& before, RowChanges& out) const override;

 private:
  Tree tree_;
  std::size_t first_;
  std::size_t count_;
  std::uint64_t lineage_;
  bool reversed_;
};

/// Results of at most this many rows are copied: that is as quick as a window, and does not keep old trees alive.
inline constexpr std::size_t copiedRowsMax = 8;

/// Returns the rows of one range, at most `limit` from the end where `order` begins. Throws std::bad_alloc. O(log n).
ScanResult scanRange(const Tree& tree, std::uint64_t lineage, const KeyRange& range, Order order, std::size_t limit,
                     DriverCounters& work);
/// Returns the number of rows of the plan's scan. O(ranges * log n).
std::size_t countRows(const Tree& tree, const ScanPlan& plan, DriverCounters& work) noexcept;
/// Returns the rows of several disjoint ascending ranges, copied one range after the other. O(ranges * log n + rows).
ScanResult scanRanges(const Tree& tree, const ScanPlan& plan, DriverCounters& work);

}  // namespace hyperdb::detail::memory
