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
    case HybridEventKind::dropped: return "dropped";
    case HybridEventKind::conflict: return "conflict";
    case HybridEventKind::externalChange: return "externalChange";
    case HybridEventKind::damaged: return "damaged";
    case HybridEventKind::closedUnflushed: break;
  }
  return "closedUnflushed";
}

TwoTierDriver::TwoTierDriver(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded)
    : core_(detail::hybrid::Core::make(std::move(primary), std::move(options), isPreloaded)) {}

TwoTierDriver::TwoTierDriver(TwoTierDriver&&) noexcept = default;

TwoTierDriver& TwoTierDriver::operator=(TwoTierDriver&& other) noexcept {
  std::swap(core_, other.core_);
  return *this;
}

TwoTierDriver::~TwoTierDriver() { close(); }

Completion<void> TwoTierDriver::flushed() try { return core_->flusher().flushed(); } catch (...) {
  return std::current_exception();
}

Completion<void> TwoTierDriver::preloadTables(std::vector<AnyTable> tables) { return core_->preloadTables(tables); }

HybridState TwoTierDriver::state() const noexcept {
  return core_->status().isCrashed() ? HybridState::crashed : HybridState::running;
}

std::string TwoTierDriver::crashCause() const { return core_->status().crashCause(); }

std::size_t TwoTierDriver::pendingCommits() const noexcept { return core_->flusher().pendingCount(); }

const HybridCounters& TwoTierDriver::hybridCounters() const noexcept { return core_->counters(); }

Driver& TwoTierDriver::primary() const noexcept { return core_->primary(); }

bool TwoTierDriver::mayRunAhead() const noexcept { return core_->primary().mayRunAhead(); }

void TwoTierDriver::attach(DriverHost& host) { core_->attach(host); }

Completion<void> TwoTierDriver::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) {
  return core_->loadTables(tables);
}

Completion<std::unique_ptr<DriverTransaction>> TwoTierDriver::begin(TransactionMode mode) { return core_->begin(mode); }

DriverCounters TwoTierDriver::counters() const noexcept { return core_->driverCounters(); }

void TwoTierDriver::tidy() noexcept { core_->tidy(); }

void TwoTierDriver::close() noexcept {
  if (core_ != nullptr) core_->close();
}

}  // namespace hyperdb
