#include "driver/hybrid/core.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <hyperdb/error.hpp>

#include "async/saturating_time.hpp"
#include "driver/hybrid/external_merge.hpp"
#include "driver/hybrid/range_filler.hpp"
#include "driver/hybrid/stub_filler.hpp"
#include "driver/hybrid/transaction.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail::hybrid {

std::string describeError(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "something that is not a std::exception";
  }
}

namespace {

constexpr std::string_view outOfMemoryCause = "the driver of two tiers has stopped, and there was no memory to say why";

constexpr const char* unfollowedText = "a change of the primary by somebody else could not be followed";

std::unique_ptr<Filler> makeFiller(Core& core, bool isPreloaded) {
  if (isPreloaded) return std::make_unique<StubFiller>(core);
  return std::make_unique<RangeFiller>(core);
}

void checkOptions(const HybridOptions& options) {
  const bool isFine = options.triesMax > 0 && options.firstRetryDelayMs >= 0 && options.retryDelayFactor > 0 &&
                      options.retryDelayMaxMs >= 0 &&
                      options.pendingCommitsMax > 0 && options.commitsPerFlushMax > 0 && options.closeWaitMaxMs >= 0;
  if (!isFine) throw Error(ErrorCode::invalidArgument, "an option of a driver of two tiers is out of range");
}

}  // namespace

Core::Core(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded)
    : forwarding_(std::make_shared<ForwardingExecutor>()),
      options_(std::move(options)),
      primary_(std::move(primary)),
      flusher_(*this),
      filler_(makeFiller(*this, isPreloaded)) {
  if (!primary_) throw Error(ErrorCode::invalidArgument, "a driver of two tiers needs a primary");
  checkOptions(options_);
  crashCause_.reserve(outOfMemoryCause.size());
  outOfMemoryCrash_ = std::make_exception_ptr(Error(ErrorCode::driverFailure, std::string(outOfMemoryCause)));
}

Core::~Core() = default;

void Core::attach(DriverHost& host) {
  host_ = &host;
  forwarding_->connect(host.executor());
  primary_->attach(*this);
}

Executor& Core::outer() const noexcept {
  return host_ != nullptr ? host_->executor() : static_cast<Executor&>(*forwarding_);
}

void Core::checkUsable() const {
  if (crash_) std::rethrow_exception(crash_);
  if (isClosed_) throw Error(ErrorCode::closed, "the driver of two tiers is closed");
}

void Core::crash(std::string_view what, const std::exception_ptr& cause) noexcept {
  if (crash_) return;
  try {
    std::string text = "the driver of two tiers has stopped, with " + std::to_string(flusher_.pendingCount()) +
                       " commits that are in memory only: ";
    text.append(what).append(": ").append(describeError(cause));
    crashCause_ = std::move(text);
    throw Error(ErrorCode::driverFailure, crashCause_);
  } catch (const Error&) {
    crash_ = std::current_exception();
  } catch (...) {
    if (crashCause_.empty()) crashCause_ = outOfMemoryCause;  // it has room for that
    crash_ = outOfMemoryCrash_;
  }
  try {
    HybridEvent event{HybridEventKind::crashed};
    event.commitsCount = flusher_.pendingCount();
    event.error = crashCause_;
    emit(event);
  } catch (...) {
    // Who listens is not told; everybody else is.
  }
  flusher_.failWaiters(crash_);
}

void Core::emit(const HybridEvent& event) noexcept {
  if (!listens()) return;
  try {
    options_.onEvent(event);
  } catch (...) {
    // Who listens may not disturb.
  }
}

std::int64_t Core::nowNs() const noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Core::callAfter(std::int64_t delayMs, std::shared_ptr<std::atomic<bool>> isDue,
                     std::function<void(Core&)> function) {
  if (options_.timer == nullptr && !systemTimer_) systemTimer_.emplace();
  Timer& timer = options_.timer != nullptr ? *options_.timer : *systemTimer_;
  timer.after(delayMs, [forwarding = std::weak_ptr<ForwardingExecutor>(forwarding_), weak = weak_from_this(),
                        isDue = std::move(isDue), function = std::move(function)] {
    isDue->store(true);
    const auto executor = forwarding.lock();
    if (!executor) return;
    executor->post([weak, function] {
      if (const auto core = weak.lock()) function(*core);
    });
  });
}

