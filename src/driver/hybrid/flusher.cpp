#include "driver/hybrid/flusher.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/saturating_time.hpp"
#include "driver/hybrid/stub_row.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail::hybrid {

namespace {

/// Returns whether the op changed nothing: then the primary has the row, or gets it from an earlier commit.
bool isUnchanged(const Op& op) noexcept { return op.oldRow && op.oldRow == op.newRow; }

bool isOfRow(const Flusher::PendingOp& pending, std::size_t slot, std::string_view id) noexcept {
  return pending.slot == slot && rowIdOf(pending.op) == id;
}

}  // namespace

/// A row that the primary refuses permanently.
struct Flusher::Refusal {
  Error error;  ///< names table and row
  std::size_t slot;
  StoredRow stored;
};

bool Flusher::makeRoom() {
  const auto hasRoom = [this] { return queue_.size() < options_.pendingCommitsMax; };
  if (hasRoom()) return true;
  if (waitsForRetry_ && isRetryDue_->load()) {
    retry();
  } else {
    start();
  }
  status_.checkUsable();
  return hasRoom();
}

Completion<void> Flusher::room() {
  ++counters_.backPressureWaits;
  events_.report([this] { return HybridEvent{.kind = HybridEventKind::backPressure, .commitsCount = queue_.size()}; });
  roomWaiter_.emplace(scheduler_.inner());
  return roomWaiter_->completion();
}

Flusher::Prepared Flusher::prepare(Ops ops) const {
  std::vector<PendingOp> pending;
  pending.reserve(ops.size());
  for (Op& op : ops) {
    if (!isUnchanged(op)) pending.push_back({memory_.slotOf(*op.table), std::move(op)});
  }
  Prepared prepared;
  if (!pending.empty()) prepared.push_back({0, std::move(pending)});
  return prepared;
}

void Flusher::push(Prepared prepared) noexcept {
  if (prepared.empty()) return;
  Pending& commit = prepared.front();
  commit.number = ++lastNumber_;
  queue_.splice(queue_.end(), prepared);
  try {
    for (const PendingOp& each : commit.ops) recent_.wrote(each.slot, rowIdOf(each.op), commit.number);
    schedule();
  } catch (...) {
    status_.crash("a commit could not be noted for the flush", std::current_exception());
  }
}

/// Commits that arrive before the executor runs this are flushed together.
void Flusher::schedule() {
  if (isScheduled_ || step_.isRunning() || waitsForRetry_ || queue_.empty()) return;
  if (!scheduler_.isAttached()) return start();
  scheduler_.post([this] {
    isScheduled_ = false;
    start();
  });
  isScheduled_ = true;
}

void Flusher::resume() noexcept {
  try {
    schedule();
  } catch (...) {
    start();
  }
}

void Flusher::start() noexcept {
  if (step_.isRunning() || waitsForRetry_ || holdsCount_ > 0 || isStopped_) return;
  if (queue_.empty() || status_.isCrashed()) return;
  try {
    step_.start(run(), [](const StepEnd<void>&) {});
  } catch (...) {
    status_.crash("the flush could not be started", std::current_exception());
  }
}

/// Flushes until the queue is empty, a flush fails, or a Hold exists. Never throws.
Step<void> Flusher::run() {
  while (!queue_.empty() && !status_.isCrashed() && !waitsForRetry_ && holdsCount_ == 0) {
    const std::size_t widenedTo = std::exchange(widenedTo_, 0);
    const std::size_t commitsCount = std::min(queue_.size(), std::max(options_.commitsPerFlushMax, widenedTo));
    const std::int64_t startNs = events_.startNs();
    std::exception_ptr error;
    std::optional<Refusal> refusal;
    try {
      co_await flushGroup(commitsCount);
    } catch (...) {
      error = std::current_exception();
    }
    try {
      if (error) refusal = co_await findRefusal(error, commitsCount);
    } catch (...) {
      // The primary does not answer now: the flush is retried.
    }
    try {
      if (refusal && widenedTo == 0 && widen(*refusal, commitsCount)) continue;
      if (refusal && rollBackRow(*refusal)) continue;
      if (error) {
        noteFailed(commitsCount, error);
      } else {
        noteFlushed(commitsCount, startNs);
      }
    } catch (...) {
      status_.crash("a flush could not be noted", std::current_exception());
    }
  }
  try {
    for (; !idleWaiters_.empty(); idleWaiters_.pop_front()) idleWaiters_.front().resolve();
  } catch (...) {
    status_.crash("the waiter for the end of a flush could not be notified", std::current_exception());
  }
}

