// EntryRun: one run of a cached selector.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "async/detached_step.hpp"
#include "reactive/selector_entry.hpp"

namespace hyperdb::detail {

/// Kept alive by its entry while it runs. Keeps its database alive until it has ended.
class EntryRun final : public std::enable_shared_from_this<EntryRun> {
 public:
  EntryRun(SelectorEntry& entry, std::shared_ptr<DatabaseCore> database, Traits traits, DependencyRecorder& recorder,
           std::string why);

  /// Returns the revision whose state the run reads (or a later one).
  std::int64_t startRevision() const noexcept { return startRevision_; }
  void start();
  SelectorRun& selector() noexcept { return *selector_; }
  /// Ends it without a result. Not from inside the selector itself, unless that has not been suspended yet.
  void cancel() noexcept;

 private:
  void ended(std::exception_ptr storageError) noexcept;
  /// Makes a new coroutine, for a run on the current state.
  Frame makeAgain();

  SelectorEntry* entry_;
  std::shared_ptr<DatabaseCore> database_;
  std::int64_t startRevision_;
  std::unique_ptr<Execution> execution_;
  std::unique_ptr<SelectorRun> selector_;  // destroyed before the execution, which its destruction still uses
  bool isStarting_ = false;
  DetachedStep step_;  // last: it is destroyed before what it uses
};

}  // namespace hyperdb::detail
