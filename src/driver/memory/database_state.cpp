#include "driver/memory/database_state.hpp"

#include <cassert>
#include <string>
#include <typeinfo>

#include <hyperdb/error.hpp>

#include "driver/memory/window.hpp"
#include "query/row_count.hpp"

namespace hyperdb::detail::memory {
namespace {

std::atomic<std::uint64_t> nextLineage{1};

ErrorPlace placeOf(const TableDef& table) {
  ErrorPlace place;
  place.table = table.name();
  return place;
}

/// Rows are handed out as what they are, so that definitions of one table must also agree on their C++ type.
bool haveOneRowType(const TableDef& a, const TableDef& b) noexcept {
  const RowType& first = a.rowType();
  const RowType& second = b.rowType();
  return typeid(first) == typeid(second);
}

}  // namespace

void Catalog::add(const TablePtr& table) {
  if (slotByDefinition_.contains(table.get())) return;
  const auto found = slotByName_.find(table->name());
  if (found == slotByName_.end()) {
    slots_.push_back({table, nextLineage.fetch_add(table->indexes().size(), std::memory_order_relaxed)});
    slotByName_.emplace(table->name(), slots_.size() - 1);
    slotByDefinition_.emplace(table.get(), slots_.size() - 1);
    return;
  }
  const TableDef& loaded = *slots_[found->second].table;
  if (!loaded.isEquivalent(*table)) {
    throw Error(ErrorCode::invalidDefinition, "a table of this name is loaded with another definition",
                placeOf(*table));
  }
  if (!haveOneRowType(loaded, *table)) {
    throw Error(ErrorCode::invalidDefinition, "a table of this name is loaded with rows of another C++ type",
                placeOf(*table));
  }
  equivalents_.push_back(table);
  slotByDefinition_.emplace(table.get(), found->second);
}

std::size_t Catalog::slotOf(const TableDef& table) const {
  const auto known = slotByDefinition_.find(&table);
  if (known != slotByDefinition_.end()) return known->second;
  const auto named = slotByName_.find(table.name());
  if (named == slotByName_.end()) {
    throw Error(ErrorCode::unknownTable, "the table was never loaded", placeOf(table));
  }
  const TableDef& loaded = *slots_[named->second].table;
  if (!loaded.isEquivalent(table) || !haveOneRowType(loaded, table)) {
    throw Error(ErrorCode::unknownTable, "the loaded table of this name has another definition",
                placeOf(table));
  }
  return named->second;
}

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
