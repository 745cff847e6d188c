#include "driver/memory/database_state.hpp"

#include <cassert>

#include "driver/memory/window.hpp"
#include "query/row_count.hpp"

namespace hyperdb::detail::memory {

StatePtr withTables(const DatabaseState& before, std::span<const Catalog::TablePtr> tables) {
  auto catalog = std::make_shared<Catalog>(*before.catalog);
  for (const Catalog::TablePtr& table : tables) catalog->add(table);

  auto state = std::make_shared<DatabaseState>(before);
  while (state->tables.size() < catalog->slotsCount()) {
    auto table = std::make_shared<TableState>();
    table->trees.resize(catalog->slot(state->tables.size()).table->indexes().size());
    state->tables.push_back(std::move(table));
  }
  state->catalog = std::move(catalog);
  return state;
}

ScanResult scanTable(const TableState& table, const Catalog& catalog, std::size_t slot, const ScanPlan& plan,
                     DriverCounters& work) {
  const std::size_t number = plan.indexNumber;  // equivalent definitions have their indexes in the same order
  assert(number < table.trees.size());
  const Tree& tree = table.trees[number];
  if (plan.onlyCounts) return {countedRows(countRows(tree, plan, work)), 0};
  if (plan.ranges.size() == 1) {
    const std::uint64_t lineage = catalog.slot(slot).firstLineage + number;
    return scanRange(tree, lineage, plan.ranges.front(), plan.order, plan.limit, work);
  }
  return scanRanges(tree, plan, work);
}

StatePtr CurrentState::makeEmpty() {
  auto state = std::make_shared<DatabaseState>();
  state->catalog = std::make_shared<const Catalog>();
  return state;
}

}  // namespace hyperdb::detail::memory
