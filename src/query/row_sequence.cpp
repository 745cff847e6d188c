// Results as arrays, and the difference of any two results, row by row.
//
// The rows that keep their place are a longest common subsequence, first of the rows that were not written, then,
// between these, of the ids; as both are distinct it is a longest increasing subsequence of positions (Schensted
// 1961; Fredman 1975). A row that was not written is therefore never reported because of one that was.
#include <hyperdb/engine/row_sequence.hpp>

#include <algorithm>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include <hyperdb/engine/row_type.hpp>

#include "base/text_hash.hpp"
#include "query/row_array.hpp"

namespace hyperdb {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

/// Iterates over a result, one run after the other.
class RunReader {
 public:
  explicit RunReader(const RowSequence& rows) noexcept : rows_(rows) {}
  const RowRef& next() noexcept {
    if (used_ == run_.count) {
      run_ = rows_.runAt(position_);
      used_ = 0;
    }
    ++position_;
    return run_.rows[static_cast<std::ptrdiff_t>(used_++) * run_.step];
  }

 private:
  const RowSequence& rows_;
  RowRun run_;
  std::size_t used_ = 0;
  std::size_t position_ = 0;
};

std::vector<const RowHeader*> pointersOf(const RowSequence& rows) {
  std::vector<const RowHeader*> result;
  result.reserve(rows.size());
  RunReader reader(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) result.push_back(reader.next().get());
  return result;
}

std::string_view idOf(const RowHeader* row) noexcept { return row->type().id(*row); }

/// Sets all values to `none` except a longest increasing subsequence. O(n log n).
void keepLongestIncreasing(std::vector<std::size_t>& values) {
  std::vector<std::size_t> ends;                           // ends[k]: where the best subsequence of length k+1 ends
  std::vector<std::size_t> previous(values.size(), none);  // the element before, in the best one that ends here
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == none) continue;
    const auto place = std::lower_bound(ends.begin(), ends.end(), values[i],
                                        [&](std::size_t end, std::size_t value) { return values[end] < value; });
    if (place != ends.begin()) previous[i] = *(place - 1);
    if (place == ends.end()) {
      ends.push_back(i);
    } else {
      *place = i;
    }
  }
  std::size_t kept = ends.empty() ? none : ends.back();
  for (std::size_t i = values.size(); i-- > 0;) {
    if (i == kept) {
      kept = previous[i];
    } else {
      values[i] = none;
    }
  }
}

/// Sets all positions to `none` except those of rows that keep their place. `isUnchanged[i]` tells whether number i
/// is the same row as the one at its old position. O(n log n).
void keepPlaces(std::vector<std::size_t>& positions, const std::vector<bool>& isUnchanged) {
  std::vector<std::size_t> anchors = positions;
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    if (!isUnchanged[i]) anchors[i] = none;
  }
  keepLongestIncreasing(anchors);
  // A row that is not between the same unchanged rows as before has moved.
  std::size_t next = none;  // `none` is greater than every position
  for (std::size_t i = positions.size(); i-- > 0;) {
    if (anchors[i] != none) {
      next = anchors[i];
    } else if (positions[i] >= next) {
      positions[i] = none;
    }
  }
  std::size_t end = 0;  // after the last unchanged row
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (anchors[i] != none) {
      end = anchors[i] + 1;
    } else if (positions[i] < end) {
      positions[i] = none;
    }
  }
  keepLongestIncreasing(positions);
}

/// Returns for every new row of [begin, newEnd) the position of the old row of the same id, or `none`.
std::vector<std::size_t> oldPositions(const std::vector<const RowHeader*>& oldRows, std::size_t oldEnd,
                                      const std::vector<const RowHeader*>& newRows, std::size_t newEnd,
                                      std::size_t begin) {
  std::vector<std::size_t> result(newEnd - begin, none);
  if (begin == oldEnd || begin == newEnd) return result;
  boost::unordered_flat_map<std::string_view, std::size_t, detail::TextHash> positionById;
  positionById.reserve(oldEnd - begin);
  for (std::size_t i = begin; i < oldEnd; ++i) positionById.emplace(idOf(oldRows[i]), i);
  for (std::size_t i = begin; i < newEnd; ++i) {
    const auto found = positionById.find(idOf(newRows[i]));
    if (found == positionById.end()) continue;
    result[i - begin] = found->second;
    positionById.erase(found);
  }
  return result;
}

RowChanges diffArrays(const std::vector<const RowHeader*>& oldRows, const std::vector<const RowHeader*>& newRows) {
  std::size_t begin = 0;
  std::size_t oldEnd = oldRows.size();
  std::size_t newEnd = newRows.size();
  while (begin < oldEnd && begin < newEnd && isSameRow(oldRows[begin], newRows[begin])) ++begin;
  while (oldEnd > begin && newEnd > begin && isSameRow(oldRows[oldEnd - 1], newRows[newEnd - 1])) {
    --oldEnd;
    --newEnd;
  }
  std::vector<std::size_t> kept = oldPositions(oldRows, oldEnd, newRows, newEnd, begin);
  std::vector<bool> isUnchanged(kept.size());  // comparing content may take long: once for each row
  for (std::size_t i = 0; i < kept.size(); ++i) {
    isUnchanged[i] = kept[i] != none && isSameRow(oldRows[kept[i]], newRows[begin + i]);
  }
  keepPlaces(kept, isUnchanged);

  RowChanges changes;
  std::size_t oldPosition = begin;
  for (std::size_t i = begin; i < newEnd; ++i) {
    const std::size_t partner = kept[i - begin];
    if (partner == none) {
      changes.inserted.push_back(i);
      continue;
    }
    for (; oldPosition < partner; ++oldPosition) changes.removed.push_back(oldPosition);
    if (!isUnchanged[i - begin]) changes.updated.push_back({partner, i});
    ++oldPosition;
  }
  for (; oldPosition < oldEnd; ++oldPosition) changes.removed.push_back(oldPosition);
  return changes;
}

}  // namespace

RowSequence RowSequence::fromRows(std::vector<RowRef> rows) {
  detail::RowArrayBuilder array(rows.size());
  for (RowRef& row : rows) array.add(std::move(row));
  return array.finish();
}

RowChanges diffRows(const RowSequence& before, const RowSequence& after) {
  RowChanges changes;
  if (before.body() == after.body()) return changes;
  if (before.body() != nullptr && after.body() != nullptr && after.body()->diffFrom(*before.body(), changes)) {
    return changes;
  }
  return diffArrays(pointersOf(before), pointersOf(after));
}

bool sameRows(const RowSequence& a, const RowSequence& b) {
  if (a.body() == b.body()) return true;
  if (a.size() != b.size()) return false;
  if (a.empty()) return true;
  RowChanges changes;
  if (b.body()->diffFrom(*a.body(), changes)) return changes.empty();
  RunReader readerA(a);
  RunReader readerB(b);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!isSameRow(readerA.next(), readerB.next())) return false;
  }
  return true;
}

}  // namespace hyperdb
