#include "driver/hybrid/table_loader.hpp"

#include <algorithm>
#include <utility>

namespace hyperdb::detail::hybrid {

Completion<void> TableLoader::start(Step<void> step) {
  loads_.remove_if([](const Load& each) { return !each.step.isRunning(); });
  Load& load = loads_.emplace_back(scheduler_.outer());
  Completion<void> end = load.end.completion();
  load.step.start(std::move(step),
                  [source = load.end](StepEnd<void> result) { DetachedStep::complete(source, std::move(result)); });
  return end;
}

Completion<void> TableLoader::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) try {
  status_.checkUsable();
  memory_.checkTables(tables);
  return start(load({tables.begin(), tables.end()}));
} catch (...) {
  return std::current_exception();
}

Step<void> TableLoader::load(std::vector<std::shared_ptr<const TableDef>> tables) {
  {
    // A storage need not support loading tables beside an open write transaction.
    const Flusher::Hold hold(flusher_);
    co_await flusher_.idle();
    co_await primary_.loadTables(tables);
  }
  status_.checkUsable();
  memory_.addTables(tables);
  recent_.setSlotsCount(memory_.slotsCount());
  co_await filler_.load();
}

Completion<void> TableLoader::preloadTables(const std::vector<AnyTable>& tables) try {
  status_.checkUsable();
  std::vector<std::size_t> slots;
  for (const AnyTable& table : tables) slots.push_back(memory_.slotOf(table.def()));
  return start(preload(std::move(slots)));
} catch (...) {
  return std::current_exception();
}

Step<void> TableLoader::preload(std::vector<std::size_t> slots) {
  for (const std::size_t slot : slots) {
    const std::int64_t startNs = events_.startNs();
    const std::size_t rowsCount = co_await filler_.fillTable(slot);
    events_.report([&] {
      return HybridEvent{.kind = HybridEventKind::preloaded,
                         .table = memory_.def(slot).name(),
                         .rowsCount = rowsCount,
                         .durationNs = steadyNowNs() - startNs};
    });
  }
}

bool TableLoader::isLoading() const noexcept {
  return std::any_of(loads_.begin(), loads_.end(), [](const Load& each) { return each.step.isRunning(); });
}

void TableLoader::stop(const std::exception_ptr& error) noexcept {
  for (Load& each : loads_) {
    if (!each.step.isRunning()) continue;
    each.step.stop();
    each.end.fail(error);
  }
  loads_.clear();
}

}  // namespace hyperdb::detail::hybrid
