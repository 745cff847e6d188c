// Core: the two tiers and what holds them together.
//
//   Transaction ---> Filler ---> primary reads ---> MemoryTier        what memory lacks comes up
//        |
//      commit ---> MemoryTier, RecentWrites ---> Flusher ---> primary  what memory has goes down
//
// Invariants
// 1. Memory is the truth about every id that it *knows*: one whose row is in memory, one that was written recently
//    (RecentWrites), and one in a covered range of byId. What a read of the primary says about a known id is ignored.
//    So reads need not wait for flushes, and flushes not for reads.
// 2. A range of an index is *covered* if memory has all current rows in it. A range becomes covered when the primary
//    was read for it and the rows of unknown ids were put in; nothing that is written later can change that.
// 3. An id is known before it is written, and so are the rows that have a unique value before a new row gets it: errors
//    and old rows are those of a database that has everything in memory.
// 4. When nobody knows what was changed in the primary, everything that is not unflushed is unknown again, and what was
//    read meanwhile counts for nothing: a new *epoch* begins.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hyperdb/coroutine.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/hybrid_db.hpp>

#include "async/detached_step.hpp"
#include "driver/hybrid/filler.hpp"
#include "driver/hybrid/flusher.hpp"
#include "driver/hybrid/forwarding_executor.hpp"
#include "driver/hybrid/memory_tier.hpp"
#include "driver/hybrid/recent_writes.hpp"

namespace hyperdb::detail::hybrid {

/// What the exception says. Never throws but std::bad_alloc.
std::string describeError(const std::exception_ptr& error);

/// Home thread, unless a comment says otherwise. Is what the primary has as its host.
class Core final : public DriverHost, public std::enable_shared_from_this<Core> {
 public:
  static constexpr std::string_view memoryName = "memory";

  Core(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // The driver's functions.
  void attach(DriverHost& host);
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables);
  Completion<void> preloadTables(std::vector<AnyTable> tables);
  void close() noexcept;

  // DriverHost, for the primary.
  Executor& executor() const noexcept override { return *forwarding_; }
  void onExternalCommit(Ops ops) noexcept override;
  void onUnknownChange() noexcept override;

  // Parts.
  Driver& primary() const noexcept { return *primary_; }
  const HybridOptions& options() const noexcept { return options_; }
  HybridCounters& counters() noexcept { return counters_; }
  MemoryTier& memory() noexcept { return memory_; }
  RecentWrites& recent() noexcept { return recent_; }
  Flusher& flusher() noexcept { return flusher_; }
  Filler& filler() noexcept { return *filler_; }
  std::uint64_t epoch() const noexcept { return epoch_; }

  /// Where the completions of this driver come.
  Executor& outer() const noexcept;
  bool isAttached() const noexcept { return host_ != nullptr; }
  /// Throws the error of the crash; Error(closed).
  void checkUsable() const;
  bool isCrashed() const noexcept { return crash_ != nullptr; }
  const std::string& crashCause() const noexcept { return crashCause_; }
  void crash(std::string_view what, const std::exception_ptr& cause) noexcept;
  /// What the primary gives for these rows contradicts memory. The first time, another process must have changed them:
  /// memory forgets everything that is flushed, the host is told later, and the result is true: it is worth reading
  /// again. False for rows that were read again since the primary last reported a change: it is damaged. Then nothing
  /// is forgotten, so that a live result that reads such rows ends in an error and stays.
  bool noteContradiction(std::size_t slot, const std::vector<std::string>& ids);
  /// Throws Error(driverFailure): the primary is damaged. Emits an event.
  [[noreturn]] void failDamaged(std::size_t slot, const std::string& id, const std::string& what);
  /// Changes of somebody else that were to be merged were not, or only in part: as above, but crashes the driver if
  /// that can't be.
  void noteUnmerged() noexcept;

  /// Tells the host, before it is told of the commit that has just taken effect, of ops that it must know first. In a
  /// call of `commit` the host holds them until it has ended.
  void announceOvertaken(Ops ops, bool isInCommitCall) noexcept;
  /// The same for a merge that has taken effect, in a call of `commit`.
  void announceMerged(Ops overtaken) noexcept;

  /// How many reports of the primary there were.
  std::uint64_t reportsCount() const noexcept { return reportsCount_; }
  /// Puts what the primary has, null for none, in the place of a row whose local changes it refuses.
  void undo(std::size_t slot, const std::string& id, const RowRef& stored, const Error& refusal) noexcept;
  /// Whether a report could not be taken in since it contradicts a change that is not flushed, of which the next flush
  /// decides. Once.
  bool takeConflict() noexcept { return std::exchange(hasConflict_, false); }
  /// Flushes before a read of the primary. Completes when no flush is on its way.
  Completion<void> flushInRead();
  /// Begins to read from the primary. What others have committed until the state that is read is in memory before.
  Completion<std::unique_ptr<DriverTransaction>> beginRead();
  /// Tells the host what others have committed, as far as memory has it; from inside of a read of the primary later.
  void announceNews() noexcept;

  /// A transaction has ended: drops rows if there are more in memory than may be.
  void keepBound() noexcept;

  bool listens() const noexcept { return options_.onEvent != nullptr; }
  void emit(const HybridEvent& event) noexcept;
  std::int64_t nowNs() const noexcept;
  /// Whether retries get their time from a timer of the user's.
  bool hasOwnTimer() const noexcept { return options_.timer != nullptr; }
  /// Sets the flag when the time has come, and calls the function when the executor then comes to it.
  void callAfter(std::int64_t delayMs, std::shared_ptr<std::atomic<bool>> isDue, std::function<void(Core&)> function);

 private:
  /// The loading or preloading of tables.
  struct Loading {
    CompletionSource<void> end;
    DetachedStep step;
  };

  Step<void> load(std::vector<std::shared_ptr<const TableDef>> tables);
  Step<void> preload(std::vector<std::size_t> slots);
  Completion<void> startLoading(Step<void> step);
  void forgetAll();
  void announceNewsLater() noexcept;
  void forgetAndTell();
  void waitForFlush() noexcept;

  std::shared_ptr<ForwardingExecutor> forwarding_;  // outlives the primary, which has a reference to it
  HybridOptions options_;
  std::unique_ptr<Driver> primary_;
  DriverHost* host_ = nullptr;
  HybridCounters counters_;
  MemoryTier memory_;
  RecentWrites recent_;
  Flusher flusher_;
  std::unique_ptr<Filler> filler_;
  std::optional<SystemTimer> systemTimer_;  // made when it is needed first
  std::uint64_t epoch_ = 0;
  std::exception_ptr crash_;
  std::string crashCause_;
  std::exception_ptr outOfMemoryCrash_;  ///< made while there is memory
  std::deque<Ops> news_;        ///< commits of others that memory has, and the host was not told of
  bool hasUnknownNews_ = false; ///< something unknown was changed, before or after them
  bool isInRead_ = false;       ///< on the stack: the host is not to be told anything now
  std::uint64_t reportsCount_ = 0;
  bool hasConflict_ = false;
  std::set<std::pair<std::size_t, std::string>> contradictions_;  ///< slots and ids that were read again
  bool isClosing_ = false;
  bool isClosed_ = false;
  std::list<Loading> loadings_;
};

}  // namespace hyperdb::detail::hybrid
