// PrimaryRead: the reads of one fill, in one transaction of the primary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <hyperdb/detail/coroutine.hpp>

#include "driver/hybrid/external_changes.hpp"

namespace hyperdb::detail::hybrid {

/// The common part of reads of the primary. Home thread.
class PrimaryReader {
 public:
  PrimaryReader(Driver& primary, RecentWrites& recent, ExternalChanges& changes, Flusher& flusher,
                HostNotifier& notifier, const DriverStatus& status, const EventReporter& events,
                HybridCounters& counters) noexcept
      : primary_(primary),
        recent_(recent),
        changes_(changes),
        flusher_(flusher),
        notifier_(notifier),
        status_(status),
        events_(events),
        counters_(counters) {}
  PrimaryReader(const PrimaryReader&) = delete;
  PrimaryReader& operator=(const PrimaryReader&) = delete;

 private:
  friend class PrimaryRead;
  Completion<std::unique_ptr<DriverTransaction>> startBegin();
  Completion<void> startFlush();
  Step<std::unique_ptr<DriverTransaction>> begin();

  Driver& primary_;
  RecentWrites& recent_;
  ExternalChanges& changes_;
  Flusher& flusher_;
  HostNotifier& notifier_;
  const DriverStatus& status_;
  const EventReporter& events_;
  HybridCounters& counters_;
};

/// While it exists, ids that are written stay known: see RecentWrites. Its steps fail if the driver has crashed or
/// was closed meanwhile.
class PrimaryRead {
 public:
  explicit PrimaryRead(PrimaryReader& reader)
      : reader_(reader), reading_(reader.recent_), epoch_(reader.changes_.epoch()) {}
  PrimaryRead(const PrimaryRead&) = delete;
  PrimaryRead& operator=(const PrimaryRead&) = delete;

  /// Runs a scan in the primary. The plan lives until the step ends.
  Step<RowSequence> scan(const ScanPlan& plan);
  /// Returns the rows that the last scan left out because they do not fit, if its plan says so.
  const std::vector<Error>& unfitRows() const noexcept { return unfitRows_; }
  /// Reads the keys of an index; nothing, if the primary has no quick way to read keys without rows.
  Step<std::optional<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber);
  /// Returns whether the rows read may be outdated, because a new epoch has begun.
  bool isStale() const noexcept { return epoch_ != reader_.changes_.epoch(); }

 private:
  PrimaryReader& reader_;
  RecentWrites::Reading reading_;
  std::uint64_t epoch_;
  std::unique_ptr<DriverTransaction> transaction_;
  std::vector<Error> unfitRows_;
};

}  // namespace hyperdb::detail::hybrid
