// ExternalChanges: changes of other writers in the primary, and their effect on memory and live results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/error.hpp>

#include "driver/hybrid/flush_group.hpp"
#include "driver/hybrid/host_notifier.hpp"
#include "driver/hybrid/memory_tier.hpp"
#include "driver/hybrid/recent_writes.hpp"

namespace hyperdb::detail::hybrid {

class Filler;

/// Home thread.
class ExternalChanges {
 public:
  ExternalChanges(MemoryTier& memory, RecentWrites& recent, Filler& filler, Flusher& flusher, HostNotifier& notifier,
                  DriverStatus& status, const EventReporter& events, const HybridOptions& options) noexcept
      : memory_(memory),
        recent_(recent),
        filler_(filler),
        flusher_(flusher),
        notifier_(notifier),
        status_(status),
        events_(events),
        options_(options) {}
  ExternalChanges(const ExternalChanges&) = delete;
  ExternalChanges& operator=(const ExternalChanges&) = delete;

  /// Applies a commit that the primary reports; handles a change of unknown content.
  void onCommit(const Ops& ops) noexcept;
  void onUnknown() noexcept;
  /// Returns the number of reports.
  std::uint64_t reportsCount() const noexcept { return reportsCount_; }
  /// Returns the epoch. A new one begins with each unknown change: rows read from the primary before it are
  /// worthless.
  std::uint64_t epoch() const noexcept { return epoch_; }
  /// Returns, once, whether a report could not be applied because it contradicts an unflushed change; the next flush
  /// decides which of them stands.
  bool takeConflict() noexcept { return std::exchange(hasConflict_, false); }

  /// Rolls back the unflushed changes of a row that the primary refuses: memory gets what the primary has. `refusal`
  /// names the row.
  void rollBack(std::size_t slot, const StoredRow& stored, const Error& refusal) noexcept;
  /// Handles rows from the primary that contradict memory. The first time, another process must have changed them:
  /// memory evicts everything that is flushed, the host is notified later, and the result is true: reading again is
  /// worthwhile. Returns false for rows that were read again since the primary last reported a change: the primary is
  /// damaged. Then nothing is evicted, so that a live result that reads such rows ends in an error instead of
  /// re-running for ever.
  bool noteContradiction(std::size_t slot, const std::vector<std::string>& ids);
  /// Throws Error(driverFailure): the primary is damaged. Reports an event.
  [[noreturn]] void failDamaged(std::size_t slot, const std::string& id, const std::string& what) const;
  /// Records that an external merge failed or was only partly applied: handled as a contradiction, but the driver
  /// crashes if memory can't evict.
  void noteUnmerged() noexcept;

 private:
  Ops merge(const Ops& ops);
  void evictAll();
  void evictAndNotify();

  MemoryTier& memory_;
  RecentWrites& recent_;
  Filler& filler_;
  Flusher& flusher_;
  HostNotifier& notifier_;
  DriverStatus& status_;
  const EventReporter& events_;
  const HybridOptions& options_;
  std::uint64_t epoch_ = 0;
  std::uint64_t reportsCount_ = 0;
  bool hasConflict_ = false;
  std::set<std::pair<std::size_t, std::string>> contradictions_;  ///< slots and ids that were read again
};

/// Appends the op that turns the row `before` into `after`, unless they are equal. Either may be null.
void appendOp(Ops& ops, const TableDef* table, const RowRef& before, const RowRef& after);

}  // namespace hyperdb::detail::hybrid
