// Flusher: writes commits behind: from memory to the primary, in order, in the background.
//
// Invariants
// 1. The primary receives commits in order, several of them possibly together in one of its transactions.
// 2. A transaction of the primary writes the state after its last commit: deletions and upserts by id. So repeating
//    it has no further effect, and the flusher just retries one whose commit fails after it took effect.
// 3. A commit leaves the queue when the primary has committed it, or never: then the driver has crashed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/engine/driver.hpp>

#include "async/detached_step.hpp"
#include "driver/hybrid/external_changes.hpp"
#include "driver/hybrid/flush_group.hpp"

namespace hyperdb::detail::hybrid {

/// Home thread.
class Flusher {
 public:
  /// An unflushed op, and the slot of its table.
  struct PendingOp {
    std::size_t slot;
    Op op;
  };
  struct Pending {
    std::uint64_t number;
    std::vector<PendingOp> ops;
  };
  /// A commit on its way into the queue: one, or none if nothing is to be flushed.
  using Prepared = std::list<Pending>;

  /// Prevents flushes from starting while it exists. Must not outlive the Flusher.
  class Hold {
   public:
    explicit Hold(Flusher& flusher) noexcept : flusher_(flusher) { ++flusher_.holdsCount_; }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() {
      if (--flusher_.holdsCount_ == 0) flusher_.resume();
    }

   private:
    Flusher& flusher_;
  };

  Flusher(Driver& primary, MemoryTier& memory, RecentWrites& recent, ExternalChanges& changes, Scheduler& scheduler,
          DriverStatus& status, const EventReporter& events, HybridCounters& counters,
          const HybridOptions& options) noexcept
      : primary_(primary),
        memory_(memory),
        recent_(recent),
        changes_(changes),
        scheduler_(scheduler),
        status_(status),
        events_(events),
        counters_(counters),
        options_(options) {}
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;

  std::size_t pendingCount() const noexcept { return queue_.size(); }

  /// Returns whether the queue has room for one more commit. Flushes now if that makes room, as it does over a
  /// synchronous primary; but retries no failed flush before its delay is over.
  bool makeRoom();
  /// Completes when the queue has room; fails if the driver crashes first. At most one commit waits, so an earlier
  /// waiter has been cancelled.
  Completion<void> room();
  /// Prepares a commit for `push`, before it takes effect.
  Prepared prepare(Ops ops) const;
  /// Adds a commit that is now in memory's committed state. Crashes the driver if there is no memory to keep it.
  void push(Prepared commit) noexcept;

  /// Completes when no flush transaction of the primary is open. The waiter has a Hold.
  Completion<void> idle();

  Completion<void> flushed();
  /// Flushes now. Completes when no flush is in progress.
  Completion<void> flushNow();
  /// Retries: the delay after a failure is over.
  void retry() noexcept;

  // Closing: retries that would wait for a user's timer are made at once.
  void beginClose() noexcept;
  /// Returns whether waiting makes sense.
  bool hasWork() const noexcept;
  /// Fails all waiters with the error.
  void failWaiters(const std::exception_ptr& error) noexcept;
  /// Cancels the flush in progress. REQUIRES: it is not on the stack.
  void stop() noexcept {
    isStopped_ = true;
    step_.stop();
  }

 private:
  struct Waiter {
    std::uint64_t commit;
    CompletionSource<void> source;
  };
  struct Refusal;

  void schedule();
  void resume() noexcept;
  void start() noexcept;
  Step<void> run();
  Step<void> flushGroup(std::size_t commitsCount);
  Step<std::optional<Refusal>> findRefusal(std::exception_ptr thrown, std::size_t commitsCount);
  bool rollBackRow(const Refusal& refusal);
  bool widen(const Refusal& refusal, std::size_t commitsCount) noexcept;
  std::size_t lastChange(std::size_t slot, std::string_view id) const noexcept;
  bool eraseChanges(std::size_t slot, std::string_view id, std::uint64_t& firstCommit);
  std::vector<TableGroup> group(std::size_t commitsCount) const;
  void noteFlushed(std::size_t commitsCount, std::int64_t startNs);
  void noteFailed(std::size_t commitsCount, const std::exception_ptr& error);
  void scheduleRetry();
  void completeWaiters();

  Driver& primary_;
  MemoryTier& memory_;
  RecentWrites& recent_;
  ExternalChanges& changes_;
  Scheduler& scheduler_;
  DriverStatus& status_;
  const EventReporter& events_;
  HybridCounters& counters_;
  const HybridOptions& options_;
  std::list<Pending> queue_;
  std::uint64_t lastNumber_ = 0;     ///< of the last commit that was added
  std::uint64_t flushedNumber_ = 0;  ///< of the last durable commit
  std::list<Waiter> waiters_;        ///< ascending by commit
  std::optional<CompletionSource<void>> roomWaiter_;
  std::list<CompletionSource<void>> idleWaiters_;
  std::size_t widenedTo_ = 0;  ///< minimum number of commits in the next flush; 0: as the options say
  int holdsCount_ = 0;
  int failedTries_ = 0;
  bool isScheduled_ = false;
  bool waitsForRetry_ = false;
  bool isClosing_ = false;
  bool isStopped_ = false;
  std::shared_ptr<std::atomic<bool>> isRetryDue_;  ///< set by the timer, also if the executor is never run
  DetachedStep step_;
};

}  // namespace hyperdb::detail::hybrid
