#include "driver/hybrid/core.hpp"

#include <algorithm>
#include <utility>

#include <hyperdb/error.hpp>

#include "async/saturating_time.hpp"
#include "driver/hybrid/range_filler.hpp"
#include "driver/hybrid/stub_filler.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail::hybrid {

namespace {

HybridOptions checked(HybridOptions options) {
  const bool isFine = options.triesMax > 0 && options.firstRetryDelayMs >= 0 && options.retryDelayFactor > 0 &&
                      options.retryDelayMaxMs >= 0 && options.pendingCommitsMax > 0 && options.commitsPerFlushMax > 0 &&
                      options.closeWaitMaxMs >= 0;
  if (!isFine) throw Error(ErrorCode::invalidArgument, "an option of a write-behind cache is out of range");
  return options;
}

std::unique_ptr<Driver> checked(std::unique_ptr<Driver> primary) {
  if (!primary) throw Error(ErrorCode::invalidArgument, "a write-behind cache needs a primary");
  return primary;
}

}  // namespace

std::shared_ptr<Core> Core::make(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded) {
  auto core = std::make_shared<Core>(std::move(primary), std::move(options), isPreloaded);
  core->scheduler_.setOwner(core);
  return core;
}

Core::Core(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded)
    : options_(checked(std::move(options))),
      events_(options_),
      scheduler_(options_.timer),
      primary_(checked(std::move(primary))),
      status_(flusher_, events_),
      announcer_(scheduler_, status_),
      flusher_(*primary_, memory_, recent_, changes_, scheduler_, status_, events_, counters_, options_),
      reader_(*primary_, recent_, changes_, flusher_, announcer_, status_, events_, counters_),
      filler_(makeFiller(isPreloaded)),
      changes_(memory_, recent_, *filler_, flusher_, announcer_, status_, events_, options_) {}

Core::~Core() = default;

std::unique_ptr<Filler> Core::makeFiller(bool isPreloaded) {
  if (isPreloaded) return std::make_unique<StubFiller>(memory_, recent_, reader_, changes_, events_);
  return std::make_unique<RangeFiller>(memory_, recent_, reader_, changes_);
}

void Core::attach(DriverHost& host) {
  announcer_.attach(host);
  scheduler_.attach(host.executor());
  primary_->attach(*this);
}

Completion<void> Core::startLoading(Step<void> step) {
  loadings_.remove_if([](const Loading& each) { return !each.step.isRunning(); });
  Loading& loading = loadings_.emplace_back(scheduler_.outer());
  Completion<void> end = loading.end.completion();
  loading.step.start(std::move(step), [source = loading.end](StepEnd<void> result) {
    DetachedStep::complete(source, std::move(result));
  });
  return end;
}

Completion<void> Core::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) try {
  status_.checkUsable();
  memory_.checkTables(tables);
  return startLoading(load({tables.begin(), tables.end()}));
} catch (...) {
  return std::current_exception();
}

Step<void> Core::load(std::vector<std::shared_ptr<const TableDef>> tables) {
  {
    // A storage need not support loading tables beside an open write transaction.
    const Flusher::Hold hold(flusher_);
    co_await flusher_.idle();
    co_await primary_->loadTables(tables);
  }
  status_.checkUsable();
  memory_.addTables(tables);
  recent_.setSlotsCount(memory_.slotsCount());
  co_await filler_->load();
}

Completion<void> Core::preloadTables(std::vector<AnyTable> tables) try {
  status_.checkUsable();
  std::vector<std::size_t> slots;
  for (const AnyTable& table : tables) slots.push_back(memory_.slotOf(table.def()));
  return startLoading(preload(std::move(slots)));
} catch (...) {
  return std::current_exception();
}

Step<void> Core::preload(std::vector<std::size_t> slots) {
  for (const std::size_t slot : slots) {
    const std::int64_t startNs = events_.startNs();
    const std::size_t rowsCount = co_await filler_->fillTable(slot);
    events_.report([&] {
      return HybridEvent{.kind = HybridEventKind::preloaded,
                         .table = memory_.def(slot).name(),
                         .rowsCount = rowsCount,
                         .durationNs = steadyNowNs() - startNs};
    });
  }
}

void Core::keepBound() noexcept {
  if (options_.memoryRowsMax == 0 || isClosing_ || status_.isCrashed() || memory_.isAnyOpen()) return;
  // Unflushed rows have to stay: counting them too would start evictions that find nothing, again and again.
  const std::size_t rowsCount = filler_->droppableRows();
  const bool hasTooManyRows = rowsCount - std::min(rowsCount, recent_.idsCount()) > options_.memoryRowsMax;
  if (!hasTooManyRows && filler_->rangesCountMax() <= options_.memoryRowsMax) return;
  for (const Loading& each : loadings_) {
    if (each.step.isRunning()) return;
  }
  try {
    const std::size_t droppedCount = filler_->dropRows();
    counters_.rowsDropped += droppedCount;
    events_.report([&] { return HybridEvent{.kind = HybridEventKind::dropped, .rowsCount = droppedCount}; });
  } catch (...) {
    // Out of memory: the end of the next transaction tries again.
  }
}

void Core::close() noexcept {
  if (std::exchange(isClosing_, true)) return;
  announcer_.close();
  flusher_.beginClose();
  waitForFlush();
  status_.close();
  const std::exception_ptr error = status_.isCrashed()
                                       ? status_.crashError()
                                       : makeErrorPointer(ErrorCode::closed, "the write-behind cache was closed");
  if (flusher_.hasWork()) {
    events_.report([this] {
      return HybridEvent{.kind = HybridEventKind::closedUnflushed,
                         .commitsCount = flusher_.pendingCount(),
                         .error = "the primary did not answer in time"};
    });
  }
  flusher_.failWaiters(error);
  flusher_.stop();
  while (scheduler_.inner().runOne()) {
    // Fails a commit that waits for room.
  }
  for (Loading& each : loadings_) {
    if (!each.step.isRunning()) continue;
    each.step.stop();
    each.end.fail(error);
  }
  loadings_.clear();
  scheduler_.inner().disconnect();  // queued functions may hold transactions of the primary
  primary_->close();
  memory_.clear();
  announcer_.detach();
  scheduler_.detach();
}

/// Runs the primary's completions on this thread, since the executor may never run them. Continues after the last
/// flush while a commit that waited for room has still to resume.
void Core::waitForFlush() noexcept {
  const std::int64_t waitMaxNs = saturatingMultiply(options_.closeWaitMaxMs, nanosecondsPerMs);
  const std::int64_t endNs = saturatingAdd(steadyNowNs(), waitMaxNs);
  for (;;) {
    if (scheduler_.inner().runOne()) continue;
    if (!flusher_.hasWork()) return;
    const std::int64_t leftMs = (endNs - steadyNowNs()) / nanosecondsPerMs;
    if (leftMs <= 0 || !scheduler_.inner().wait(leftMs)) return;
  }
}

}  // namespace hyperdb::detail::hybrid
