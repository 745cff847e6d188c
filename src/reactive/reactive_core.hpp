// ReactiveCore: the cache of live selectors of one database; invalidates them on commits.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <hyperdb/subscribable_db.hpp>

#include "base/text_hash.hpp"
#include "reactive/selector_entry.hpp"
#include "runtime/commit.hpp"
#include "runtime/database_core.hpp"

namespace hyperdb::detail {

/// Owned by its DatabaseCore. Home thread.
class ReactiveCore final : public CommitObserver {
 public:
  explicit ReactiveCore(DatabaseCore& database) noexcept : database_(database) {}
  ~ReactiveCore() override;

  DatabaseCore& database() noexcept { return database_; }
  RangeIndexes& ranges() noexcept { return ranges_; }

  /// Returns the shared entry with that key, or null.
  std::shared_ptr<SelectorEntry> find(const std::string& key) const;
  /// Returns the entry with that key, made if it does not exist; a private one if the selector does not share.
  std::shared_ptr<SelectorEntry> entry(const std::shared_ptr<const SelectorSource>& source, const Traits& traits,
                                       const std::string& key);

  // CommitObserver
  void onCommit(const CommitPtr& commit) noexcept override;
  void evictExpired() override;
  void onClose() noexcept override;
  void addStats(StatsParts& stats) const noexcept override;

  // For entries.
  void addEntry(SelectorEntry& entry);
  void removeEntry(SelectorEntry& entry) noexcept;
  /// Starts the expiry of an entry without listeners: it lives for its gcTimeMs from now.
  void scheduleExpiry(SelectorEntry& entry) noexcept;
  void cancelExpiry(SelectorEntry& entry) noexcept;
  void runStarted() noexcept { ++runsInFlightCount_; }
  void runEnded() noexcept;
  /// Invalidates the nodes, from `reads` down, with ranges into which a commit after `revision` wrote, and then the
  /// entry. Returns whether there was one. REQUIRES: a run that began at that revision is still counted.
  bool invalidateSince(SelectorEntry& entry, ReadNode& reads, std::int64_t revision);

  void setReports(bool enabled) { reportsEnabled_ = enabled; }
  const CommitReport& lastReport() const noexcept { return report_; }

 private:
  void invalidateDependents(const Op& op, std::int64_t revision);
  void stab(const RangeIndex& index, const Op& op, std::size_t indexNumber, const KeyBytes& key, std::int64_t revision);
  void invalidateAll() noexcept;
  void rerunInvalidated() noexcept;
  void writeReport(std::int64_t revision, std::uint64_t rangesComparedBefore);
  void evict(SelectorEntry& entry) noexcept;

  DatabaseCore& database_;
  RangeIndexes ranges_;
  std::unordered_map<std::string, std::shared_ptr<SelectorEntry>, TextHash> shared_;
  std::unordered_set<SelectorEntry*> entries_;  // shared and private ones
  ExpiringEntries expiring_;
  std::vector<std::shared_ptr<SelectorEntry>> invalidated_;
  std::deque<CommitPtr> recentCommits_;  // kept while runs are in progress
  std::int64_t runsInFlightCount_ = 0;
  std::int64_t unknownRevision_ = -1;  // the last commit whose writes are unknown
  KeyBytes oldKey_;                    // scratch
  KeyBytes newKey_;
  bool reportsEnabled_ = false;
  CommitReport report_;
};

}  // namespace hyperdb::detail
