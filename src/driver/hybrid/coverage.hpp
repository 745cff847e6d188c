// Coverage: of which ranges of one index everything is in memory.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include <hyperdb/key.hpp>

namespace hyperdb::detail::hybrid {

/// Disjoint ranges, none of which touches another: what is added merges with its neighbours. So a range is covered
/// exactly if one range of the set contains it. Thread safety: none.
class Coverage {
 public:
  // O(log n), no allocation.

  /// An empty range is covered.
  bool covers(const KeyRange& range) const noexcept;
  bool contains(std::string_view key) const noexcept;
  /// The part of a range that is not empty, from where a scan begins, up to the first gap. Empty (lower == upper) if
  /// the gap is there at once. The views live until something is added.
  struct Front {
    std::string_view lower;
    std::string_view upper;
    bool unbounded = false;
  };
  Front front(const KeyRange& range, bool isDescending) const noexcept;
  /// Whether it is every key.
  bool isWhole() const noexcept;

  /// O(log n + ranges that it merges with).
  void add(KeyRange range);
  /// Appends what is missing of the range, ascending. O(log n + ranges inside it).
  void appendGaps(const KeyRange& range, std::vector<KeyRange>& gaps) const;
  void clear() noexcept { ranges_.clear(); }
  std::size_t rangesCount() const noexcept { return ranges_.size(); }

 private:
  struct End {
    KeyBytes upper;
    bool unbounded;

    /// Whether everything below `key` is before this end.
    bool reaches(std::string_view key) const noexcept { return unbounded || std::string_view(upper) >= key; }
  };
  using Ranges = std::map<KeyBytes, End, std::less<>>;

  /// The last range that starts at or before the key, or the end.
  Ranges::const_iterator lastFrom(std::string_view key) const noexcept;

  Ranges ranges_;  ///< by their lower ends
};

/// Whether the range is the prefix of its lower end, which may be a whole key or the first columns of one. May say no
/// of a range whose last byte is FF.
bool isPrefix(const KeyRange& range) noexcept;

}  // namespace hyperdb::detail::hybrid
