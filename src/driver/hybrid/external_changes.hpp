// ExternalChanges: what other writers change in the primary, and what that does to memory and to live results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/driver.hpp>
#include <hyperdb/error.hpp>

#include "driver/hybrid/announcer.hpp"
#include "driver/hybrid/flush_group.hpp"
#include "driver/hybrid/memory_tier.hpp"
#include "driver/hybrid/recent_writes.hpp"

namespace hyperdb::detail::hybrid {

class Filler;

/// Home thread.
class ExternalChanges {
 public:
  ExternalChanges(MemoryTier& memory, RecentWrites& recent, Filler& filler, Flusher& flusher, Announcer& announcer,
                  DriverStatus& status, const EventReporter& events, const HybridOptions& options) noexcept
      : memory_(memory),
        recent_(recent),
        filler_(filler),
        flusher_(flusher),
        announcer_(announcer),
        status_(status),
        events_(events),
        options_(options) {}
  ExternalChanges(const ExternalChanges&) = delete;
  ExternalChanges& operator=(const ExternalChanges&) = delete;

  /// The primary reports a commit; a change of which nothing is known.
  void onCommit(const Ops& ops) noexcept;
  void onUnknown() noexcept;
  /// How many reports there were.
  std::uint64_t reportsCount() const noexcept { return reportsCount_; }
  /// Begins anew whenever a change is unknown: what was read from the primary before says nothing any more.
  std::uint64_t epoch() const noexcept { return epoch_; }
  /// Whether a report could not be applied since it contradicts a change that is not flushed, of which the next flush
  /// decides. Once.
  bool takeConflict() noexcept { return std::exchange(hasConflict_, false); }

  /// Puts what the primary has in the place of a row whose local changes it refuses. `refusal` names the row.
  void undo(std::size_t slot, const StoredRow& stored, const Error& refusal) noexcept;
  /// What the primary gives for these rows contradicts memory. The first time, another process must have changed them:
  /// memory forgets everything that is flushed, the host is told later, and the result is true: it is worth reading
  /// again. False for rows that were read again since the primary last reported a change: it is damaged. Then nothing
  /// is forgotten, so that a live result that reads such rows ends in an error and stays.
  bool noteContradiction(std::size_t slot, const std::vector<std::string>& ids);
  /// Throws Error(driverFailure): the primary is damaged. Emits an event.
  [[noreturn]] void failDamaged(std::size_t slot, const std::string& id, const std::string& what) const;
  /// An external merge failed or was only partly applied: as a contradiction, but crashes the driver if memory can't
  /// forget.
  void noteUnmerged() noexcept;

 private:
  Ops merge(const Ops& ops);
  void forgetAll();
  void forgetAndAnnounce();

  MemoryTier& memory_;
  RecentWrites& recent_;
  Filler& filler_;
  Flusher& flusher_;
  Announcer& announcer_;
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
