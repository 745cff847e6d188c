// Coverage: the ranges of one index whose rows are all in memory.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include <hyperdb/engine/key.hpp>

namespace hyperdb::detail::hybrid {

/// A set of disjoint ranges, none adjacent to another: `add` merges neighbours. So a range is covered exactly if one
/// range of the set contains it. Thread safety: none.
class Coverage {
 public:
  // O(log n), no allocation.

  /// Returns whether the range is covered; an empty range is.
  bool covers(const KeyRange& range) const noexcept;
  bool contains(std::string_view key) const noexcept;
  /// The covered part of a non-empty range, from where a scan begins to the first gap. Empty (lower == upper) if the
  /// gap is there at once. The views live until something is added.
  struct Front {
    std::string_view lower;
    std::string_view upper;
    bool unbounded = false;
  };
  Front front(const KeyRange& range, bool isDescending) const noexcept;
  /// Returns whether every key is covered.
  bool isWhole() const noexcept;

  /// Adds a range. O(log n + ranges that it merges with).
  void add(KeyRange range);
  /// Appends the gaps of the range, ascending. O(log n + ranges inside it).
  void appendGaps(const KeyRange& range, std::vector<KeyRange>& gaps) const;
  void clear() noexcept { ranges_.clear(); }
  std::size_t rangesCount() const noexcept { return ranges_.size(); }

 private:
  struct End {
    KeyBytes upper;
    bool unbounded;

    /// Returns whether everything below `key` is before this end.
    bool reaches(std::string_view key) const noexcept { return unbounded || std::string_view(upper) >= key; }
  };
  using Ranges = std::map<KeyBytes, End, std::less<>>;

  /// Returns the last range that starts at or before the key, or the end.
  Ranges::const_iterator lastFrom(std::string_view key) const noexcept;

  Ranges ranges_;  ///< by their lower ends
};

/// Returns whether the range is the prefix of its lower end, which may be a whole key or the first columns of one.
/// May return false for a range whose last byte is FF.
bool isPrefix(const KeyRange& range) noexcept;

}  // namespace hyperdb::detail::hybrid