Completion<void> Core::startLoading(Step<void> step) {
  loadings_.remove_if([](const Loading& each) { return !each.step.isRunning(); });
  Loading& loading = loadings_.emplace_back(CompletionSource<void>(outer()));
  Completion<void> end = loading.end.completion();
  loading.step.start(std::move(step), [source = loading.end](StepEnd<void> result) {
    DetachedStep::complete(source, std::move(result));
  });
  return end;
}

Completion<void> Core::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) try {
  checkUsable();
  memory_.checkTables(tables);
  return startLoading(load({tables.begin(), tables.end()}));
} catch (...) {
  return std::current_exception();
}

Step<void> Core::load(std::vector<std::shared_ptr<const TableDef>> tables) {
  {
    // A storage need not load tables beside a transaction that writes.
    const Flusher::Hold hold(flusher_);
    co_await flusher_.idle();
    co_await primary_->loadTables(tables);
  }
  checkUsable();
  memory_.addTables(tables);
  recent_.setSlotsCount(memory_.slotsCount());
  co_await filler_->load();
}

Completion<void> Core::preloadTables(std::vector<AnyTable> tables) try {
  checkUsable();
  std::vector<std::size_t> slots;
  for (const AnyTable& table : tables) slots.push_back(memory_.slotOf(table.def()));
  return startLoading(preload(std::move(slots)));
} catch (...) {
  return std::current_exception();
}

Step<void> Core::preload(std::vector<std::size_t> slots) {
  for (const std::size_t slot : slots) {
    const std::int64_t startNs = nowNs();
    const std::size_t rowsCount = co_await filler_->fillTable(slot);
    HybridEvent event{HybridEventKind::preloaded};
    event.table = memory_.def(slot).name();
    event.rowsCount = rowsCount;
    event.durationNs = nowNs() - startNs;
    emit(event);
  }
}

void Core::onExternalCommit(Ops ops) noexcept {
  if (isClosed_ || isCrashed()) return;
  ++reportsCount_;
  try {
    Ops merged = mergeExternal(*this, ops);
    if (!contradictions_.empty()) contradictions_.clear();
    if (listens()) {
      HybridEvent event{HybridEventKind::externalChange};
      event.rowsCount = ops.size();
      emit(event);
    }
    if (!merged.empty()) news_.push_back(std::move(merged));
    announceNews();
  } catch (...) {
    hasConflict_ = flusher_.hasWork();
    onUnknownChange();
  }
}

void Core::undo(std::size_t slot, const std::string& id, const RowRef& stored, const Error& refusal) noexcept {
  try {
    std::vector<RowRef> rows;
    std::vector<std::string> removedIds;
    if (stored) {
      rows.push_back(stored);
    } else {
      removedIds.push_back(id);
    }
    Ops undone = memory_.merge(slot, rows, removedIds);
    if (!undone.empty()) news_.push_back(std::move(undone));
    if (listens()) {
      HybridEvent event{HybridEventKind::conflict};
      event.table = memory_.def(slot).name();
      event.rowId = id;
      event.error = refusal.what();
      emit(event);
    }
    announceNews();
  } catch (...) {
    onUnknownChange();  // another change that is not flushed has what the stored row has: its own flush decides
  }
}

namespace {

class Mark {
 public:
  explicit Mark(bool& flag) noexcept : flag_(flag) { flag_ = true; }
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;
  ~Mark() { flag_ = false; }

 private:
  bool& flag_;
};

}  // namespace

Completion<std::unique_ptr<DriverTransaction>> Core::beginRead() {
  const Mark mark(isInRead_);
  return primary_->beginReported();
}

Completion<void> Core::flushInRead() {
  const Mark mark(isInRead_);
  return flusher_.flushNow();
}

void Core::announceNews() noexcept {
  if (isInRead_) return announceNewsLater();
  // A database that closes is not to be told anything any more.
  while (!news_.empty() && host_ != nullptr && !isClosing_) {
    Ops ops = std::move(news_.front());
    news_.pop_front();
    host_->onExternalCommit(std::move(ops));
  }
  if (std::exchange(hasUnknownNews_, false) && host_ != nullptr && !isClosing_) host_->onUnknownChange();
}

/// Not from inside a selector that reads: live results are run again, and callbacks called.
void Core::announceNewsLater() noexcept try {
  forwarding_->post([weak = weak_from_this()] {
    if (const auto core = weak.lock()) core->announceNews();
  });
} catch (...) {
  crash(unfollowedText, std::current_exception());  // no memory to post with: live results would stay out of date
}

