// DatabaseCore: the state that all handles of one database share.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <hyperdb/db.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/execute.hpp>
#include <hyperdb/subscription.hpp>

#include "runtime/commit.hpp"
#include "runtime/hook_registry.hpp"
#include "runtime/notifier.hpp"
#include "runtime/writer_queue.hpp"

namespace hyperdb {
struct CommitEvent;
}

namespace hyperdb::detail {

class RunningJob;

/// Counts that observers add to Stats.
struct StatsParts {
  Stats stats;
  Counters counters;
};

/// What a commit announces, made before it: afterwards there may be no memory for it.
struct Publication {
  Ops ops;                         ///< when there is no observer and no subscriber
  std::shared_ptr<Commit> commit;  ///< otherwise
  NotificationQueue calls;
  std::uint64_t subscribersNumber = 0;  ///< later subscribers are not in `calls`
};

/// Executor: everything on the home thread, unless a comment says otherwise.
class DatabaseCore final : public DriverHost, public LoopUser, public std::enable_shared_from_this<DatabaseCore> {
 public:
  DatabaseCore(std::unique_ptr<Driver> driver, DBOptions options);
  ~DatabaseCore();
  DatabaseCore(const DatabaseCore&) = delete;
  DatabaseCore& operator=(const DatabaseCore&) = delete;

  // Any thread.
  Executor& executor() const noexcept override { return *executor_; }
  /// Returns whether the executor is a run loop that the database owns.
  bool ownsExecutor() const noexcept { return ownLoop_ != nullptr; }
  const DBOptions& options() const noexcept { return options_; }

  Driver& driver() const noexcept { return *driver_; }
  Clock& clock() const noexcept { return *clock_; }
  Tracer* tracer() const noexcept { return tracer_; }
  void setTracer(Tracer* tracer) noexcept { tracer_ = tracer; }
  WriterQueue& writers() noexcept { return writers_; }
  HookRegistry& hooks() noexcept { return *hooks_; }
  Notifier& notifier() noexcept { return notifier_; }
  Counters& work() noexcept { return counters_; }

  std::int64_t revision() const noexcept { return revision_; }
  StatsParts stats() const;

  /// Throws Error(closed) or, in debug builds, Error(wrongThread), naming the function.
  void checkUsable(const char* function) const;
  /// Throws Error(wrongThread) as `checkUsable` does, for functions that work on a closed database too.
  void checkThread(const char* function) const;
  bool isClosed() const noexcept { return closed_; }
  /// Closes: every function throws from now on. Releases everything at once, or when no command is on the stack.
  void close() noexcept;
  /// Finishes `close`, if it was called and commands have left the stack.
  void finishClose() noexcept;
  void onLoopDestroyed() noexcept override;

  /// Returns the loaded definition of that name. Throws Error(unknownTable).
  const TableDef& resolve(const TableDef& table) const;
  /// Returns the loaded definition, shared. REQUIRES: it is loaded under that name.
  const std::shared_ptr<const TableDef>& loadedDefinition(const TableDef& table) const {
    return tablesByName_.find(table.name())->second;
  }
  Step<void> load(std::vector<std::shared_ptr<const TableDef>> tables, bool canWait);

  void setObserver(std::shared_ptr<CommitObserver> observer) { observer_ = std::move(observer); }
  const std::shared_ptr<CommitObserver>& observer() const noexcept { return observer_; }
  Subscription subscribe(std::function<void(const CommitEvent&)> callback);

  /// Prepares what `publish` will need, for a transaction that is about to be committed.
  Publication prepare(Ops ops, const Traits& traits) const;
  /// Announces a committed transaction: raises the revision, invalidates and re-runs live results, calls all
  /// subscribers.
  void publish(Publication publication, const Traits& traits) noexcept;
  /// Announces what the driver has reported from inside a commit that then failed.
  void publishHeld() noexcept;
  /// Asks the storage to commit. What the driver reports from inside that call is held until its end.
  Completion<void> commit(DriverTransaction& transaction);

  void onExternalCommit(Ops ops) noexcept override;
  void onUnknownChange() noexcept override;
  /// Records that the next published commit comes with a change of unknown content.
  void holdUnknownChange() noexcept { isUnknownHeld_ = true; }

  /// Makes the queued calls, unless callbacks are held or one is on the stack.
  void deliver() noexcept;
  /// Posts `deliver` to the executor.
  void deliverSoon() noexcept;

  // Running asynchronous operations.
  void addJob(std::shared_ptr<RunningJob> job);
  void removeJob(RunningJob& job) noexcept;

 private:
  struct CommitSubscriber;
  class CommitRegistration;
  class CommitCall;
  void addAlias(const std::shared_ptr<const TableDef>& table);
  void addCalls(Publication& publication, const Traits& traits) const;
  void apply(Publication publication, const Traits& traits) noexcept;
  void applyExternal(Ops ops) noexcept;
  void applyUnknown() noexcept;
  void applyHeld() noexcept;
  void release() noexcept;

  DBOptions options_;
  std::unique_ptr<RunLoop> ownLoop_;
  Executor* executor_;
  RunLoop* loop_ = nullptr;  ///< the executor, if it is a run loop that another object owns
  Clock* clock_;
  Tracer* tracer_;
  std::unique_ptr<Driver> driver_;
  // Loaded definitions by address, aliases too, and by name.
  std::unordered_map<const TableDef*, std::shared_ptr<const TableDef>> tables_;
  std::deque<std::shared_ptr<const TableDef>> aliases_;  ///< the last few that were loaded
  std::unordered_map<std::string_view, std::shared_ptr<const TableDef>> tablesByName_;
  mutable const TableDef* lastResolved_ = nullptr;
  WriterQueue writers_;
  std::shared_ptr<HookRegistry> hooks_;
  Notifier notifier_;
  std::shared_ptr<CommitObserver> observer_;
  std::list<std::shared_ptr<CommitSubscriber>> subscribers_;
  std::uint64_t lastSubscriberNumber_ = 0;
  std::list<std::shared_ptr<RunningJob>> jobs_;
  Counters counters_;
  std::int64_t revision_ = 0;
  std::vector<Ops> heldCommits_;  // reported by the driver from inside a commit
  bool isUnknownHeld_ = false;
  bool isInCommit_ = false;          // a commit call is on the stack
  std::atomic<bool> closed_{false};  ///< read by any thread
  bool isReleased_ = false;
};

}  // namespace hyperdb::detail