Step<void> Flusher::flushGroup(std::size_t commitsCount) {
  const std::vector<TableGroup> tables = group(commitsCount);
  events_.report([&] {
    HybridEvent event{.kind = HybridEventKind::flushStarted, .commitsCount = commitsCount};
    event.tryNumber = failedTries_ + 1;
    for (const TableGroup& each : tables) event.rowsCount += each.upserted.size() + each.deleted.size();
    return event;
  });
  const std::unique_ptr<DriverTransaction> transaction = co_await primary_.begin(TransactionMode::readWrite);
  for (const TableGroup& each : tables) {
    // Deletions first: a unique value may pass from a deleted row to a written one.
    if (!each.deleted.empty()) co_await transaction->deleteRows(*each.table, each.deleted);
    if (!each.upserted.empty()) co_await transaction->upsert(*each.table, each.upserted);
  }
  co_await transaction->commit();
}

/// Finds the row that the primary refuses permanently, if there is one, and what is stored in its place. Returns
/// nothing for any other error.
Step<std::optional<Flusher::Refusal>> Flusher::findRefusal(std::exception_ptr thrown, std::size_t commitsCount) {
  std::optional<Error> error;
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& each) {
    error = each;
  } catch (...) {
    co_return std::nullopt;
  }
  if (!isPermanent(*error)) co_return std::nullopt;
  ErrorPlace place = error->place();
  const std::optional<std::size_t> named = memory_.findSlot(place.table);
  if (!named || lastChange(*named, place.rowId) == 0) {
    const std::vector<TableGroup> tables = group(commitsCount);
    const std::optional<GroupRow> found = co_await findRefused(primary_, tables);
    if (!found) co_return std::nullopt;
    place = {found->table->name(), {}, {}, found->id, place.command};
  }
  const std::size_t slot = *memory_.findSlot(place.table);
  StoredRow stored;
  std::uint64_t reportsBefore = 0;
  do {  // memory has ignored a report that arrived meanwhile
    reportsBefore = changes_.reportsCount();
    stored = co_await readStored(primary_, memory_.def(slot), place.rowId);
  } while (reportsBefore != changes_.reportsCount());
  co_return Refusal{Error(error->code(), error->message(), place), slot, std::move(stored)};
}

/// Extends the next flush to the row's last change, which the primary may accept. Returns false if this flush had it.
bool Flusher::widen(const Refusal& refusal, std::size_t commitsCount) noexcept {
  const std::size_t last = lastChange(refusal.slot, refusal.error.place().rowId);
  if (last <= commitsCount) return false;
  widenedTo_ = last;
  return true;
}

/// Rolls back the queued changes of the row, so that the rest can be flushed. Returns whether there were any.
bool Flusher::rollBackRow(const Refusal& refusal) {
  const std::string& id = refusal.error.place().rowId;
  std::uint64_t firstCommit = 0;
  if (!eraseChanges(refusal.slot, id, firstCommit)) return false;
  recent_.rolledBack(refusal.slot, id);
  changes_.rollBack(refusal.slot, refusal.stored, refusal.error);
  const std::exception_ptr error = std::make_exception_ptr(refusal.error);
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    const bool isConcerned = waiter->commit >= firstCommit;
    if (isConcerned) waiter->source.fail(error);
    waiter = isConcerned ? waiters_.erase(waiter) : std::next(waiter);
  }
  return true;
}

/// Returns the position in the queue, from 1, of the last commit that changes the row; 0 if none does.
std::size_t Flusher::lastChange(std::size_t slot, std::string_view id) const noexcept {
  std::size_t last = 0;
  std::size_t position = 0;
  for (const Pending& commit : queue_) {
    ++position;
    const auto isItsRow = [&](const PendingOp& each) { return isOfRow(each, slot, id); };
    if (std::any_of(commit.ops.begin(), commit.ops.end(), isItsRow)) last = position;
  }
  return last;
}

/// Removes all changes of the row from the queue. `firstCommit`: the first that had one. Returns false if none had.
bool Flusher::eraseChanges(std::size_t slot, std::string_view id, std::uint64_t& firstCommit) {
  for (Pending& commit : queue_) {
    const auto end = std::remove_if(commit.ops.begin(), commit.ops.end(),
                                    [&](const PendingOp& each) { return isOfRow(each, slot, id); });
    if (end == commit.ops.end()) continue;
    if (firstCommit == 0) firstCommit = commit.number;
    commit.ops.erase(end, commit.ops.end());
  }
  return firstCommit != 0;
}

/// Returns the state after the first `commitsCount` commits of the queue: of each id the last op counts.
std::vector<TableGroup> Flusher::group(std::size_t commitsCount) const {
  std::vector<TableGroup> tables;
  auto end = std::next(queue_.begin(), static_cast<std::ptrdiff_t>(commitsCount));
  while (commitsCount-- > 0) {
    --end;
    for (auto each = end->ops.rbegin(); each != end->ops.rend(); ++each) {
      const Op& op = each->op;
      const TableDef& table = memory_.def(each->slot);
      auto found = std::find_if(tables.begin(), tables.end(),
                                [&table](const TableGroup& known) { return known.table == &table; });
      if (found == tables.end()) found = tables.insert(found, TableGroup{&table, {}, {}, {}});
      const std::string_view id = rowIdOf(op);
      if (!found->ids.insert(id).second) continue;
      if (op.newRow) {
        found->upserted.push_back(op.newRow);
      } else {
        found->deleted.emplace_back(id);
      }
    }
  }
  for (TableGroup& each : tables) {
    std::reverse(each.upserted.begin(), each.upserted.end());
    std::reverse(each.deleted.begin(), each.deleted.end());
  }
  return tables;
}

