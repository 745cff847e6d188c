// EntryRun: one run of a cached selector.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "reactive/selector_entry.hpp"

namespace hyperdb::detail {

/// Kept alive by its entry while it runs and, once it has ended on its own stack, by the executor until it is off it.
/// Keeps its database alive until it has ended.
class EntryRun final : public std::enable_shared_from_this<EntryRun> {
 public:
  EntryRun(SelectorEntry& entry, std::shared_ptr<DatabaseCore> database, Traits traits, DependencyRecorder& recorder,
           std::string why);

  /// The revision whose state the run reads (or a later one).
  std::int64_t startRevision() const noexcept { return startRevision_; }
  void start();
  SelectorRun& selector() noexcept { return *selector_; }
  /// Ends it without a result. Not from inside the selector itself.
  void giveUp() noexcept;

 private:
  static Step<void> toEnd(EntryRun& self);
  void ended(std::exception_ptr storageError) noexcept;
  void release() noexcept;
  /// A new coroutine, for a run on the state of now.
  Frame makeAgain();

  SelectorEntry* entry_;
  std::shared_ptr<DatabaseCore> database_;
  std::int64_t startRevision_;
  std::unique_ptr<SelectorRun> selector_;
  std::unique_ptr<Execution> execution_;
  Step<void> step_;
  bool isStarting_ = false;
};

}  // namespace hyperdb::detail
