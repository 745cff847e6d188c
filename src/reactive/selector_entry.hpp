// SelectorEntry: one cached selector: its result, the result's dependencies, its listeners.
#pragma once

#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hyperdb/cached_selector.hpp>
#include <hyperdb/detail/builtin.hpp>

#include "reactive/read_node.hpp"
#include "runtime/notifier.hpp"

namespace hyperdb::detail {

class ReactiveCore;
class EntryRun;
class SelectorEntry;

/// Entries without users, by the time of their expiry.
using ExpiringEntries = std::set<std::pair<std::int64_t, SelectorEntry*>>;

/// Why an entry was invalidated, as raw data; converted to text on demand.
class Wake {
 public:
  /// Records a wake. Throws std::bad_alloc; then it is not set. All texts share one buffer, which later wakes reuse.
  void set(std::int64_t revision, const Op& op, std::size_t indexNumber, std::string_view key,
           const KeyRangeView& range);
  bool isSet() const noexcept { return table_ != nullptr; }
  /// Returns the reason as text. REQUIRES: set.
  WakeReason describe() const;

 private:
  std::int64_t revision_ = 0;
  const TableDef* table_ = nullptr;
  std::size_t indexNumber_ = 0;
  std::string texts_;  ///< the row's id, the key, the bounds of the range
  std::size_t keyBegin_ = 0;
  std::size_t lowerBegin_ = 0;
  std::size_t upperBegin_ = 0;
  bool unbounded_ = false;
};

class ListenerCall;

/// A subscriber of an entry, and the call that reports what it missed when there was no memory for another one.
struct EntryListener final : Notification {
  EntryCallback callback;
  ResultBoxPtr lastSeen;
  ResultBoxPtr missed;
  Counters* work = nullptr;                                     ///< of the database
  ListenerCall* queued = nullptr;                               ///< the last call that waits
  std::list<std::shared_ptr<EntryListener>>::iterator place{};  ///< among those of its entry
  bool isListed = false;                                        ///< whether `place` is set
  bool active = true;
  bool wasNotifiedOfError = false;  ///< whether the last call reported an error

  /// Calls back. `box`: the new result, or null after an error.
  void notify(const ResultBoxPtr& box);
  void call() override { notify(std::exchange(missed, nullptr)); }
};

/// Home thread. Owned by the cache (if shared), by handles and by subscriptions.
class SelectorEntry final : public std::enable_shared_from_this<SelectorEntry> {
 public:
  SelectorEntry(ReactiveCore& core, std::shared_ptr<const SelectorSource> source, Traits traits, std::string key,
                bool isShared);
  ~SelectorEntry();

  const SelectorSource& source() const noexcept { return *source_; }
  const std::string& key() const noexcept { return key_; }
  const SelectorOptions& options() const noexcept { return source_->def()->options; }
  bool isShared() const noexcept { return isShared_; }
  /// Returns whether the cache has closed it: a handle has to find or make another one.
  bool isClosed() const noexcept { return core_ == nullptr; }

  bool isFresh() const noexcept { return hasRun_ && !isStale_ && run_ == nullptr; }
  bool isRunning() const noexcept { return run_ != nullptr; }
  bool hasListeners() const noexcept { return !listeners_.empty(); }
  SelectorStatus status() const noexcept;
  const ResultBoxPtr& result() const noexcept { return result_; }
  const std::exception_ptr& error() const noexcept { return error_; }
  std::int64_t revision() const noexcept;
  std::uint64_t runsCount() const noexcept { return runsCount_; }
  const Wake& lastWake() const noexcept { return lastWake_; }

  /// Continues from the last result of a closed entry of the same key: a subscriber that has seen it is notified of
  /// what changed since. Does nothing if there is a result.
  void continueFrom(const SelectorEntry& closed);
  /// Prefetches the cache lines that a run will read, all at once: one after the other each would be a stall.
  void prefetch() const noexcept {
    const char* bytes = reinterpret_cast<const char*>(this);
    for (std::size_t offset = 0; offset < sizeof(SelectorEntry); offset += 64) detail::prefetch(bytes + offset);
  }
  /// Invalidates the entry: a commit wrote into a range that it read.
  void invalidate(std::int64_t revision, const Op& op, std::size_t indexNumber, std::string_view key,
                  const KeyRangeView& range);
  /// Returns whether a commit has invalidated it since its last run began.
  bool isInvalidated() const noexcept { return reads_.isInvalid(); }
  void markStale() noexcept { isStale_ = true; }
  /// Invalidates the entry: a commit may have changed anything.
  void invalidateAll() noexcept;
  /// Starts a run unless one is in progress. Over a synchronous driver it has ended on return.
  void startRun();
  /// Starts a run for the listeners. Notifies them when it can't be started.
  void rerun() noexcept;
  /// Cancels the run in progress.
  void cancelRun() noexcept;
  /// Holds all callbacks until the end of the run in progress, if there is one that replaces a result that
  /// subscribers have seen.
  void holdCallbacks() noexcept;
  /// Starts the expiry of an entry without listeners: it lives for its gcTimeMs from now. Called when nothing runs.
  void expireIfUnused() noexcept;
  /// Completes when the entry is up to date, as far as it can be; fails with what the selector threw.
  Completion<void> whenFresh();

  void addListener(std::shared_ptr<EntryListener> listener);
  void removeListener(EntryListener& listener) noexcept;
  std::int64_t listenersCount() const noexcept { return static_cast<std::int64_t>(listeners_.size()); }

  /// Cancels its run, its waiters and its listeners; the cache does this when it drops the entry.
  void close() noexcept;

  /// Its place in the expiry queue, if it is there; kept by the cache.
  std::optional<ExpiringEntries::iterator> expiry;

 private:
  friend class EntryRun;
  void finishRun(EntryRun& run, std::exception_ptr storageError) noexcept;
  void takeResult(EntryRun& run, std::exception_ptr error) noexcept;
  void concludeRun(bool isOvertaken) noexcept;
  void releaseCallbacks() noexcept;
  void accept(ResultBoxPtr result, std::exception_ptr error) noexcept;
  bool isSameResult(const ResultBoxPtr& result) const noexcept;
  void notifyListeners() noexcept;
  void endWaiting(const std::exception_ptr& error) noexcept;

  ReactiveCore* core_;
  std::shared_ptr<const SelectorSource> source_;
  Traits traits_;
  std::string key_;
  ReadNode reads_;
  ResultBoxPtr result_;
  std::exception_ptr error_;
  std::shared_ptr<EntryRun> run_;
  std::list<std::shared_ptr<EntryListener>> listeners_;
  std::vector<CompletionSource<void>> waiters_;
  Wake lastWake_;
  std::int64_t revision_ = -1;
  std::uint64_t runsCount_ = 0;
  int overtakenCount_ = 0;  ///< outdated runs in a row
  bool isShared_;
  bool isStale_ = false;
  bool hasRun_ = false;
  bool isHolding_ = false;  ///< callbacks
};

}  // namespace hyperdb::detail