void Flusher::noteFlushed(std::size_t commitsCount, std::int64_t startNs) {
  std::size_t rowsCount = 0;
  for (std::size_t i = 0; i < commitsCount; ++i) {
    const Pending& commit = queue_.front();
    // Invariant 1: every unflushed id is known.
    assert(std::all_of(commit.ops.begin(), commit.ops.end(),
                       [this](const PendingOp& each) { return recent_.contains(each.slot, rowIdOf(each.op)); }));
    for (const PendingOp& each : commit.ops) recent_.flushed(each.slot, rowIdOf(each.op), commit.number);
    rowsCount += commit.ops.size();
    flushedNumber_ = commit.number;
    queue_.pop_front();
  }
  failedTries_ = 0;
  ++counters_.flushes;
  counters_.commitsFlushed += commitsCount;
  events_.report([&] {
    return HybridEvent{.kind = HybridEventKind::flushed,
                       .rowsCount = rowsCount,
                       .commitsCount = commitsCount,
                       .durationNs = steadyNowNs() - startNs};
  });
  completeWaiters();
}

void Flusher::completeWaiters() {
  while (!waiters_.empty() && waiters_.front().commit <= flushedNumber_) {
    waiters_.front().source.resolve();
    waiters_.pop_front();
  }
  if (!roomWaiter_ || queue_.size() >= options_.pendingCommitsMax) return;
  roomWaiter_->resolve();
  roomWaiter_.reset();
}

void Flusher::noteFailed(std::size_t commitsCount, const std::exception_ptr& error) {
  ++failedTries_;
  ++counters_.flushFailures;
  events_.report([&] {
    return HybridEvent{.kind = HybridEventKind::flushFailed,
                       .commitsCount = commitsCount,
                       .tryNumber = failedTries_,
                       .error = describeError(error)};
  });
  if (failedTries_ >= options_.triesMax) {
    status_.crash(
        "a flush of " + std::to_string(commitsCount) + " commits failed " + std::to_string(failedTries_) + " times",
        error);
    return;
  }
  if (!isClosing_ || !scheduler_.hasOwnTimer()) scheduleRetry();
}

void Flusher::scheduleRetry() {
  std::int64_t delayMs = std::min(options_.firstRetryDelayMs, options_.retryDelayMaxMs);
  for (int i = 1; i < failedTries_ && delayMs < options_.retryDelayMaxMs; ++i) {
    delayMs = std::min(saturatingMultiply(delayMs, options_.retryDelayFactor), options_.retryDelayMaxMs);
  }
  events_.report([&] {
    return HybridEvent{.kind = HybridEventKind::retryScheduled, .tryNumber = failedTries_ + 1, .delayMs = delayMs};
  });
  auto isDue = std::make_shared<std::atomic<bool>>(false);
  scheduler_.postAfter(delayMs, isDue, [this] { retry(); });
  isRetryDue_ = std::move(isDue);
  waitsForRetry_ = true;
}

void Flusher::retry() noexcept {
  if (!std::exchange(waitsForRetry_, false)) return;  // another call has retried before the delay was over
  start();
}

Completion<void> Flusher::idle() {
  if (!step_.isRunning()) return Unit{};
  idleWaiters_.emplace_back(scheduler_.inner());
  return idleWaiters_.back().completion();
}

Completion<void> Flusher::flushed() {
  status_.checkUsable();
  if (queue_.empty()) return Unit{};
  waiters_.push_back({lastNumber_, CompletionSource<void>(scheduler_.outer())});
  Completion<void> completion = waiters_.back().source.completion();
  start();
  return completion;
}

Completion<void> Flusher::flushNow() {
  start();
  return idle();
}

void Flusher::beginClose() noexcept {
  isClosing_ = true;
  if (waitsForRetry_ && scheduler_.hasOwnTimer()) {
    retry();
  } else {
    start();
  }
}

bool Flusher::hasWork() const noexcept { return !queue_.empty() && !status_.isCrashed(); }

void Flusher::failWaiters(const std::exception_ptr& error) noexcept {
  const auto fail = [&error](const CompletionSource<void>& source) {
    try {
      source.fail(error);
    } catch (...) {
      // Out of memory to wake the waiter; nothing can be reported.
    }
  };
  std::list<Waiter> waiters;
  std::list<CompletionSource<void>> idleWaiters;
  waiters.swap(waiters_);
  idleWaiters.swap(idleWaiters_);
  for (const Waiter& each : waiters) fail(each.source);
  if (const auto roomWaiter = std::exchange(roomWaiter_, std::nullopt)) fail(*roomWaiter);
  for (const CompletionSource<void>& each : idleWaiters) fail(each);
}

}  // namespace hyperdb::detail::hybrid
