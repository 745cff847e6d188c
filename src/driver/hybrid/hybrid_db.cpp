#include <hyperdb/hybrid_db.hpp>

#include "driver/hybrid/core.hpp"

namespace hyperdb {

std::string_view hybridEventName(HybridEventKind kind) noexcept {
  switch (kind) {
    case HybridEventKind::fill: return "fill";
    case HybridEventKind::preloaded: return "preloaded";
    case HybridEventKind::flushStarted: return "flushStarted";
    case HybridEventKind::flushed: return "flushed";
    case HybridEventKind::flushFailed: return "flushFailed";
    case HybridEventKind::retryScheduled: return "retryScheduled";
    case HybridEventKind::crashed: return "crashed";
    case HybridEventKind::backPressure: return "backPressure";
    case HybridEventKind::evicted: return "evicted";
    case HybridEventKind::conflict: return "conflict";
    case HybridEventKind::externalChange: return "externalChange";
    case HybridEventKind::damaged: return "damaged";
    case HybridEventKind::closedUnflushed: break;
  }
  return "closedUnflushed";
}

WriteBehindDriver::WriteBehindDriver(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded)
    : core_(detail::hybrid::Core::make(std::move(primary), std::move(options), isPreloaded)) {}

WriteBehindDriver::WriteBehindDriver(WriteBehindDriver&&) noexcept = default;

WriteBehindDriver& WriteBehindDriver::operator=(WriteBehindDriver&& other) noexcept {
  std::swap(core_, other.core_);
  return *this;
}

WriteBehindDriver::~WriteBehindDriver() { close(); }

Completion<void> WriteBehindDriver::flushed() try { return core_->flusher().flushed(); } catch (...) {
  return std::current_exception();
}

Completion<void> WriteBehindDriver::preloadTables(std::vector<AnyTable> tables) { return core_->preloadTables(tables); }

HybridState WriteBehindDriver::state() const noexcept {
  return core_->status().isCrashed() ? HybridState::crashed : HybridState::running;
}

std::string WriteBehindDriver::crashCause() const { return core_->status().crashCause(); }

std::size_t WriteBehindDriver::pendingCommits() const noexcept { return core_->flusher().pendingCount(); }

const HybridCounters& WriteBehindDriver::hybridCounters() const noexcept { return core_->counters(); }

Driver& WriteBehindDriver::primary() const noexcept { return core_->primary(); }

bool WriteBehindDriver::mayRunAhead() const noexcept { return core_->primary().mayRunAhead(); }

void WriteBehindDriver::attach(DriverHost& host) { core_->attach(host); }

Completion<void> WriteBehindDriver::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) {
  return core_->loadTables(tables);
}

Completion<std::unique_ptr<DriverTransaction>> WriteBehindDriver::begin(TransactionMode mode) {
  return core_->begin(mode);
}

DriverCounters WriteBehindDriver::counters() const noexcept { return core_->driverCounters(); }

void WriteBehindDriver::collectGarbage() noexcept { core_->collectGarbage(); }

void WriteBehindDriver::close() noexcept {
  if (core_ != nullptr) core_->close();
}

}  // namespace hyperdb