void Core::onUnknownChange() noexcept {
  if (isClosed_ || isCrashed()) return;
  ++reportsCount_;
  contradictions_.clear();
  try {
    forgetAll();
    emit(HybridEvent{HybridEventKind::externalChange});
  } catch (...) {
    crash(unfollowedText, std::current_exception());
  }
  hasUnknownNews_ = true;
  announceNews();
}

void Core::forgetAll() {
  ++epoch_;
  recent_.dropFlushed();
  memory_.forEachOpen([](Transaction& transaction) { transaction.forgetKnown(); });
  filler_->forgetAll();
  memory_.moveReaders();
}

void Core::keepBound() noexcept {
  if (options_.memoryRowsMax == 0 || isClosing_ || isCrashed() || memory_.isAnyOpen()) return;
  // What is not flushed has to stay: looking for more than that would find nothing again and again.
  const std::size_t rowsCount = filler_->droppableRows();
  const bool hasTooManyRows = rowsCount - std::min(rowsCount, recent_.idsCount()) > options_.memoryRowsMax;
  if (!hasTooManyRows && filler_->rangesCountMax() <= options_.memoryRowsMax) return;
  for (const Loading& each : loadings_) {
    if (each.step.isRunning()) return;
  }
  try {
    HybridEvent event{HybridEventKind::dropped};
    event.rowsCount = filler_->dropRows();
    counters_.rowsDropped += event.rowsCount;
    emit(event);
  } catch (...) {
    // No memory for it: the end of the next transaction tries again.
  }
}

bool Core::noteContradiction(std::size_t slot, const std::vector<std::string>& ids) {
  const std::size_t countBefore = contradictions_.size();
  for (const std::string& id : ids) contradictions_.emplace(slot, id);
  if (contradictions_.size() == countBefore) return false;
  forgetAndTell();
  return true;
}

void Core::failDamaged(std::size_t slot, const std::string& id, const std::string& what) {
  const std::string& table = memory_.def(slot).name();
  const Error error(ErrorCode::driverFailure,
                    "the primary contradicts itself, also when it is read again, so it is damaged: " + what,
                    {table, {}, {}, id, {}});
  HybridEvent event{HybridEventKind::damaged};
  event.table = table;
  event.error = error.what();
  emit(event);
  throw error;
}

void Core::forgetAndTell() {
  try {
    forgetAll();
  } catch (...) {
    crash(unfollowedText, std::current_exception());
    throw;
  }
  hasUnknownNews_ = true;
  announceNewsLater();
}

void Core::noteUnmerged() noexcept {
  if (isClosed_ || isCrashed()) return;
  try {
    forgetAndTell();
    emit(HybridEvent{HybridEventKind::externalChange});
  } catch (...) {
    crash(unfollowedText, std::current_exception());
  }
}

void Core::close() noexcept {
  if (std::exchange(isClosing_, true)) return;
  flusher_.beginClose();
  waitForFlush();
  isClosed_ = true;
  const std::exception_ptr error =
      crash_ ? crash_ : makeErrorPointer(ErrorCode::closed, "the driver of two tiers was closed");
  if (flusher_.hasWork() && listens()) {
    HybridEvent event{HybridEventKind::closedUnflushed};
    event.commitsCount = flusher_.pendingCount();
    event.error = "the primary did not answer in time";
    emit(event);
  }
  flusher_.failWaiters(error);
  flusher_.stop();
  while (forwarding_->runOne()) {
    // A commit that waited for room hears that it is not to be.
  }
  for (Loading& each : loadings_) {
    if (!each.step.isRunning()) continue;
    each.step.stop();
    each.end.fail(error);
  }
  loadings_.clear();
  forwarding_->disconnect();  // what waits there may hold transactions of the primary
  primary_->close();
  memory_.clear();
  host_ = nullptr;
}

/// Runs what comes from the primary, on this thread: the executor may never come to it. Also what is left when all is
/// flushed, since a commit that waits for room goes on then.
void Core::waitForFlush() noexcept {
  const std::int64_t endNs = saturatingAdd(nowNs(), saturatingMultiply(options_.closeWaitMaxMs, nanosecondsPerMs));
  for (;;) {
    if (forwarding_->runOne()) continue;
    if (!flusher_.hasWork()) return;
    const std::int64_t leftMs = (endNs - nowNs()) / nanosecondsPerMs;
    if (leftMs <= 0 || !forwarding_->wait(leftMs)) return;
  }
}

}  // namespace hyperdb::detail::hybrid
