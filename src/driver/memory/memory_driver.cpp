#include <hyperdb/memory_driver.hpp>

#include "driver/memory/memory_transaction.hpp"

namespace hyperdb {

namespace {

class MemorySnapshot final : public DriverSnapshot {
 public:
  explicit MemorySnapshot(detail::memory::StatePtr state) noexcept : state_(std::move(state)) {}

  ScanResult scan(const ScanPlan& plan) const override {
    const std::size_t slot = state_->catalog->slotOf(*plan.table);
    DriverCounters ownWork;  // the driver's counters belong to its home thread
    return scanTable(*state_->tables[slot], *state_->catalog, slot, plan, ownWork);
  }

 private:
  detail::memory::StatePtr state_;
};

}  // namespace

struct BptreeInmemDriver::Store : detail::memory::Store {};

BptreeInmemDriver::BptreeInmemDriver() : store_(std::make_shared<Store>()) {}
BptreeInmemDriver::BptreeInmemDriver(BptreeInmemDriver&&) noexcept = default;
BptreeInmemDriver& BptreeInmemDriver::operator=(BptreeInmemDriver&&) noexcept = default;
BptreeInmemDriver::~BptreeInmemDriver() = default;

Completion<void> BptreeInmemDriver::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) try {
  store_->current.set(detail::memory::withTables(*store_->current.get(), tables));
  return Unit{};
} catch (...) {
  return std::current_exception();
}

Completion<std::unique_ptr<DriverTransaction>> BptreeInmemDriver::begin(TransactionMode mode) try {
  return std::unique_ptr<DriverTransaction>(new detail::memory::MemoryTransaction(store_, mode));
} catch (...) {
  return std::current_exception();
}

DriverCounters BptreeInmemDriver::counters() const noexcept { return store_->work; }

void BptreeInmemDriver::collectGarbage() noexcept {
  if (store_ != nullptr) store_->borrowers.visitAll();
}

void BptreeInmemDriver::close() noexcept {
  if (store_ == nullptr) return;
  store_->current.clear();
  store_->borrowers.clear();
}

std::shared_ptr<const DriverSnapshot> BptreeInmemDriver::snapshot() const {
  return std::make_shared<MemorySnapshot>(store_->current.copy());
}

std::int64_t BptreeInmemDriver::liveNodesCount() noexcept { return detail::memory::Node::liveCount(); }

}  // namespace hyperdb
