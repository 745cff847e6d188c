#include <hyperdb/memory_driver.hpp>

#include "driver/memory/memory_transaction.hpp"

namespace hyperdb {

using detail::memory::Catalog;
using detail::memory::DatabaseState;
using detail::memory::TableState;

namespace {

class MemorySnapshot final : public DriverSnapshot {
 public:
  explicit MemorySnapshot(detail::memory::StatePtr state) noexcept : state_(std::move(state)) {}

  ScanResult scan(const ScanPlan& plan) const override {
    const std::size_t slot = state_->catalog->slotOf(*plan.table);
    DriverCounters ownWork;  // the driver's belong to its home thread
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
  const DatabaseState& current = *store_->current.get();
  auto catalog = std::make_shared<Catalog>(*current.catalog);
  for (const std::shared_ptr<const TableDef>& table : tables) catalog->add(table);

  auto state = std::make_shared<DatabaseState>(current);
  while (state->tables.size() < catalog->slotsCount()) {
    auto table = std::make_shared<TableState>();
    table->trees.resize(catalog->slot(state->tables.size()).table->indexes().size());
    state->tables.push_back(std::move(table));
  }
  state->catalog = std::move(catalog);
  store_->current.set(std::move(state));
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

void BptreeInmemDriver::tidy() noexcept {
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
