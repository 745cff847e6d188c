// RowCache: rows as objects, so that a stored text that was read before is not decoded again.
//
// An entry is valid while the stored text is the same, which its hash tells: so it does not matter which transaction,
// process or snapshot the text comes from. The hash is keyed with a secret of the process, so that no attacker can
// make two texts with one hash.
//
// The writing connection can do without the text: while no other process has written and nothing was rolled back,
// what it has read or written is current. Such a period is an epoch. Each entry has the epoch in which it was last
// validated.
//
// Thread safety: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <hyperdb/row.hpp>

#include "base/mutex.hpp"
#include "base/text_hash.hpp"

namespace hyperdb::detail::sqlite {

/// How often lookups have succeeded lately: a moving average over about 16 lookups.
class HitRate {
 public:
  void note(bool isHit) noexcept { rate_ += ((isHit ? 256 : 0) - rate_) / 16; }
  /// Returns whether more than three lookups out of ten succeed.
  bool areLikely() const noexcept { return rate_ > 77; }

 private:
  int rate_ = 0;  ///< of 256
};

/// A set-associative cache: a row has four places, and the oldest entry is evicted. It starts small and grows to
/// `rowsMax` while it overflows.
class RowCache {
 public:
  /// `rowsMax`: 0 for none; otherwise rounded up to a power of two, at least 1,024.
  explicit RowCache(std::size_t rowsMax);

  struct Name {
    std::uint32_t table = 0;
    std::int64_t rowNumber = 0;
    std::uint64_t textHash = 0;
  };
  /// The epoch of connections that have none.
  static constexpr std::uint32_t noEpoch = 0;

  /// Returns the row of that text, or nothing, and validates it for this epoch. O(1).
  RowRef find(const Name& name, std::uint32_t epoch) noexcept;
  /// Returns the row that is valid in this epoch, or nothing. O(1). REQUIRES: not noEpoch.
  RowRef findCurrent(std::uint32_t table, std::int64_t rowNumber, std::uint32_t epoch) const noexcept;
  /// Adds a row. O(1), but O(size) when the cache grows. A row for which there is no memory is not added.
  void put(const Name& name, RowRef row, std::uint32_t epoch) noexcept;
  void clear() noexcept;

 private:
  static constexpr std::size_t places = 4;
  struct CachedRow {
    std::int64_t rowNumber = 0;
    std::uint64_t textHash = 0;
    RowRef row;
    std::uint32_t table = 0;
    std::uint32_t epoch = noEpoch;
  };

  std::size_t setOf(std::uint32_t table, std::int64_t rowNumber) const noexcept HYPERDB_REQUIRES(mutex_);
  const CachedRow* entryOf(std::uint32_t table, std::int64_t rowNumber) const noexcept HYPERDB_REQUIRES(mutex_);
  void grow() HYPERDB_REQUIRES(mutex_);
  RowRef store(CachedRow entry) noexcept HYPERDB_REQUIRES(mutex_);

  std::size_t entriesMax_;
  mutable Mutex mutex_;
  std::vector<CachedRow> entries_ HYPERDB_GUARDED_BY(mutex_);
  std::size_t overflowsCount_ HYPERDB_GUARDED_BY(mutex_) = 0;  ///< since the last growth
  std::size_t nextVictim_ HYPERDB_GUARDED_BY(mutex_) = 0;
};

}  // namespace hyperdb::detail::sqlite
