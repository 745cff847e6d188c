// ScanPlan: a checked query in the form for drivers: nothing but key ranges of one index.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include <hyperdb/engine/key.hpp>
#include <hyperdb/engine/table_def.hpp>

namespace hyperdb {

/// The direction in which an index is read.
enum class Order : unsigned char { ascending, descending };
inline constexpr Order asc = Order::ascending;
inline constexpr Order desc = Order::descending;

/// What to read. The ranges are disjoint, not empty and ascending, so a driver that reads them one after the other
/// (backwards for `descending`) and stops after `limit` rows returns each row once and in index order.
struct ScanPlan {
  static constexpr std::size_t noLimit = (std::numeric_limits<std::size_t>::max)();

  const TableDef* table = nullptr;
  std::size_t indexNumber = 0;
  std::vector<KeyRange> ranges;
  Order order = Order::ascending;
  std::size_t limit = noLimit;
  /// Leave out stored rows that do not fit the table and list them in ScanResult::unfitRows, instead of failing the
  /// scan. For drivers over files: a driver whose rows always fit may ignore it.
  bool skipsUnfitRows = false;
  /// Only the size of the result is needed: a driver may return a RowSequence whose rows can't be read, or ignore
  /// this.
  bool onlyCounts = false;

  const IndexDef& index() const noexcept { return table->index(indexNumber); }
};

}  // namespace hyperdb
