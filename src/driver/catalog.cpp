#include "driver/catalog.hpp"

#include <atomic>
#include <typeinfo>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {
namespace {

std::atomic<std::uint64_t> nextLineage{1};

ErrorPlace placeOf(const TableDef& table) {
  ErrorPlace place;
  place.table = table.name();
  return place;
}

/// Returns whether both tables have one C++ row type: rows are returned as stored objects, so all definitions of one
/// table must agree on it.
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
    throw Error(ErrorCode::unknownTable, "the loaded table of this name has another definition", placeOf(table));
  }
  return named->second;
}

}  // namespace hyperdb::detail
