// RecentWrites: the ids of which memory is newer than a read of the primary may be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/text_hash.hpp"

namespace hyperdb::detail::hybrid {

/// An id is in here from the commit that wrote it until that commit is flushed and every read of the primary that
/// began before the end of the flush has ended: such a read may still see the old row. So an id that is in here, but
/// not in memory's table, is the id of a deleted row: known to be absent. Home thread.
class RecentWrites {
 public:
  /// A read of the primary in progress. Must not outlive the RecentWrites.
  class Reading {
   public:
    explicit Reading(RecentWrites& writes) : writes_(writes), number_(++writes.lastReading_) {
      writes_.readings_.insert(number_);
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading() { writes_.ended(number_); }

   private:
    RecentWrites& writes_;
    std::uint64_t number_;
  };

  void setSlotsCount(std::size_t count) { tables_.resize(count); }

  bool hasAny(std::size_t slot) const noexcept { return !tables_[slot].empty(); }
  bool contains(std::size_t slot, std::string_view id) const noexcept { return find(slot, id) != nullptr; }
  /// Returns whether the primary does not have the last write yet.
  bool isUnflushed(std::size_t slot, std::string_view id) const noexcept {
    const LastWrite* write = find(slot, id);
    return write != nullptr && write->flushedAt == 0;
  }

  /// Records that commit number `commit` has written the id.
  void wrote(std::size_t slot, std::string_view id, std::uint64_t commit);
  /// Records that another process has written the id, in the primary. REQUIRES: it is not unflushed.
  void wroteElsewhere(std::size_t slot, std::string_view id);
  /// Records that the unflushed writes of the id were rolled back: memory has what the primary has.
  void rolledBack(std::size_t slot, std::string_view id);
  /// Records that commit number `commit`, which has written the id, is flushed.
  void flushed(std::size_t slot, std::string_view id, std::uint64_t commit);
  /// Discards all reads in progress: only unflushed ids stay.
  void clearFlushed();

  /// Calls `take(id, isUnflushed)` for each id of a table.
  template <class Take>
  void forEach(std::size_t slot, Take take) const {
    for (const auto& [id, write] : tables_[slot]) take(std::string_view(id), write.flushedAt == 0);
  }
  std::size_t idsCount() const noexcept;

 private:
  struct LastWrite {
    std::uint64_t commit;     ///< the last that wrote it; 0: another process
    std::uint64_t flushedAt;  ///< the last reading that had begun when it was flushed; 0: it is not flushed
  };
  using Table = boost::unordered_flat_map<std::string, LastWrite, TextHash, std::equal_to<>>;
  /// A write to be removed when the readings up to a number have ended.
  struct Expiring {
    std::uint64_t reading;
    std::size_t slot;
    std::string id;
  };

  const LastWrite* find(std::size_t slot, std::string_view id) const noexcept {
    const Table& table = tables_[slot];
    const auto found = table.find(id);
    return found == table.end() ? nullptr : &found->second;
  }
  void ended(std::uint64_t reading) noexcept;

  std::vector<Table> tables_;
  std::set<std::uint64_t> readings_;
  std::uint64_t lastReading_ = 0;
  std::deque<Expiring> expiring_;  ///< by the number of the reading
};

}  // namespace hyperdb::detail::hybrid
