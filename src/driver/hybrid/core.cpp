#include "driver/hybrid/core.hpp"

#include <utility>

#include <hyperdb/error.hpp>

#include "base/saturating_time.hpp"
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
      notifier_(scheduler_, status_),
      flusher_(*primary_, memory_, recent_, changes_, scheduler_, status_, events_, counters_, options_),
      reader_(*primary_, recent_, changes_, flusher_, notifier_, status_, events_, counters_),
      filler_(makeFiller(isPreloaded)),
      changes_(memory_, recent_, *filler_, flusher_, notifier_, status_, events_, options_),
      loader_(*primary_, memory_, recent_, *filler_, flusher_, scheduler_, status_, events_),
      evictor_(memory_, recent_, *filler_, loader_, status_, events_, counters_, options_),
      transactionParts_{*primary_, memory_,  recent_,    *filler_, flusher_, changes_,
                        notifier_, evictor_, scheduler_, status_,  counters_} {}

Core::~Core() = default;

std::unique_ptr<Filler> Core::makeFiller(bool isPreloaded) {
  if (isPreloaded) return std::make_unique<StubFiller>(memory_, recent_, reader_, changes_, events_);
  return std::make_unique<RangeFiller>(memory_, recent_, reader_, changes_);
}

void Core::attach(DriverHost& host) {
  notifier_.attach(host);
  scheduler_.attach(host.executor());
  primary_->attach(*this);
}

Completion<std::unique_ptr<DriverTransaction>> Core::begin(TransactionMode mode) try {
  status_.checkUsable();
  std::shared_ptr<const TransactionParts> parts(shared_from_this(), &transactionParts_);
  return std::unique_ptr<DriverTransaction>(new Transaction(std::move(parts), mode));
} catch (...) {
  if (mode == TransactionMode::externalMerge) changes_.noteUnmerged();
  return std::current_exception();
}

DriverCounters Core::driverCounters() const noexcept {
  const DriverCounters upper = memory_.work();
  DriverCounters sum = primary_->counters();
  sum.rowsExamined += upper.rowsExamined;
  sum.nodesVisited += upper.nodesVisited;
  sum.nodesCopied += upper.nodesCopied;
  return sum;
}

void Core::collectGarbage() noexcept {
  memory_.store()->borrowers.visitAll();
  primary_->collectGarbage();
}

void Core::close() noexcept {
  if (std::exchange(isClosing_, true)) return;
  notifier_.close();
  evictor_.stop();
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
  loader_.stop(error);
  scheduler_.inner().disconnect();  // queued functions may hold transactions of the primary
  primary_->close();
  memory_.clear();
  notifier_.detach();
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
